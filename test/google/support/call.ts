import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CallResult, Task } from './caller.js';

const CALLER = fileURLToPath(new URL('caller.js', import.meta.url));

/** Makes the calls in a process that has only this environment: no credentials of the machine it runs on. */
export async function call(task: Task, env: Record<string, string>): Promise<CallResult[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CALLER], {
    timeout: 300_000,
    env: {
      PATH: '/nonexistent',
      HOME: '/nonexistent',
      METADATA_SERVER_DETECTION: 'none',
      CALLER_TASK: JSON.stringify(task),
      ...env,
    },
  });
  return JSON.parse(stdout) as CallResult[];
}

/** A file that is removed after the test. */
export function temporaryFile(t: TestContext, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'google-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}
