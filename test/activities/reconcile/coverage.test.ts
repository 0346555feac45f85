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
    const client = { options: { namespace: 'default' }, workflowService: { describeWorkflowExecution } };
    const info = { taskQueue: 'queue', workflowExecution: { workflowId: workflowIdOf(service, name) } };
    const attempt = { ref: { service, apiVersion: 'v1', name }, context: { info, client } };
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
