import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultCacheDir } from '../../devserver/cache.js';
import { withLock } from '../../devserver/lock.js';
import { demand, isThere, ROOT } from './support/process.js';
import { describeExample } from './support/promises.js';

const EXAMPLE = join(ROOT, 'examples', 'python');
const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/**
 * The Python of an environment that has what the example requires. It is made once for each version of Python and of
 * requirements.txt, and kept outside the checkout.
 */
async function environment(): Promise<string> {
  const requirements = join(EXAMPLE, 'requirements.txt');
  const where = 'import sys; print(sys.version, sys.prefix)';
  const identity = (await demand({ file: PYTHON, args: ['-c', where] })) + (await readFile(requirements, 'utf8'));
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const folder = join(defaultCacheDir(), `python-${key}`);
  const done = join(folder, 'complete');
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  await withLock(`${folder}.lock`, async () => {
    if ((await stat(done).catch(() => undefined)) !== undefined) return;
    await rm(folder, { recursive: true, force: true });
    await demand({ file: PYTHON, args: ['-m', 'venv', folder] });
    await demand({ file: python, args: ['-m', 'pip', 'install', '--quiet', '--requirement', requirements] });
    await writeFile(done, '');
  });
  return python;
}

if (await isThere(PYTHON, '--version')) {
  describeExample('the Python example', async () => ({
    file: await environment(),
    // Bytecode would be written beside the example, in the checkout.
    args: ['-B', join(EXAMPLE, 'operations.py')],
  }));
} else {
  test('the Python example', { skip: `there is no ${PYTHON} on PATH` });
}
