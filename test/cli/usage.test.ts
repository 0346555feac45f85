import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { run } from './support/command.js';

for (const [what, args, message] of [
  ['an unknown command', ['cancle'], /unknown command 'cancle'/],
  ['an unknown flag', ['demo', '--forever'], /unknown option '--forever'/],
  ['one argument too many', ['worker', 'now'], /too many arguments/],
  ['an impossible port', ['emulator', '--port', '70000'], /--port <port>.*whole number from 0 to 65535/],
  ['a flag without its value', ['emulator', '--host'], /argument missing/],
  ['no command', [], /Usage: temporal-lro/],
] as const) {
  test(`${what} is bad usage: a message on stderr, nothing on stdout, and exit code 2`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 2);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(stdout, '');
  });
}

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  assert.deepEqual(await run(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
});

for (const command of ['demo', 'worker', 'emulator']) {
  test(`${command} --help has an example, within 80 columns`, async () => {
    const { code, stdout } = await run([command, '--help']);
    assert.equal(code, 0);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
    assert.match(stdout, new RegExp(`Example[^]*temporal-lro ${command}`));
  });
}

test('a worker that cannot use its environment names the variable, and exits with 1', async () => {
  const { code, stderr } = await run(['worker'], { GOOGLE_SERVICES: 'https://example.com' });
  assert.equal(code, 1);
  assert.match(stderr, /GOOGLE_SERVICES/);
  assert.doesNotMatch(stderr, /^\s+at /m);
});
