import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../../devserver/cache.js';
import { withLock } from '../../devserver/lock.js';
import { demand } from '../examples/support/process.js';

const windows = process.platform === 'win32';
export const PYTHON = windows ? 'python' : 'python3';

/**
 * The Python of an environment that has what a requirements.txt names. It is made once for each version of Python and of
 * that file, and kept outside the checkout.
 *
 * @param flags of `pip install`
 */
export async function pythonEnvironment(requirements: string, flags: readonly string[] = []): Promise<string> {
  const version = await demand({ file: PYTHON, args: ['-c', 'import sys; print(sys.version, sys.prefix)'] });
  const identity = version + (await readFile(requirements, 'utf8'));
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const folder = join(defaultCacheDir(), `python-${key}`);
  const done = join(folder, 'complete');
  const python = join(folder, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  await withLock(`${folder}.lock`, async () => {
    if ((await stat(done).catch(() => undefined)) !== undefined) return;
    await rm(folder, { recursive: true, force: true });
    await demand({ file: PYTHON, args: ['-m', 'venv', folder] });
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await demand({ file: python, args: ['-m', 'pip', 'install', ...quiet, ...flags, '--requirement', requirements] });
    await writeFile(done, '');
  });
  return python;
}
