import { join } from 'node:path';
import { test } from 'node:test';
import { PYTHON, pythonEnvironment } from '../support/python-environment.js';
import { isThere, ROOT } from './support/process.js';
import { describeExample } from './support/promises.js';

const EXAMPLE = join(ROOT, 'examples', 'python');

if (await isThere(PYTHON, '--version')) {
  describeExample('the Python example', async () => ({
    file: await pythonEnvironment(join(EXAMPLE, 'requirements.txt')),
    // Bytecode would be written beside the example, in the checkout.
    args: ['-B', join(EXAMPLE, 'operations.py')],
  }));
} else {
  test('the Python example', { skip: `there is no ${PYTHON} on PATH` });
}
