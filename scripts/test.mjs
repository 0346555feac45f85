// Runs the tests that `npm run build` compiled, on one Temporal server for all of them.
// node scripts/test.mjs [file or folder below test/] [options of node --test]
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startTemporal } from '../dist/worker/temporal-server/index.js';

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const places = given.filter((argument) => !argument.startsWith('-'));

const all = (await readdir('dist/test', { recursive: true })).filter((file) => file.endsWith('.test.js'));
const chosen =
  places.length === 0 ? all : all.filter((file) => places.some((place) => file.startsWith(place)));
const files = chosen.map((file) => join('dist/test', file)).toSorted();
if (files.length === 0) {
  process.stderr.write(`No test file matches ${places.join(' ')}\n`);
  process.exit(1);
}

const temporal = await startTemporal({ say: (line) => process.stderr.write(`${line}\n`) });
// Tests mostly wait, so two files at once fit two cores; node's default there is one.
const concurrency = options.some((option) => option.startsWith('--test-concurrency'))
  ? []
  : ['--test-concurrency=2'];
const env = { ...process.env, TEST_TEMPORAL_ADDRESS: temporal.address };
const child = spawn(process.execPath, ['--test', ...concurrency, ...options, ...files], {
  stdio: 'inherit',
  env,
});
const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)));
await temporal.stop();
process.exit(code);
