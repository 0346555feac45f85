// Runs the tests that `npm run build` compiled. All of them share one Temporal server, which starts if any of them needs it.
// node scripts/test.mjs [--unit] [--concurrency N] [--test-name-pattern P]… [file or folder below test/]…
// --unit runs only the tests that start no process: neither a test file nor a module that it imports uses node:child_process.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { parseArgs } from 'node:util';

const TESTS = resolve('dist/test');
/** For a test file. Most take seconds; a busy machine may need ten times as long. */
const FILE_TIMEOUT_MS = 900_000;

const { values, positionals: places } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean', default: false },
    // Tests mostly wait, so twice as many files as there are cores.
    concurrency: { type: 'string', default: String(2 * availableParallelism()) },
    'test-name-pattern': { type: 'string', multiple: true },
  },
});

// dist may still have tests that were removed or renamed since. They are left out.
const files = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => file.replace(/\.ts$/, '.js'))
  .filter((file) => places.length === 0 || places.some((place) => file.startsWith(place)))
  .map((file) => join(TESTS, file))
  .filter((file) => !values.unit || !startsProcesses(file))
  // The short ones come last: a long one at the end would run alone.
  .toSorted((a, b) => Number(startsProcesses(b)) - Number(startsProcesses(a)) || (a < b ? -1 : 1));
if (files.length === 0) {
  process.stderr.write(`No test file matches ${places.join(' ')}\n`);
  process.exit(1);
}

const temporal = files.some((file) => startsProcesses(file)) ? await startTemporal() : undefined;
const failed = await runTests(files, Number(values.concurrency));
// A machine may be too busy for a test beside others. One that fails alone, too, has failed.
const stillFailed = failed.length > 0 && failed.length < files.length ? await runTests(failed, 1) : failed;
const passedAlone = failed.filter((file) => !stillFailed.includes(file));
if (passedAlone.length > 0)
  process.stderr.write(`\nThese failed beside other tests and passed alone:\n${passedAlone.join('\n')}\n`);
if (stillFailed.length > 0) process.exitCode = 1;
await temporal?.stop();

/** Runs test files, and writes how the tests ended. @returns the files that failed */
async function runTests(files, concurrency) {
  const failed = new Set();
  const events = run({
    files,
    concurrency,
    timeout: FILE_TIMEOUT_MS,
    ...(values['test-name-pattern'] && { testNamePatterns: values['test-name-pattern'] }),
  });
  // A file that could not run has its path for a name; a test may be defined in a module that test files import.
  events.on('test:fail', ({ file, name }) => {
    const own = files.filter((one) => one === file || one === resolve(name));
    const users = own.length > 0 ? own : files.filter((test) => reaches(test, file));
    for (const one of users.length > 0 ? users : files) failed.add(one);
  });
  const output = events.compose(process.stdout.isTTY ? new spec() : tap);
  for await (const text of output) process.stdout.write(text);
  return [...failed];
}

async function startTemporal() {
  const devserver = await import('../dist/devserver/index.js');
  const server = await devserver.startTemporal({ say: (line) => process.stderr.write(`${line}\n`) });
  process.env['TEST_TEMPORAL_ADDRESS'] = server.address;
  return server;
}

/** Whether a module imports node:child_process, directly or through other modules of this project. */
function startsProcesses(file) {
  return reaches(file, 'node:child_process');
}

/** Whether a module imports another one, directly or through other modules of this project. */
function reaches(file, wanted, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  const imports = [...readFileSync(file, 'utf8').matchAll(/\bfrom '([^']+)'|^import '([^']+)'/gm)];
  return imports.some(([, from, bare]) => {
    const name = from ?? bare;
    if (!name.startsWith('.')) return name === wanted;
    const module = resolve(dirname(file), name);
    return module === wanted || (existsSync(module) && module.endsWith('.js') && reaches(module, wanted, seen));
  });
}
