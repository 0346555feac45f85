import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { CancelBehaviour } from '../../emulator/index.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { run, start } from './support/command.js';
import { jq, type Printed, runJson } from './support/json.js';

describe('cancel, watch, abort and status', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  const temporalFlags = () => ['--address', world.address, '--task-queue', world.taskQueue];
  const env = { NO_COLOR: undefined, TEMPORAL_ADDRESS: undefined, TEMPORAL_TASK_QUEUE: undefined };
  const json = (...args: string[]) => runJson([...args, ...temporalFlags()], env);

  for (const [outcome, exit, onCancel, flags] of [
    ['CANCELLED', 0, { kind: 'wins', afterMs: 100 }, []],
    ['COMPLETED', 3, { kind: 'loses', afterMs: 100 }, []],
    ['FAILED', 4, { kind: 'fails', code: 10, message: 'deleted \u001B[31m', afterMs: 100 }, []],
    ['NOT_CANCELLABLE', 5, { kind: 'refused' }, []],
    ['STILL_RUNNING', 6, { kind: 'ignored' }, ['--timeout', '1s']],
  ] as [string, number, CancelBehaviour, string[]][]) {
    test(`cancel prints a result ${outcome} as one object and exits with ${exit}`, async () => {
      const name = world.operation({ onCancel });
      const { code, data, stdout } = await json('cancel', name, '--reason', 'over budget', ...flags);
      assert.equal(code, exit);
      assert.equal(data.outcome, outcome);
      assert.equal(data.name, name);
      assert.equal(data.cancellation.reason, 'over budget');
      assert.equal(data.cancellation.requestedBy, userInfo().username);
      assert.ok([outcome, undefined].includes(jq('.outcome', stdout)));
      assert.ok(!stdout.includes('\u001B'));
    });
  }

  test('cancel of an operation that expires exits with 7', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const command = start(['cancel', name, ...temporalFlags()], env);
    await command.waitFor('stderr', 'cancel accepted');
    world.emulator.expire(name);
    assert.equal(await command.ended, 7);
    assert.match(command.written.stdout, /LOST: Google no longer knows it/);
  });

  test('cancel in text writes progress to stderr and the result to stdout, without control characters', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const command = start(['cancel', name, ...temporalFlags()], env);
    await command.waitFor('stderr', 'cancel accepted');
    world.emulator.complete(name, { error: { code: 9, message: 'no\u001B[2J\u009B31m' } });
    assert.equal(await command.ended, 4);
    const { stdout, stderr } = command.written;
    assert.match(stderr, /CANCELLING: cancel accepted, \d+ polls?/);
    assert.ok(stdout.startsWith(`${name}\n  FAILED: the operation failed with FAILED_PRECONDITION`), stdout);
    assert.ok(stdout.replaceAll(/\s+/g, ' ').includes('which is no cancellation: no?[2J?31m'), stdout);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
    assert.doesNotMatch(`${stdout}${stderr}`.replaceAll('\n', ''), /\p{Cc}/u);
  });

  test('several names give an array in their order, with errors, and 1 wins over every outcome', async () => {
    const wins = world.operation();
    const loses = world.operation({ onCancel: { kind: 'loses', afterMs: 50 } });
    const denied = world.operation();
    world.emulator.fail({ name: denied, method: 'get', kind: 'status', code: 'PERMISSION_DENIED' });
    const { code, data, stdout, stderr } = await runJson<Printed[]>(
      ['cancel', wins, denied, loses, wins, ...temporalFlags()],
      env,
    );
    assert.equal(code, 1);
    assert.deepEqual(
      data.map(({ name, outcome, error }) => [name, outcome ?? error?.type]),
      [
        [wins, 'CANCELLED'],
        [denied, 'PERMISSION_DENIED'],
        [loses, 'COMPLETED'],
      ],
    );
    assert.match(stderr, new RegExp(`${denied}: PERMISSION_DENIED: `));
    assert.ok(['3', undefined].includes(jq('length', stdout)));
  });

  test('without a failure the highest code wins, and jsonl has one object a line as each ends', async () => {
    const slow = world.operation({ onCancel: { kind: 'ignored' } });
    const loses = world.operation({ onCancel: { kind: 'loses', afterMs: 50 } });
    const command = start(['cancel', slow, loses, ...temporalFlags(), '-o', 'jsonl'], env);
    await command.waitFor('stdout', loses);
    world.emulator.complete(slow, { error: { code: 1 } });
    assert.equal(await command.ended, 3);
    const lines = command.written.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Printed);
    assert.deepEqual(
      lines.map(({ name }) => name),
      [loses, slow],
    );
  });

  test('a URL and a full resource name give service, version and name', async () => {
    const [one, two] = [world.operation(), world.operation()];
    const url = `https://us-central1-${SERVICE}/v1/${one}:cancel`;
    const { code, data } = await runJson<Printed[]>(['cancel', url, `//${SERVICE}/${two}`, ...temporalFlags()], env);
    assert.equal(code, 0);
    assert.deepEqual(
      data.map(({ name, service }) => [name, service]),
      [
        [one, SERVICE],
        [two, SERVICE],
      ],
    );
    assert.equal(world.emulator.requests(one, 'cancel').length, 1);
  });

  test('all names are checked before anything is started', async () => {
    const name = world.operation();
    const { code, stdout, stderr } = await run(['cancel', name, 'foo', '../x', 'v1/a/b', ...temporalFlags()], env);
    assert.deepEqual([code, stdout], [2, '']);
    for (const bad of ['foo', '../x', 'v1/a/b']) assert.ok(stderr.includes(`"${bad}" `), stderr);
    assert.equal(world.emulator.requests(name).length, 0);
  });

  test('the message about a bad value names the flag, and nothing is started', async () => {
    const { code, stderr } = await run(
      ['cancel', 'projects/p/operations/1', '--timeout', 'soon', ...temporalFlags()],
      env,
    );
    assert.equal(code, 2);
    assert.match(stderr, /--timeout <duration>.* must be a duration/);
    const other = await run(
      ['watch', 'projects/p/operations/1', '--when-not-cancellable', 'wait', ...temporalFlags()],
      env,
    );
    assert.match(other.stderr, /^--when-not-cancellable must be "return" or "follow"/);
  });

  test('Ctrl-C exits with 130, prints the status command, and the cancellation goes on', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const command = start(['cancel', name, ...temporalFlags()], env);
    await command.waitFor('stderr', 'cancel accepted');
    command.child.kill('SIGINT');
    assert.equal(await command.ended, 130);
    assert.equal(command.written.stdout, '');
    const [, line = ''] = /^ {2}temporal-lro (status .*)$/m.exec(command.written.stderr) ?? [];
    const { code, data } = await runJson(line.split(' '), env);
    assert.deepEqual([code, data.state], [0, 'CANCELLING']);
    world.emulator.complete(name);
    const result = await world.client.workflow.getHandle(workflowIdOf(SERVICE, name)).result();
    assert.equal((result as Printed).outcome, 'COMPLETED');
  });

  test('--no-wait starts, prints the status and ends with 0', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const { code, data } = await json('cancel', name, '--no-wait');
    assert.equal(code, 0);
    assert.ok(['PENDING', 'CANCELLING'].includes(data.state ?? ''));
    assert.equal(data.cancellation.aborts, 1);
    world.emulator.complete(name);
  });

  test('abort ends a watch, which shows the outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const watching = start(['watch', name, ...temporalFlags(), '-o', 'json'], env);
    await watching.waitFor('stderr', 'WATCHING');
    const aborted = await json('abort', name, '--reason', 'worse recall', '--requested-by', 'li');
    assert.equal(aborted.code, 0);
    assert.equal(aborted.data.cancellation.status === 'NOT_REQUESTED', false);
    assert.equal(await watching.ended, 0);
    const result = JSON.parse(watching.written.stdout) as Printed;
    assert.deepEqual(
      [result.outcome, result.cancellation.reason, result.cancellation.requestedBy],
      ['CANCELLED', 'worse recall', 'li'],
    );
    const again = await json('abort', name);
    assert.deepEqual([again.code, again.data.state], [0, 'DONE']);
  });

  test('watch aborts by itself after --abort-after', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
    const { code, data } = await json('watch', name, '--abort-after', '1s');
    assert.deepEqual([code, data.outcome, data.cancellation.timesSent], [0, 'CANCELLED', 1]);
  });

  test('status shows the attempt and the last error of the pending activity', async () => {
    const name = world.operation();
    world.emulator.fail({ name, method: 'get', kind: 'status', code: 'UNAVAILABLE' });
    const command = start(['cancel', name, ...temporalFlags()], env);
    await command.waitFor('stderr', 'last error: UNAVAILABLE');
    const { stdout } = await run(['status', name, ...temporalFlags()], env);
    assert.match(stdout, /^ {2}pending +getOperation, attempt \d+$/m);
    assert.match(stdout, /^ {2}last error +UNAVAILABLE/m);
    world.emulator.clearFaults();
    assert.equal(await command.ended, 0);
  });

  test('an operation without a workflow, and one that does not exist, are NOT_FOUND with the next command', async () => {
    const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
    for (const command of ['status', 'abort']) {
      const { code, data, stderr } = await json(command, name);
      assert.equal(code, 1);
      assert.equal(data.error?.type, 'NOT_FOUND');
      assert.match(stderr, /Temporal does not know the workflow of .* temporal-lro cancel /);
    }
    const { code, data, stderr } = await json('cancel', name);
    assert.deepEqual([code, data.error?.type, data.name], [1, 'NOT_FOUND', name]);
    assert.match(stderr, /NOT_FOUND.* temporal-lro resolve /);
  });
});
