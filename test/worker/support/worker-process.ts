import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../worker/main.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'worker-process-'));
after(() => rmSync(home, { recursive: true }));

/** A line of the log. */
export interface LogEntry {
  msg: string;
  level: string;
  code?: string;
  [field: string]: unknown;
}

/** How a worker is started. */
export interface WorkerCommand {
  file: string;
  args: readonly string[];
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** A worker process, with what it wrote to stderr. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly startedAt = Date.now();
  readonly ended: Promise<{ code: number | null; afterMs: number }>;
  stderr = '';

  /** @param command what to run in place of the worker of this build; `env` is all of its environment then, and `cwd` its folder */
  constructor(t: TestContext, env: NodeJS.ProcessEnv, command?: WorkerCommand) {
    // Nothing of whoever runs the tests: neither a server of theirs nor their profiles.
    const clean = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, ...env };
    const { file, args, ...options } = command ?? { file: process.execPath, args: [MAIN], env: clean };
    this.child = spawn(file, args, { env, ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      afterMs: Date.now() - this.startedAt,
    }));
    t.after(async () => {
      this.child.kill('SIGKILL');
      await this.ended;
    });
  }

  get log(): LogEntry[] {
    const lines = this.stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as LogEntry);
  }

  /** Where `/healthz` and `/readyz` are, once it says so. */
  async health(): Promise<string> {
    const { msg } = await this.logged(/^health at/);
    return /http:\/\/[\d.:]+/.exec(msg)?.[0] ?? '';
  }

  async logged(pattern: RegExp): Promise<LogEntry> {
    return until(
      async () => this.log.find(({ msg }) => pattern.test(msg)),
      `log of ${pattern}`,
      () => this.stderr,
    );
  }

  async stop(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }> {
    const asked = Date.now();
    this.child.kill(signal);
    const { code } = await this.ended;
    return { code, tookMs: Date.now() - asked };
  }
}

/** Looks again and again until there is something. @throws after 15 s, with what was seen */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  seen: () => string = () => '',
): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `not within 15 s: ${what}\n${seen()}`);
    await delay(20);
  }
}
