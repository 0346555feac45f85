import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adminRoutes } from '../../emulator/index.js';
import { run, type RunningCommand, start } from './support/command.js';

const NAME = 'projects/acme/locations/us-central1/datasets/7/operations/1';
let command: RunningCommand;
let host: string;

before(async () => {
  command = start(['emulator', '--port', '0']);
  await command.waitFor('stderr', 'until Ctrl-C');
  host = /^OPERATIONS_EMULATOR_HOST=(\S+)$/m.exec(command.written.stdout)?.[1] ?? '';
});
after(() => void command.child.kill('SIGKILL'));

test('the emulator prints its host and every admin route, within 80 columns', () => {
  assert.match(host, /^127\.0\.0\.1:\d+$/);
  for (const route of Object.keys(adminRoutes)) assert.ok(command.written.stdout.includes(route), route);
  for (const line of command.written.stdout.split('\n')) assert.ok(line.length <= 80, line);
});

test('the emulator answers at the host that it printed', async () => {
  const added = await fetch(`http://${host}/emulator/operations`, {
    method: 'POST',
    body: JSON.stringify({ name: NAME, onCancel: { kind: 'wins' } }),
  });
  assert.equal(added.status, 201);
  const cancelled = await fetch(`http://${host}/v1beta1/${NAME}:cancel`, { method: 'POST' });
  assert.deepEqual([cancelled.status, await cancelled.json()], [200, {}]);
  const seen = (await (await fetch(`http://${host}/v1beta1/${NAME}`)).json()) as { error: { code: number } };
  assert.equal(seen.error.code, 1);
});

test('a port that is taken is named in the message, and the exit code is 1', async () => {
  const { code, stderr } = await run(['emulator', '--port', host.split(':')[1] ?? '']);
  assert.equal(code, 1);
  assert.match(stderr, /cannot listen on 127\.0\.0\.1:\d+/);
  assert.doesNotMatch(stderr, /^\s+at /m);
});

test('an emulator listens on other addresses than loopback only when one is named, and says so', async () => {
  assert.doesNotMatch(command.written.stderr, /listens on/);
  const other = start(['emulator', '--port', '0', '--host', '0.0.0.0']);
  await other.waitFor('stderr', 'until Ctrl-C');
  other.child.kill('SIGINT');
  assert.match(other.written.stderr, /listens on 0\.0\.0\.0: all who reach/);
  const { code, stderr } = await run(['emulator', '--port', '0', '--host', '']);
  assert.equal(code, 1);
  assert.match(stderr, /host must be an address/);
});

test('Ctrl-C ends the emulator with exit code 0', async () => {
  const other = start(['emulator', '--port', '0']);
  await other.waitFor('stderr', 'until Ctrl-C');
  other.child.kill('SIGINT');
  assert.equal(await other.ended, 0);
});
