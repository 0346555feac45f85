import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt } from '../../../activities/attempt.js';
import { createCoverage } from '../../../activities/reconcile/coverage.js';
import { createFollowedSets } from '../../../activities/reconcile/followed-sets.js';
import { workflowIdOf } from '../../../contract/workflow-id.js';

const service = 'aiplatform.googleapis.com';
/** With this threshold Temporal is asked about a collection once ten of its operations were met. */
const THRESHOLD = 50;

test('of collections that callers make up the latest 5,000 are remembered', async () => {
  const coverage = createCoverage(THRESHOLD, createFollowedSets());
  let asked = 0;
  const describeWorkflowExecution = () => Promise.reject(new Error(`not reachable: ${(asked += 1)}`));
  const meet = async (collection: string, id: number): Promise<void> => {
    const name = `projects/p/locations/l/${collection}/1/operations/${id}`;
    const connection = { withDeadline: (_: number, work: () => unknown) => work() };
    const client = { options: { namespace: 'default' }, connection, workflowService: { describeWorkflowExecution } };
    const info = { taskQueue: 'queue', workflowExecution: { workflowId: workflowIdOf(service, name) } };
    const sleep = () => Promise.resolve();
    const attempt = { ref: { service, apiVersion: 'v1', name }, context: { info, client }, sleep };
    await coverage.isCovered(attempt as unknown as Attempt);
  };
  const meetMany = async (made: number): Promise<number> => {
    for (let id = 1; id < 10; id++) await meet(`mine${made}`, id);
    for (let other = 0; other < made; other++) await meet(`madeUp${other}`, 1);
    await meet(`mine${made}`, 10);
    return asked;
  };
  assert.equal(await meetMany(5_000), 0, 'nothing is known of it any more');
  assert.notEqual(await meetMany(4_999), 0);
});

/** The answers to questions about twenty operations of a collection, and how long the attempts waited for them. */
async function askForMany(describeWorkflowExecution: () => Promise<unknown>) {
  const coverage = createCoverage(THRESHOLD, createFollowedSets());
  const connection = { withDeadline: (_: number, work: () => unknown) => work() };
  const workflow = { start: () => assert.fail('a loop was started') };
  const client = {
    options: { namespace: 'default' },
    connection,
    workflow,
    workflowService: { describeWorkflowExecution },
  };
  const slept: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void slept.push(ms));
  const answers = new Set<boolean>();
  for (let id = 1; id <= 20; id++) {
    const name = `projects/p/locations/l/indexes/1/operations/${id}`;
    const info = { taskQueue: 'queue', workflowExecution: { workflowId: workflowIdOf(service, name) } };
    const attempt = { ref: { service, apiVersion: 'v1', name }, context: { info, client }, sleep };
    answers.add(await coverage.isCovered(attempt as unknown as Attempt));
  }
  return { answers: [...answers], slept };
}

test('no attempt waits in its slot for a Temporal that is slow to say what is followed', async () => {
  const { answers, slept } = await askForMany(() => new Promise<never>(() => undefined));
  assert.deepEqual([answers, slept], [[false], Array(11).fill(1_000)]);
});

test('what others have started under the id of a loop covers nothing', async () => {
  const round = {
    nextAttemptScheduleTime: { seconds: Date.now() / 1_000, nanos: 0 },
    lastFailure: { applicationFailureInfo: { type: 'OperationsReconciled' } },
  };
  const running = (name: string, taskQueue: string) => () =>
    Promise.resolve({
      workflowExecutionInfo: { status: 1, type: { name }, taskQueue },
      pendingActivities: [round],
    });
  const foreign = [running('other', 'queue'), running('reconcileOperations', 'theirs')];
  for (const answer of foreign) assert.deepEqual((await askForMany(answer)).answers, [false]);
  assert.ok((await askForMany(running('reconcileOperations', 'queue'))).answers.includes(true));
});
