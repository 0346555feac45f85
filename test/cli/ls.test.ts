import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { queryOf, type OperationRecord } from '../../cli/history/records.js';
import { tableOfRecords } from '../../cli/history/records-table.js';
import { until } from '../support/history.js';
import { compiled, conforms } from '../support/schemas.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { startWorld, type World } from '../support/world.js';
import { run } from './support/command.js';
import { runJson } from './support/json.js';

describe('ls', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  const names: Record<string, string> = {};
  before(async () => {
    world = await startWorld();
    const { operations, client } = world;
    const cancel = async (key: string, onCancel: 'wins' | 'loses', reason: string) => {
      const name = (names[key] = world.operation({ onCancel: { kind: onCancel, afterMs: 50 } }));
      await (await operations.cancel({ name, reason, requestedBy: 'ana' })).result();
    };
    await cancel('won', 'wins', 'over \u001B[31mbudget');
    await cancel('lost', 'loses', 'late');
    const failed = (names['failed'] = world.operation({ visibleAfterMs: 3_600_000 }));
    await (await operations.cancel({ name: failed, notFoundGrace: '1ms' })).result().catch(() => undefined);
    const terminated = (names['terminated'] = world.operation());
    const { workflowId } = await operations.watch({ name: terminated });
    await client.workflow.getHandle(workflowId).terminate();
    const watched = (names['watched'] = world.operation({ onCancel: { kind: 'ignored' } }));
    const memo = { outcome: 'CANCELLED', won: true, requestedBy: 'ben' };
    // Whoever starts a workflow gives it any memo.
    await client.workflow.start('watchOperation', {
      workflowId: workflowIdOf('aiplatform.googleapis.com', watched),
      taskQueue: world.taskQueue,
      args: [{ name: watched, requestedBy: 'ben' }],
      memo,
    });
    const aborted = (names['aborted'] = world.operation({ onCancel: { kind: 'ignored' } }));
    await (await operations.watch({ name: aborted, requestedBy: 'ben' })).abort({ requestedBy: 'ana', reason: 'slow' });
    const isWhole = ({ data }: { data: OperationRecord[] }) =>
      data.length === 6 && data.filter(({ status }) => status === 'RUNNING').length === 2;
    await until(() => read(), isWhole);
  });
  after(() => world.close());

  const env = { TEMPORAL_ADDRESS: undefined, TEMPORAL_TASK_QUEUE: undefined };
  const flags = () => ['--address', world.address, '--task-queue', world.taskQueue];
  const read = (...args: string[]) => runJson<OperationRecord[]>(['ls', ...args, ...flags()], env);
  const keysOf = (records: readonly OperationRecord[]) =>
    records.map(({ name }) => Object.keys(names).find((key) => names[key] === name));

  test('lists the newest first, with outcome, won, kind, requester and reason; what has ended is not RUNNING', async () => {
    const { code, data, stdout, stderr } = await read();
    assert.equal(code, 0, stderr);
    assert.deepEqual(keysOf(data), ['aborted', 'watched', 'terminated', 'failed', 'lost', 'won']);
    assert.deepEqual(
      data.map((one) => [one.status, one.outcome, one.won, one.kind, one.requestedBy, one.reason, one.error?.type]),
      [
        ['RUNNING', undefined, undefined, 'operation', 'ana', 'slow', undefined],
        ['RUNNING', undefined, undefined, 'operation', 'ben', undefined, undefined],
        ['TERMINATED', undefined, undefined, 'operation', undefined, undefined, 'TERMINATED'],
        ['FAILED', undefined, undefined, 'operation', undefined, undefined, 'NOT_FOUND'],
        ['COMPLETED', 'COMPLETED', false, 'operation', 'ana', 'late', undefined],
        ['COMPLETED', 'CANCELLED', true, 'operation', 'ana', 'over \u001B[31mbudget', undefined],
      ],
    );
    assert.deepEqual([data[0]?.state, data[1]?.state], ['CANCELLING', 'WATCHING']);
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
    const lines = (await run(['ls', '-o', 'jsonl', ...flags()], env)).stdout.trimEnd().split('\n');
    for (const line of lines) conforms(compiled('record.json', { isClosed: true }), JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as OperationRecord).runId),
      data.map(({ runId }) => runId),
    );
  });

  for (const [args, expected] of [
    [['--running'], ['aborted', 'watched']],
    [
      ['--outcome', 'completed,NONE', '--since', '1h'],
      ['terminated', 'failed', 'lost'],
    ],
    [
      ['--requested-by', 'ana', '--limit', '2'],
      ['aborted', 'lost'],
    ],
  ] as const)
    test(`${args.join(' ')} keeps ${expected.join(', ') || 'nothing'}`, async () => {
      const { code, data, stderr } = await read(...args);
      assert.equal(code, 0, stderr);
      assert.deepEqual(keysOf(data), expected);
      assert.equal(/There are more than these 2\./.test(stderr), args.includes('--limit' as never), stderr);
    });

  test('--bulks lists the bulks by their ids, with requester and reason; --parent what is under it', async () => {
    const given = { names: [names['won'] ?? ''], requestedBy: 'ana', reason: 'month end' };
    const { workflowId } = await world.operations.cancelAll(given);
    const { data } = await until(
      () => read('--bulks'),
      ({ data: records }) => records[0]?.status === 'COMPLETED',
    );
    assert.deepEqual(
      data.map(({ type, name, outcome, reason, ...one }) => [
        type,
        one.workflowId,
        name,
        outcome,
        one.requestedBy,
        reason,
      ]),
      [['cancelOperations', workflowId, undefined, undefined, 'ana', 'month end']],
    );
    const { stdout } = await run(['ls', '--bulks', ...flags()], env);
    assert.match(stdout, /\n +\w+ {2}COMPLETED {2}- +- {5}ana\n {10}cancel-operations-\S+\n {10}because: month end\n$/);
    assert.deepEqual((await read('--parent', 'projects/p/locations/us')).data, []);
    assert.equal((await read('--parent', 'projects/p/locations/us-central1')).data.length, 6);
  });

  test('in text nothing but names is wider than 80 columns, and nothing controls the terminal', async () => {
    const { code, stdout } = await run(['ls', ...flags()], env);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^ +AGE {2}OUTCOME +WON {2}KIND +BY\n +[\w ]+ {2}CANCELLING +- {4}operation {2}ana\n {10}projects/,
    );
    assert.match(stdout, /TERMINATED +- [^]*no outcome: NOT_FOUND +- [^]*COMPLETED +no [^]*CANCELLED +yes /);
    assert.ok(stdout.includes(`${names['won']}\n          because: over ?[31mbudget\n`), stdout);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80 || /projects/.test(line), line);
  });

  test('without a worker it lists what Temporal knows, and says what is as of the start', async () => {
    const name = world.operation();
    const taskQueue = `${world.taskQueue}-none`;
    await world.client.workflow.start('watchOperation', {
      workflowId: `own-${taskQueue}`,
      taskQueue,
      args: [{ name }],
      memo: { operation: name, requestedBy: 'ben', reason: 7 },
    });
    const list = () => runJson<OperationRecord[]>(['ls', '--address', world.address, '--task-queue', taskQueue], env);
    const { data, stderr } = await until(list, ({ data: records }) => records.length === 1);
    const [{ status, requestedBy, reason, state } = data[0] as OperationRecord] = data;
    assert.deepEqual(
      [data[0]?.name, status, requestedBy, reason, state],
      [name, 'RUNNING', 'ben', undefined, undefined],
    );
    assert.match(stderr, /No worker polls the task queue \S+-none .* as of their start\./);
  });

  for (const [args, message] of [
    [['--outcome', 'WON'], /It must be one of CANCELLED, .*, or NONE/],
    [['--running', '--outcome', 'LOST'], /cannot be used with/],
    [['--limit', '0'], /^--limit must be at least 1/],
  ] as const)
    test(`${args.join(' ')} is bad usage`, async () => {
      const { code, stderr } = await run(['ls', ...args, ...flags()], env);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
});

test('a query lets only what may match pass, and quotes what callers give', () => {
  const query = queryOf({ outcomes: ['LOST'], since: 0, taskQueue: "it's" }, true);
  assert.match(query, /AND ExecutionStatus = 'Completed' AND \(GoogleOperationOutcome IS NULL OR /);
  assert.ok(query.includes("StartTime >= '1970-01-01T00:00:00.000Z'"));
  assert.ok(query.endsWith(String.raw`TaskQueue = 'it\'s'`));
  assert.doesNotMatch(queryOf({ outcomes: ['LOST'] }, false), /GoogleOperationOutcome/);
  assert.doesNotMatch(queryOf({ outcomes: ['LOST', 'NONE'] }, true), /'Completed'|GoogleOperationOutcome/);
});

test('the outcome has a colour, and nothing else has; a requester is whole, however long', () => {
  const record: OperationRecord = {
    name: 'projects/CANCELLED/operations/1',
    kind: 'operation',
    type: 'cancelOperation',
    workflowId: 'w',
    runId: 'r',
    taskQueue: 'q',
    status: 'COMPLETED',
    outcome: 'CANCELLED',
    won: true,
    startedAt: new Date(0).toISOString(),
  };
  const table = tableOfRecords([record], (format, text) => `<${format}>${text}</>`, 61_000);
  assert.equal(
    table,
    '     AGE  OUTCOME    WON  KIND       BY\n' +
      '   1m 1s  <green>CANCELLED</>  yes  operation  -\n' +
      '          projects/CANCELLED/operations/1',
  );
  const long = 'a-service-account-with-a-long-name@an-even-longer-project.iam.gserviceaccount.com';
  const lines = tableOfRecords([{ ...record, requestedBy: long }], (_, text) => text, 61_000).split('\n');
  assert.equal(lines[1], '   1m 1s  CANCELLED  yes  operation');
  assert.equal(lines.slice(3).join(''), `          by:          ${long}`);
});
