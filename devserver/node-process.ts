import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { guard } from './guard.js';

/** How a process ended. */
export interface ProcessExit {
  /** `null` where a signal ended it, or where it could not be started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** When, in ms since 1970. */
  at: number;
  /** For messages: its signal, or its exit code and the last line that it wrote. */
  reason: string;
}

/** How a program is started. */
export interface NodeProcessOptions {
  /** All of its environment. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** A Node program in a process of its own. It never outlives this process, however that ends. */
export class NodeProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** What it wrote to stdout and stderr so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #onLine = new Set<(line: string) => void>();
  #isEnding = false;

  /** @param args the program's file, and its arguments */
  constructor(args: readonly string[], { env, ...options }: NodeProcessOptions) {
    const child = spawn(process.execPath, args, {
      ...options,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C at the terminal is for this process, which ends the other one itself.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child = child;
    this.pid = child.pid ?? -1;
    const release = child.pid === undefined ? () => undefined : guard(child.pid);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null, reason: string): void => {
        release();
        resolve({ code, signal, at: Date.now(), reason });
      };
      child.once('error', (error) => end(null, null, error.message));
      child.once('close', (code, signal) =>
        end(code, signal, signal ?? `exit code ${code}: ${messageOf(this.lines.at(-1) ?? '')}`),
      );
    });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        for (const listener of this.#onLine) listener(line);
      });
    }
  }

  get output(): string {
    return this.lines.join('\n');
  }

  /** Whether it was sent a signal from here. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /**
   * Waits for a line, of those already written or still to come.
   *
   * @param read returns what the caller needs from the line, `undefined` for any other line
   * @throws Error that says how the process ended, where it ends before
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
      throw new Error(`Process ${this.pid} ended before it wrote what was waited for (${reason}).`);
    });
    try {
      return await Promise.race([found, ended]);
    } finally {
      this.#onLine.delete(listener);
    }
  }

  /** Ends it at once, as a crash would. */
  kill(): Promise<ProcessExit> {
    return this.stop('SIGKILL');
  }

  /** Sends it a signal, and waits until it has ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessExit> {
    this.#isEnding = true;
    this.#child.kill(signal);
    return this.exited;
  }
}

function messageOf(line: string): string {
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    return line;
  }
}
