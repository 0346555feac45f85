import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { guard } from './guard.js';

/** Older lines are dropped. */
const MAX_LINES = 100_000;

/** The end of a process. */
export interface ProcessExit {
  /** `null` if a signal ended it or it could not be started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The time of its end, in ms since 1970. */
  at: number;
  /** For messages: its signal, or its exit code and last line of output. */
  reason: string;
}

/** A program in its own process. It ends with this process at the latest. */
export class GuardedProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** The lines of its stdout and stderr so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  /** They keep this process from exiting. */
  readonly #handles: readonly (ChildProcess | Socket)[];
  readonly #onLine = new Set<(line: string) => void>();
  #isEnding = false;

  /** @param options - `env` is its whole environment */
  constructor(
    file: string,
    args: readonly string[],
    options: Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> & { env: NodeJS.ProcessEnv },
  ) {
    const child = spawn(file, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C at the terminal must only reach this process, which then ends the child.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child = child;
    this.#handles = [child, child.stdout as Socket, child.stderr as Socket];
    this.pid = child.pid ?? -1;
    const release = child.pid === undefined ? () => undefined : guard(child.pid);
    this.exited = new Promise((resolve) => {
      const onEnd = (code: number | null, signal: NodeJS.Signals | null, reason: string): void => {
        release();
        resolve({ code, signal, at: Date.now(), reason });
      };
      child.once('error', (error) => onEnd(null, null, error.message));
      child.once('close', (code, signal) =>
        onEnd(code, signal, signal ?? `exit code ${code}: ${logMessage(this.lines.at(-1) ?? '')}`),
      );
    });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > MAX_LINES) this.lines.shift();
        for (const listener of this.#onLine) listener(line);
      });
    }
  }

  get output(): string {
    return this.lines.join('\n');
  }

  /** Whether `kill` or `stop` was called. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /**
   * Waits for the first line, past or future, for which `read` returns a value.
   *
   * @param read - returns `undefined` for other lines
   * @throws Error that says how the process ended, if it ends before
   */
  async waitForLine<T>(read: (line: string) => T | undefined): Promise<T> {
    for (const line of this.lines) {
      const found = read(line);
      if (found !== undefined) return found;
    }
    let listener: (line: string) => void = () => undefined;
    const found = new Promise<T>((resolve) => {
      listener = (line) => {
        const value = read(line);
        if (value !== undefined) resolve(value);
      };
      this.#onLine.add(listener);
    });
    const ended = this.exited.then(({ reason }) => {
      throw new Error(`Process ${this.pid} ended before it wrote the awaited line (${reason}).`);
    });
    try {
      return await Promise.race([found, ended]);
    } finally {
      this.#onLine.delete(listener);
    }
  }

  /** Lets this process exit while the program runs. */
  unref(): void {
    for (const handle of this.#handles) handle.unref();
  }

  /** Sends SIGKILL, like a crash, and waits until it has ended. */
  kill(): Promise<ProcessExit> {
    return this.stop('SIGKILL');
  }

  /** Sends it a signal, and waits until it has ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessExit> {
    this.#isEnding = true;
    for (const handle of this.#handles) handle.ref();
    this.#child.kill(signal);
    return this.exited;
  }
}

/** The message of a line of a JSON log; any other line unchanged. */
function logMessage(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
