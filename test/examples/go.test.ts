import { join } from 'node:path';
import { test } from 'node:test';
import { demand, isThere, ROOT } from './support/process.js';
import { describeExample } from './support/promises.js';

const EXAMPLE = join(ROOT, 'examples', 'go');

if (await isThere('go', 'version')) {
  describeExample('the Go example', async (folder) => {
    const file = join(folder, process.platform === 'win32' ? 'operations.exe' : 'operations');
    // Go keeps what it downloads and compiles in caches of its own, outside the checkout.
    await demand({
      file: 'go',
      args: ['build', '-mod=readonly', '-buildvcs=false', '-o', file, '.'],
      cwd: EXAMPLE,
    });
    return { file, args: [] };
  });
} else {
  test('the Go example', { skip: 'there is no go on PATH' });
}
