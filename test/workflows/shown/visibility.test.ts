import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { defineSearchAttributeKey } from '@temporalio/common';
import { lastSegment } from '../../../contract/names.js';
import type { OperationResult } from '../../../contract/result.js';
import { startTemporal } from '../../../devserver/index.js';
import { closeChecked, eventsOf, kindsOf, until } from '../../support/history.js';
import { answered, arrived } from '../../support/moments.js';
import { abortBySignal, failureOf, startWith } from '../../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../../support/world.js';

const NAME_KEY = defineSearchAttributeKey('GoogleOperationName', 'KEYWORD');
const OUTCOME_KEY = defineSearchAttributeKey('GoogleOperationOutcome', 'KEYWORD');

describe('what Temporal shows of a workflow', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  const scenarios: [string, Parameters<World['operation']>[0], Record<string, unknown>, boolean][] = [
    ['CANCELLED', { onCancel: { kind: 'wins', afterMs: 100 } }, {}, true],
    ['COMPLETED', { completesAfterMs: 0 }, {}, false],
    ['FAILED', { onCancel: { kind: 'fails', code: 10, afterMs: 100 } }, {}, false],
    ['NOT_CANCELLABLE', { onCancel: { kind: 'refused' } }, {}, false],
    ['STILL_RUNNING', { onCancel: { kind: 'ignored' } }, { timeout: '1s' }, false],
  ];
  for (const [outcome, script, input, won] of scenarios) {
    test(`${outcome} is in the memo and in the search attribute`, async () => {
      const name = world.operation(script);
      const handle = await world.start('cancelOperation', { name, ...input });
      assert.equal((await handle.result()).outcome, outcome);
      const { memo, typedSearchAttributes } = await handle.describe();
      assert.deepEqual(memo, { operation: name, outcome, won });
      assert.equal(typedSearchAttributes.get(OUTCOME_KEY), outcome);
      assert.equal(typedSearchAttributes.get(NAME_KEY), name);
    });
  }

  test('the type of a failure is in the search attribute, so that no failed workflow is RUNNING', async () => {
    const missing = 'projects/p/locations/us-central1/operations/never-there';
    for (const [input, type] of [
      [{ name: missing, notFoundGrace: 0 }, 'NOT_FOUND'],
      [{ name: `${missing}-2`, timeout: 'soon' }, 'INVALID_ARGUMENT'],
    ] as const) {
      const handle = await world.start('cancelOperation', input);
      assert.equal((await failureOf(handle)).type, type);
      assert.equal((await handle.describe()).typedSearchAttributes.get(OUTCOME_KEY), type);
    }
  });

  test('it is found by GoogleOperationOutcome RUNNING while it is running, and then by its outcome', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('cancelOperation', { name });
    await answered(world, name, 'cancel');
    const found = async (outcome: string) => {
      const query = `GoogleOperationName = '${name}' AND GoogleOperationOutcome = '${outcome}'`;
      return (await world.client.workflow.count(query)).count;
    };
    await until(
      () => found('RUNNING'),
      (count) => count === 1,
    );
    world.emulator.complete(name, {});
    await handle.result();
    await until(
      () => found('COMPLETED'),
      (count) => count === 1,
    );
    assert.equal(await found('RUNNING'), 0);
  });

  test('without search attributes at the start it upserts none, and has the memo', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const handle = await startWith(world, 'cancelOperation', [{ name }]);
    await handle.result();
    assert.ok(!(await kindsOf(handle)).includes('upsertWorkflowSearchAttributes'));
    const { memo, typedSearchAttributes } = await handle.describe();
    assert.equal(typedSearchAttributes.get(OUTCOME_KEY), undefined);
    assert.deepEqual(memo, { operation: name, outcome: 'CANCELLED', won: true });
  });

  test('with only the name attribute at the start it does not set the outcome attribute', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const handle = await world.client.workflow.start<(input: unknown) => Promise<OperationResult>>('cancelOperation', {
      workflowId: `test-${randomUUID()}`,
      taskQueue: world.taskQueue,
      args: [{ name }],
      typedSearchAttributes: [{ key: NAME_KEY, value: name }],
    });
    await handle.result();
    const { typedSearchAttributes } = await handle.describe();
    assert.equal(typedSearchAttributes.get(NAME_KEY), name);
    assert.equal(typedSearchAttributes.get(OUTCOME_KEY), undefined);
  });

  test('the static summary names the operation, who asked and why', async () => {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const input = { name, reason: 'budget', requestedBy: 'ops' };
    const followed = await world.operations.cancel(input);
    await followed.result();
    const description = await world.client.workflow.getHandle(followed.workflowId).describe();
    const summary = (await description.staticSummary()) ?? '';
    for (const part of [lastSegment(name), 'budget', 'ops']) assert.ok(summary.includes(part), summary);
  });

  test('every activity and every timer has a summary', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', {
      name,
      abortAfter: '1s',
      resendCancelAfter: '800ms',
      timeout: '10s',
    });
    await handle.result();
    const summaries = (await eventsOf(handle)).flatMap((event) => {
      const isMeant = event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes;
      return isMeant ? [Buffer.from(event.userMetadata?.summary?.data ?? []).toString()] : [];
    });
    assert.ok(summaries.length >= 3, String(summaries));
    for (const summary of summaries) assert.match(summary, /^".{3,200}"$/, String(summaries));
    assert.ok(summaries.some((summary) => summary.includes(lastSegment(name))));
  });

  test('the current details follow the workflow to its end', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.start('watchOperation', { name });
    await arrived(world, name, 'wait');
    const watching = await detailsOf(handle);
    assert.match(watching, /WATCHING/);
    assert.ok(watching.includes(name));
    await abortBySignal(handle, { reason: 'budget <img src=x> [a](http://b)', requestedBy: 'ops | x' });
    await until(
      () => detailsOf(handle),
      (details) => /CANCELLING/.test(details) && /accepted/.test(details),
    );
    const cancelling = await detailsOf(handle);
    assert.match(cancelling, /budget/);
    assert.doesNotMatch(cancelling, /<img|\]\(http/, 'a text from a caller is not markup');
    world.emulator.complete(name, { error: { code: 1 } });
    await handle.result();
    assert.match(await detailsOf(handle), /CANCELLED/);
  });

  test('its signal, update and query have descriptions', async () => {
    const name = world.operation({ completesAfterMs: 0 });
    const handle = await world.start('cancelOperation', { name });
    await handle.result();
    const { definition } = await metadataOf(handle);
    const names = (list: { name: string; description?: string }[] = []) =>
      list.filter(({ description }) => (description ?? '') !== '').map((one) => one.name);
    assert.ok(names(definition?.signalDefinitions).includes('abort'));
    assert.ok(names(definition?.updateDefinitions).includes('abort'));
    assert.ok(names(definition?.queryDefinitions).includes('status'));
  });
});

test('on a namespace without the search attributes everything runs', { timeout: 300_000 }, async () => {
  const world = await startWorld({}, await startTemporal({ searchAttributes: false }));
  try {
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 100 } });
    const handle = await startWith(world, 'cancelOperation', [{ name }]);
    assert.equal((await handle.result()).outcome, 'CANCELLED');
    assert.equal((await handle.describe()).memo?.['outcome'], 'CANCELLED');
  } finally {
    await closeChecked(world);
  }
});

interface Definitions {
  definition?: Partial<
    Record<'signalDefinitions' | 'updateDefinitions' | 'queryDefinitions', { name: string; description?: string }[]>
  >;
  currentDetails?: string;
}

function metadataOf(handle: Handle): Promise<Definitions> {
  return handle.query<Definitions>('__temporal_workflow_metadata');
}

async function detailsOf(handle: Handle): Promise<string> {
  return (await metadataOf(handle)).currentDetails ?? '';
}
