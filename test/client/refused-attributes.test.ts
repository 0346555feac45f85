import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { withoutRefusedAttributes } from '../../client/start-options.js';

/** As Temporal's client throws it. @param details those of an update-with-start have no reason */
function refusal(reason: string, details = reason): ServiceError {
  const cause = Object.assign(new Error(reason), { code: 3, details, metadata: {} });
  return new ServiceError('Failed to start Workflow', { cause });
}

const client = {} as Client;
const OPTIONS = { workflowId: 'w', typedSearchAttributes: ['attribute'] };

test('a start that is refused for search attributes, which were removed or just created, is made once more without them', async () => {
  for (const details of [undefined, 'Update-with-Start could not be executed.']) {
    const tried: object[] = [];
    const started = await withoutRefusedAttributes(client, OPTIONS, async (options) => {
      tried.push(options);
      if (tried.length === 1)
        throw refusal('Namespace default has no mapping defined for search attribute GoogleOperationName', details);
      return 'started';
    });
    assert.equal(started, 'started');
    assert.deepEqual(tried, [OPTIONS, { workflowId: 'w' }]);
  }
});

test('any other refusal is not tried again, and neither is one without search attributes', async () => {
  for (const [options, details] of [
    [OPTIONS, 'WorkflowId length exceeds limit.'],
    [{ typedSearchAttributes: undefined }, 'search attribute GoogleOperationName is not defined'],
  ] as const) {
    let tries = 0;
    const run = async () => {
      tries += 1;
      throw refusal(details);
    };
    await assert.rejects(withoutRefusedAttributes<{ typedSearchAttributes?: unknown }, void>(client, options, run));
    assert.equal(tries, 1);
  }
});
