import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { GuardedProcess } from '../../devserver/guarded-process.js';
import { WorkerProcess } from '../../devserver/worker-process.js';

/** A line of a worker's log. */
export interface LogEntry {
  msg: string;
  level: string;
  code?: string;
  [field: string]: unknown;
}

/** Worker processes without the user's own Temporal server and profiles. */
export class WorkerProcesses {
  readonly #home = mkdtempSync(join(tmpdir(), 'workers-'));
  readonly #alive = new Set<WorkerProcess>();

  /** @param env of every worker */
  constructor(private readonly env: Readonly<Record<string, string>> = {}) {}

  /** Those that run and were sent no signal. */
  get running(): WorkerProcess[] {
    return [...this.#alive].filter(({ isEnding }) => !isEnding);
  }

  /** Starts one, and returns at once. */
  spawn(env: Readonly<Record<string, string>> = {}): WorkerProcess {
    const home = { PATH: process.env['PATH'], HOME: this.#home, XDG_CONFIG_HOME: this.#home };
    const worker = new WorkerProcess({ ...home, ...this.env, ...env });
    this.#alive.add(worker);
    void worker.exited.then(() => this.#alive.delete(worker));
    return worker;
  }

  /** Starts one, and returns when it takes work. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
    const worker = this.spawn(env);
    await worker.ready();
    return worker;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#alive].map((worker) => worker.kill()));
    rmSync(this.#home, { recursive: true });
  }
}

/** Starts a worker that ends with its test, and returns at once. */
export function spawnWorker(t: TestContext, env: Readonly<Record<string, string>>): WorkerProcess {
  const workers = new WorkerProcesses();
  t.after(() => workers.close());
  return workers.spawn(env);
}

/** The log of a worker so far. */
export function logOf({ lines }: GuardedProcess): LogEntry[] {
  return lines.flatMap((line) => parseLine(line) ?? []);
}

/** Waits for a message of a worker's log. @throws Error where the worker ends before */
export function logged(worker: GuardedProcess, pattern: RegExp): Promise<LogEntry> {
  return worker.waitForLine((line) => {
    const entry = parseLine(line);
    return entry !== undefined && pattern.test(entry.msg) ? entry : undefined;
  });
}

/** The address of a worker's `/healthz` and `/readyz`, once it is in its log. */
export async function healthAddress(worker: GuardedProcess): Promise<string> {
  const { msg } = await logged(worker, /^health at/);
  return /http:\/\/[\d.:]+/.exec(msg)?.[0] ?? '';
}

function parseLine(line: string): LogEntry | undefined {
  return line.startsWith('{') && line.endsWith('}') ? (JSON.parse(line) as LogEntry) : undefined;
}
