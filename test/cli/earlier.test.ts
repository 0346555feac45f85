import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LiveStatus } from '../../client/index.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { until } from '../support/history.js';
import { arrived } from '../support/moments.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { run } from './support/command.js';
import { runJson } from './support/json.js';

describe('what was recorded before, or is followed already', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  const flags = () => ['--address', world.address, '--task-queue', world.taskQueue];
  const env = { TEMPORAL_ADDRESS: undefined, TEMPORAL_TASK_QUEUE: undefined };
  const text = async (...args: string[]) => {
    const { code, stdout, stderr } = await run([...args, ...flags()], env);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80 || /projects[/:]/.test(line), line);
    return { code, stderr, words: stdout.replaceAll(/\s+/g, ' ') };
  };

  for (const [outcome, exit, onCancel] of [
    ['CANCELLED', 0, { kind: 'wins', afterMs: 100 }],
    ['COMPLETED', 3, { kind: 'loses', afterMs: 100 }],
  ] as const)
    test(`cancel and watch of what is recorded as ${outcome} say when, by whom and why, and exit with ${exit}`, async () => {
      const name = world.operation({ onCancel });
      await text('cancel', name, '--reason', 'budget', '--requested-by', 'ops@example.com');
      for (const command of ['cancel', 'watch']) {
        const { code, words } = await text(command, name, '--reason', 'late');
        assert.equal(code, exit);
        assert.match(
          words,
          new RegExp(`${outcome}: .*This is an earlier record, and nothing was sent now: it ended at `),
        );
        assert.match(words, /, \d+\w+ ago\. The cancel was asked for by ops@example\.com, because: budget\./);
      }
      assert.equal(world.cancels(name), 1);
      const json = await runJson<{ earlier?: boolean }>(['cancel', name, ...flags()], env);
      assert.equal(json.data.earlier, true);
      const stored = await text('cancel', name, '--no-wait');
      assert.equal(stored.code, 0);
      assert.match(stored.stderr, /nothing was started, because its end was recorded before/);
    });

  test('status tells who won, when it ended and after how long, and never that nobody asked', async () => {
    const won = world.operation({ onCancel: { kind: 'wins' } });
    const done = world.operation({ completesAfterMs: 0 });
    await text('cancel', won, done);
    const { words } = await text('status', won);
    assert.match(words, /DONE, CANCELLED: the cancel won/);
    assert.match(words, /ended \S+Z \(\w+ ago\), after \w+/);
    const already = await text('status', done);
    assert.match(already.words, /cancel not sent: the operation was done already requested 1 time/);
    assert.match(already.words, /DONE, COMPLETED: done at the first poll/);
  });

  test('status tells when the next cancel, the abort and the timeout are due', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    await text('watch', name, '--no-wait', '--abort-after', '5h', '--timeout', '9h');
    const watching = await text('status', name);
    assert.match(watching.words, /next it is aborted in 4h 59m; following stops in 8h 59m/);
    await text('abort', name);
    await arrived(world, name, 'cancel');
    const status = () => runJson<LiveStatus>(['status', name, ...flags()], env);
    await until(status, ({ data }) => data.resendAt !== undefined);
    assert.match((await text('status', name)).words, /next the cancel is sent again in [34]m/);
    world.emulator.complete(name, {});
  });

  test('watch --abort-after of a running watcher adjusts it and says so', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    await text('watch', name, '--no-wait');
    const { code, stderr } = await text('watch', name, '--abort-after', '1s', '--when-not-cancellable', 'return');
    assert.equal(code, 0);
    assert.match(stderr, /is followed already: its --when-not-cancellable stays as it is\./);
    assert.match(stderr, /is followed already\. It has now --abort-after 1s, counted from \S+Z\./);
    assert.equal(world.cancels(name), 1);
  });

  test('a --timeout that is shorter than an operation has been followed ends it for nobody, and is said to be left out', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    await text('watch', name, '--no-wait');
    const { code, stderr } = await text('watch', name, '--no-wait', '--timeout', '1ms');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /has been followed for longer than --timeout 1ms: its own stays\./);
    assert.match((await text('status', name)).words, /WATCHING/);
    world.emulator.complete(name, {});
  });

  test('a limit is lifted by 0, and the unit of one that is given is shown as it was understood', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const limits = ['--abort-after', '0', '--timeout', '90M'];
    await text('watch', name, '--no-wait', '--abort-after', '5h', ...limits.slice(2));
    const { code, stderr } = await text('watch', name, '--no-wait', ...limits);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /It has now no --abort-after and --timeout 1h 30m, counted from/);
    assert.match((await text('status', name)).words, / next following stops in 1h 29m /);
    world.emulator.complete(name, {});
  });

  test('poll has several operations polled at once, and prints their status', async () => {
    const names = [world.operation(), world.operation()];
    for (const name of names) {
      await text('watch', name, '--no-wait');
      await arrived(world, name, 'wait');
    }
    const { code, words } = await text('poll', ...names);
    assert.equal(code, 0);
    for (const name of names) {
      assert.ok(words.includes(name));
      await arrived(world, name, 'get', 2);
      world.emulator.complete(name, {});
    }
  });

  test('history shows every execution, newest first, with its outcome, requester and reason', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const { workflowId } = await world.operations.watch({ name });
    await world.client.workflow.getHandle(workflowId).terminate();
    await text('cancel', name, '--reason', 'budget', '--requested-by', 'ops');
    await text('watch', name, '--again');
    type Row = { type: string; status: string; outcome?: string; cancellation?: { won: boolean; reason?: string } };
    const read = () => runJson<Row[]>(['history', name, ...flags()], env);
    const { code, data } = await until(read, ({ data: rows }) => rows.length === 3);
    assert.equal(code, 0);
    assert.deepEqual(
      data.map(({ type, status, outcome, cancellation }) => [
        type,
        status,
        outcome,
        cancellation?.won,
        cancellation?.reason,
      ]),
      [
        ['watchOperation', 'COMPLETED', 'CANCELLED', false, undefined],
        ['cancelOperation', 'COMPLETED', 'CANCELLED', true, 'budget'],
        ['watchOperation', 'TERMINATED', undefined, undefined, undefined],
      ],
    );
    assert.equal(workflowId, workflowIdOf(SERVICE, name));
    const { words } = await text('history', name);
    assert.match(
      words,
      /CANCELLED, the cancel won cancelOperation, took \w+, cancel asked for 1 time by ops, because: budget/,
    );
    assert.match(words, /Z TERMINATED watchOperation/);
  });

  test('history of what was never followed is NOT_FOUND', async () => {
    const { code, stderr } = await text('history', world.operation());
    assert.equal(code, 1);
    assert.match(stderr, /NOT_FOUND/);
  });
});
