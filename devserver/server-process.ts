import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { guard, unrefStream } from './guard.js';
import { OutputTail } from './output-tail.js';

const STOP_GRACE_MS = 3_000;

/** The end of a process. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The reason why it could not be started. */
  startError?: string;
}

/** A server as a child process that ends with this one. Its last output is stored. */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #tail = new OutputTail();
  #exit: Exit | undefined;

  constructor(file: string, args: readonly string[]) {
    const child = spawn(file, args, {
      env: withoutTemporalSettings(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C at the terminal must not reach the server: it stops after the worker has released its tasks.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => this.#tail.add(chunk));
      unrefStream(stream);
    }
    child.unref();
    const release = child.pid === undefined ? () => undefined : guard(child.pid);
    this.exited = new Promise((resolve) => {
      const onEnd = (exit: Exit): void => {
        this.#exit ??= exit;
        release();
        resolve(this.#exit);
      };
      child.once('error', (error) => onEnd({ code: null, signal: null, startError: error.message }));
      child.once('exit', (code, signal) => onEnd({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** The last lines of its output. */
  output(count = 20): string[] {
    return this.#tail.last(count);
  }

  /** Sends SIGTERM, and SIGKILL three seconds later. */
  async stop(): Promise<void> {
    if (this.#exit !== undefined) return;
    this.#child.ref();
    this.#child.kill('SIGTERM');
    const timer = new AbortController();
    const timeout = delay(STOP_GRACE_MS, true, { signal: timer.signal }).catch(() => false);
    if (await Promise.race([timeout, this.exited.then(() => false)])) this.#child.kill('SIGKILL');
    timer.abort();
    await this.exited;
  }

  /** Sends SIGKILL, like a crash. */
  async kill(): Promise<void> {
    if (this.#exit !== undefined) return;
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

// The CLI reads TEMPORAL_* for its own connection; this server must not depend on them.
function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
