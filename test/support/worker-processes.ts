import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../worker/main.js', import.meta.url));
const READY_WITHIN = 30_000;

/** A worker as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Its exit code, `null` where a signal ended it, and when, in ms since 1970. */
  readonly exited: Promise<{ code: number | null; at: number }>;
  /** What it wrote to stderr so far. */
  log(): string;
  /** It was sent a signal: it works on nothing new. */
  readonly isEnding: boolean;
  kill(signal: NodeJS.Signals): void;
}

/** Worker processes that end with whoever started them. */
export class WorkerProcesses {
  /** Nothing of whoever runs the tests: neither a server of theirs nor their profiles. */
  readonly #home = mkdtempSync(join(tmpdir(), 'workers-'));
  readonly #alive = new Map<number, WorkerProcess>();

  /** @param env of every worker */
  constructor(private readonly env: Record<string, string>) {}

  /** Those that have not been told to end. */
  get running(): WorkerProcess[] {
    return [...this.#alive.values()].filter(({ isEnding }) => !isEnding);
  }

  /** Starts one, and returns when it is ready. @throws where it is not ready in time, with its log */
  async start(env: Record<string, string> = {}): Promise<WorkerProcess> {
    const home = { PATH: process.env['PATH'], HOME: this.#home, XDG_CONFIG_HOME: this.#home };
    const child = spawn(process.execPath, [MAIN], {
      env: { ...home, LOG_FORMAT: 'json', ...this.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const worker = watched(child);
    this.#alive.set(worker.pid, worker);
    void worker.exited.then(() => this.#alive.delete(worker.pid));
    const end = Date.now() + READY_WITHIN;
    while (!/"msg":"ready"/.test(worker.log())) {
      if (Date.now() > end || child.exitCode !== null)
        throw new Error(`The worker is not ready:\n${worker.log()}`);
      await delay(20);
    }
    return worker;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    const left = [...this.#alive.values()];
    for (const worker of left) worker.kill('SIGKILL');
    for (const worker of left) await worker.exited;
    rmSync(this.#home, { recursive: true });
  }
}

function watched(child: ChildProcess): WorkerProcess {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (text += more));
  return {
    pid: child.pid ?? 0,
    exited: once(child, 'close').then(([code]) => ({ code: code as number | null, at: Date.now() })),
    log: () => text,
    get isEnding() {
      return child.killed;
    },
    kill: (signal) => void child.kill(signal),
  };
}
