// Runs the tests that `npm run build` compiled, on one Temporal server for all of them.
// node scripts/test.mjs [file or folder below test/] [--failed] [options of node --test]
// --failed runs only the files that failed the last time.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { startTemporal } from '../dist/devserver/index.js';

const FAILED = 'dist/failed-tests.txt';

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-') && argument !== '--failed');
const places = given.filter((argument) => !argument.startsWith('-'));

const all = (await readdir('dist/test', { recursive: true })).filter((file) => file.endsWith('.test.js'));
const chosen =
  places.length === 0 ? all : all.filter((file) => places.some((place) => file.startsWith(place)));
const again = given.includes('--failed')
  ? (await readFile(FAILED, 'utf8')).split('\n').filter((line) => line !== '')
  : undefined;
const files = (again ?? chosen.map((file) => join('dist/test', file)))
  .map((file) => relative('.', file))
  .toSorted();
if (files.length === 0) {
  process.stderr.write(`No test file matches ${places.join(' ')}\n`);
  process.exit(1);
}

const temporal = await startTemporal({ say: (line) => process.stderr.write(`${line}\n`) });
// Tests mostly wait, so two files at once fit two cores; node's default there is one.
const concurrency = options.some((option) => option.startsWith('--test-concurrency'))
  ? []
  : ['--test-concurrency=2'];
const reporters = [
  ...['--test-reporter', process.stdout.isTTY ? 'spec' : 'tap', '--test-reporter-destination', 'stdout'],
  ...['--test-reporter', './scripts/failed-files.mjs', '--test-reporter-destination', FAILED],
];
const env = { ...process.env, TEST_TEMPORAL_ADDRESS: temporal.address };
const child = spawn(process.execPath, ['--test', ...reporters, ...concurrency, ...options, ...files], {
  stdio: 'inherit',
  env,
});
const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)));
await temporal.stop();
process.exit(code);
