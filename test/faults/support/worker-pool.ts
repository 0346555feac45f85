import { setTimeout as pause } from 'node:timers/promises';
import { WorkerProcess } from '../../../devserver/worker-process.js';

/** Workers that are kept running, as a deployment does: another starts in place of one that ended. */
export class WorkerPool {
  /** Workers ended with SIGKILL, and with SIGTERM. */
  kills = 0;
  stops = 0;
  /** Workers that ended by themselves. */
  readonly deaths: { at: number; reason: string }[] = [];
  readonly #workers: (WorkerProcess | undefined)[];
  readonly #env: NodeJS.ProcessEnv;
  #open = true;
  #outages = 0;

  constructor(size: number, env: NodeJS.ProcessEnv) {
    this.#env = env;
    this.#workers = Array.from({ length: size });
  }

  /** Starts the workers that are missing, except during an outage. */
  fill(): void {
    for (const index of this.#workers.keys()) this.#start(index);
  }

  /** Waits until all of them take work. */
  async ready(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const all = await Promise.all(
        this.#workers.map(
          async (worker) =>
            (await worker?.ready().then(
              () => true,
              () => false,
            )) ?? false,
        ),
      );
      if (all.every(Boolean)) return;
      await pause(100, undefined, { signal });
    }
  }

  /** Ends one of them, and starts another after a while. */
  async endOne(chance: number, signal: 'SIGKILL' | 'SIGTERM', backAfterMs: number): Promise<void> {
    const running = [...this.#workers.keys()].filter((index) => this.#workers[index] !== undefined);
    const index = running[Math.floor(chance * running.length)];
    if (index === undefined) return;
    await this.#end(index, signal);
    await pause(backAfterMs);
    this.#start(index);
  }

  /** Ends all of them, and starts none for a while. */
  async endAll(signal: 'SIGKILL' | 'SIGTERM', forMs: number): Promise<void> {
    this.#outages += 1;
    await Promise.all([...this.#workers.keys()].map((index) => this.#end(index, signal)));
    await pause(forMs);
    this.#outages -= 1;
    this.fill();
  }

  /** Ends them for good. */
  async close(): Promise<void> {
    this.#open = false;
    await Promise.all(this.#workers.map(async (worker) => worker?.kill()));
  }

  async #end(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const worker = this.#workers[index];
    if (worker === undefined || worker.isEnding) return;
    if (signal === 'SIGKILL') this.kills += 1;
    else this.stops += 1;
    await worker.stop(signal);
  }

  #start(index: number): void {
    if (!this.#open || this.#outages > 0 || this.#workers[index] !== undefined) return;
    const worker = new WorkerProcess(this.#env);
    this.#workers[index] = worker;
    void worker.exited.then(async ({ at, reason }) => {
      this.#workers[index] = undefined;
      if (worker.isEnding) return;
      this.deaths.push({ at, reason });
      await pause(500);
      this.#start(index);
    });
  }
}
