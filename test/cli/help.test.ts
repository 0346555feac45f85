import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/command.js';

for (const command of [
  'cancel',
  'watch',
  'abort',
  'status',
  'poll',
  'history',
  'ls',
  'list',
  'cancel-all',
  'resolve',
  'dev',
]) {
  test(`${command} --help has an example, within 80 columns`, async () => {
    const { code, stdout } = await run([command, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`Example:\n {2}temporal-lro ${command} `));
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  });
}

for (const [what, args, message] of [
  ['cancel without a name', ['cancel'], /missing required argument 'name'/],
  ['history of two names', ['history', 'a/b', 'c/d'], /too many arguments/],
  ['list without a parent', ['list'], /'--parent <parent>' not specified/],
  ['an unknown output format', ['resolve', 'a/b', '-o', 'yaml'], /Allowed choices are text, json, jsonl/],
  ['a flag without its value', ['cancel', 'a/b', '--reason'], /argument missing/],
  ['a duration without a unit', ['cancel', 'a/b', '--timeout', '5'], /--timeout <duration>.*: 5s or 5ms\?/],
  ['a duration without a unit, of watch', ['watch', 'a/b', '--abort-after', '1.5'], /: 1\.5s or 1\.5ms\?/],
  ['a duration of another unit', ['cancel', 'a/b', '--timeout', '5 lightyears'], /duration such as 90s/],
  ['an empty task queue', ['cancel', 'a/b', '--task-queue', ''], /must not be empty/],
  ['a count that is no number', ['cancel-all', '--parent', 'a/b', '--max-concurrent', 'x'], /whole number/],
  ['a count out of range', ['cancel-all', '--parent', 'a/b', '--max-concurrent', '0'], /^--max-concurrent must/],
  ['a bad service', ['resolve', 'a/b', '--service', 'https://x'], /^--service must be a lower-case host/],
  ['a bad version', ['resolve', 'a/b', '--api-version', '1'], /^--api-version must be a version/],
] as const) {
  test(`${what} is bad usage: a message on stderr, nothing on stdout, and exit code 2`, async () => {
    const { code, stdout, stderr } = await run(args, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
}

test('--help of the program has the exit codes and the variables, within 80 columns', async () => {
  const { stdout } = await run(['--help']);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  assert.match(stdout, /^Exit codes:$[^]*^ {2}2 +bad usage[^]*^ {2}3-7 [^]*7 LOST[^]*^ {2}130/m);
  for (const variable of ['TEMPORAL_ADDRESS', 'GOOGLE_SERVICES', 'OPERATIONS_EMULATOR_HOST', 'LOG_LEVEL', 'NO_COLOR'])
    assert.ok(stdout.includes(variable), variable);
});

test('commands that are printed begin with npx where the program was started by it', async () => {
  const npx = { npm_command: 'exec', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  assert.match(
    (await run(['status', 'projects/p/operations/1'], npx)).stderr,
    /start one here: npx temporal-lro dev\n$/,
  );
  const { stdout } = await run(['worker', '--help'], npx);
  assert.match(stdout, /^Usage: npx temporal-lro worker/);
  assert.match(stdout, /^ {2}OPERATIONS_EMULATOR_HOST=\S+ npx temporal-lro worker$/m);
});

test('a bad Google variable is named', async () => {
  const { code, stderr } = await run(['resolve', 'a/b'], { GOOGLE_ENDPOINTS: 'x=http://y' });
  assert.equal(code, 1);
  assert.match(stderr, /GOOGLE_ENDPOINTS/);
});
