import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programWords } from '../../cli/output/program.js';
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

test('every --help has the exit codes, and the variables that the command reads', async () => {
  const { stdout: ofProgram } = await run(['--help']);
  const commands = [...ofProgram.matchAll(/^ {2}([a-z-]+) (?:\[options\] )?.* {2}/gm)].map(([, name = '']) => name);
  assert.ok(commands.length > 14, ofProgram);
  for (const command of commands.filter((name) => name !== 'help')) {
    const { stdout } = await run([command, '--help']);
    assert.match(stdout, /exit codes?[: ]/i, command);
    assert.match(stdout, /^Variables: [^]*NO_COLOR$/m, command);
    const isOfTemporal = !['list', 'resolve', 'dev', 'demo', 'emulator', 'completion'].includes(command);
    assert.equal(/Variables: TEMPORAL_ADDRESS/.test(stdout), isOfTemporal, command);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  }
});

for (const [what, args, message] of [
  ['cancel without a name', ['cancel'], /missing required argument 'name'/],
  ['history of two names', ['history', 'a/b', 'c/d'], /too many arguments/],
  ['list without a parent', ['list'], /'--parent <parent>' not specified/],
  ['an unknown output format', ['resolve', 'a/b', '-o', 'yaml'], /Allowed choices are text, json, jsonl/],
  ['a flag without its value', ['cancel', 'a/b', '--reason'], /argument missing/],
  ['a duration without a unit', ['cancel', 'a/b', '--timeout', '5'], /--timeout <duration>.*: 5s or 5ms\?/],
  ['a duration without a unit, of watch', ['watch', 'a/b', '--abort-after', '1.5'], /: 1\.5s or 1\.5ms\?/],
  ['a duration without a unit, of list', ['list', '--parent', 'a/b', '--older-than', '5'], /: 5s or 5ms\?/],
  ['a duration without a unit, of cancel-all', ['cancel-all', '--parent', 'a/b', '--older-than', '7'], /: 7s or 7ms\?/],
  ['a duration without a unit, of ls', ['ls', '--since', '24'], /: 24s or 24ms\?/],
  ['a duration without a unit, of a resend', ['cancel', 'a/b', '--resend-cancel-after', '.5'], /: \.5s or \.5ms\?/],
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

test('commands that are printed begin as the program was started, by any package manager', () => {
  const agents = { npm: 'npm/11.19.1 node/v20', pnpm: 'pnpm/10.34.9 npm/?', yarn: 'yarn/4.18.1 npm/?' };
  for (const [command, agent, script, expected] of [
    ['exec', agents.npm, '/p/node_modules/.bin/temporal-lro', 'npx temporal-lro'],
    ['run', agents.npm, '/p/dist/cli/main.js', 'npx temporal-lro'],
    [undefined, undefined, '/p/node_modules/.bin/temporal-lro', 'npx temporal-lro'],
    [undefined, undefined, '/usr/local/bin/temporal-lro', 'temporal-lro'],
    ['exec', agents.pnpm, '/p/node_modules/.pnpm/x/node_modules/temporal-lro/main.js', 'pnpm exec temporal-lro'],
    [undefined, agents.pnpm, '/root/.cache/pnpm/dlx/72a0/node_modules/temporal-lro/main.js', 'pnpm dlx temporal-lro'],
    [undefined, agents.yarn, '/tmp/xfs-8b28/dlx-14364/node_modules/temporal-lro/main.js', 'yarn dlx temporal-lro'],
    [undefined, agents.yarn, '/p/node_modules/temporal-lro/main.js', 'yarn run temporal-lro'],
  ] as const) {
    const env = { npm_command: command, npm_config_user_agent: agent };
    assert.equal(programWords(env, script).join(' '), expected);
  }
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
