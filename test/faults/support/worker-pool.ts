import { setTimeout as pause } from 'node:timers/promises';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** Some workers that are kept running, as whoever deploys them would: one that ends is followed by another. */
export class WorkerPool {
  /** Workers ended with SIGKILL, and with SIGTERM. */
  kills = 0;
  stops = 0;
  /** Ends that nobody asked for. */
  readonly deaths: { at: number; how: string }[] = [];
  readonly #workers: (WorkerProcess | undefined)[];
  readonly #env: Record<string, string>;
  #open = true;
  #held = 0;

  constructor(size: number, env: Record<string, string>) {
    this.#env = env;
    this.#workers = Array.from({ length: size });
  }

  /** Starts the workers that do not run, unless they are to stay away. */
  fill(): void {
    for (const index of this.#workers.keys()) this.#start(index);
  }

  /** Waits until all of them take work. */
  async ready(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const all = await Promise.all(this.#workers.map(async (worker) => (await worker?.ready) ?? false));
      if (all.every(Boolean)) return;
      await pause(100, undefined, { signal });
    }
  }

  /** Ends one of them, by chance, and starts another after a while. */
  async endOne(chance: number, signal: 'SIGKILL' | 'SIGTERM', backAfterMs: number): Promise<void> {
    const running = [...this.#workers.keys()].filter((index) => this.#workers[index] !== undefined);
    const index = running[Math.floor(chance * running.length)];
    if (index === undefined) return;
    await this.#end(index, signal);
    await pause(backAfterMs);
    this.#start(index);
  }

  /** Ends all of them and keeps them away for a while. */
  async endAll(signal: 'SIGKILL' | 'SIGTERM', forMs: number): Promise<void> {
    this.#held += 1;
    await Promise.all([...this.#workers.keys()].map((index) => this.#end(index, signal)));
    await pause(forMs);
    this.#held -= 1;
    this.fill();
  }

  /** Ends them for good. */
  async close(): Promise<void> {
    this.#open = false;
    await Promise.all(this.#workers.map(async (worker) => worker?.end('SIGKILL')));
  }

  async #end(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const worker = this.#workers[index];
    if (worker === undefined || worker.asked) return;
    if (signal === 'SIGKILL') this.kills += 1;
    else this.stops += 1;
    await worker.end(signal);
  }

  #start(index: number): void {
    if (!this.#open || this.#held > 0 || this.#workers[index] !== undefined) return;
    const worker = startWorkerProcess(this.#env);
    this.#workers[index] = worker;
    void worker.exited.then(async (how) => {
      this.#workers[index] = undefined;
      if (worker.asked) return;
      this.deaths.push({ at: Date.now(), how });
      await pause(500);
      this.#start(index);
    });
  }
}
