import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mismatches } from '../../cli/demo/verify.js';
import { workerEnvironment } from '../../devserver/worker-environment.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry, OperationTruth } from '../../emulator/index.js';

const name = 'projects/p/locations/l/operations/1';

function entry(at: number, method: LogEntry['method'], more: Partial<LogEntry> = {}): LogEntry {
  const headers = { authorization: false };
  return { number: at, at, method, name, httpMethod: 'GET', url: '', headers, status: 200, ...more };
}

const requests = [entry(1, 'get'), entry(2, 'cancel', { effect: 'cancel-accepted' }), entry(3, 'wait')];
const operation: OperationTruth = {
  name,
  state: { phase: 'done', at: 4, result: { error: { code: 1 } } },
  cancelsAccepted: 1,
};
const result: OperationResult = {
  name,
  service: 'aiplatform.googleapis.com',
  kind: 'operation',
  outcome: 'CANCELLED',
  wasAlreadyDone: false,
  cancellation: { status: 'ACCEPTED', won: true, aborts: 1, timesSent: 1 },
  responseOmitted: false,
  polls: 2,
  startedAt: '',
  finishedAt: '',
};

describe('the demonstration checks its records against the emulator', () => {
  test('a record that agrees has no mismatch', () => {
    assert.deepEqual(mismatches(result, { operation, requests, workerKilled: false }), []);
  });

  for (const [what, change] of [
    ['outcome', { outcome: 'COMPLETED' }],
    ['already done', { wasAlreadyDone: true }],
    ['won', { cancellation: { ...result.cancellation, won: false } }],
    ['cancels', { cancellation: { ...result.cancellation, timesSent: 2 } }],
    ['polls', { polls: 1 }],
  ] as const) {
    test(`a wrong ${what} is found`, () => {
      const found = mismatches({ ...result, ...change }, { operation, requests, workerKilled: false });
      assert.deepEqual(
        found.map((line) => line.split(':')[0]),
        [what],
      );
    });
  }

  test('after a killed worker the recorded polls are a lower bound, never more than were made', () => {
    const evidence = { operation, requests, workerKilled: true };
    assert.deepEqual(mismatches({ ...result, polls: 1 }, evidence), []);
    assert.equal(mismatches({ ...result, polls: 3 }, evidence).length, 1);
  });

  for (const [outcome, state, effect] of [
    ['COMPLETED', { phase: 'done', at: 4, result: {} }, 'cancel-accepted'],
    ['FAILED', { phase: 'done', at: 4, result: { error: { code: 10 } } }, 'cancel-accepted'],
    ['LOST', { phase: 'gone', at: 4, why: 'expired' }, 'cancel-accepted'],
    ['STILL_RUNNING', { phase: 'running', cancelAccepted: true }, 'cancel-accepted'],
    ['NOT_CANCELLABLE', { phase: 'running', cancelAccepted: false }, 'cancel-refused'],
  ] as const) {
    test(`an operation that is ${state.phase} as scripted is ${outcome}, and a claim that it was cancelled is found`, () => {
      const evidence = {
        operation: { name, state, cancelsAccepted: effect === 'cancel-accepted' ? 1 : 0 },
        requests: [entry(1, 'get'), entry(2, 'cancel', { effect }), entry(3, 'wait')],
        workerKilled: false,
      };
      const cancellation = { ...result.cancellation, won: false };
      assert.deepEqual(mismatches({ ...result, outcome, cancellation }, evidence), []);
      assert.equal(mismatches(result, evidence).length, 2);
    });
  }
});

test("the worker of the demonstration gets none of the user's settings for a worker", () => {
  const env = workerEnvironment(
    {
      PATH: '/bin',
      TEMPORAL_ADDRESS: 'temporal.acme.example:7233',
      TEMPORAL_API_KEY: 'key',
      TEMPORAL_TLS: 'true',
      TEMPORAL_TASK_QUEUE: 'google-operations',
      GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
      ALLOWED_OPERATIONS: 'projects/other/**',
      HEALTH_ADDRESS: '0.0.0.0:8080',
    },
    {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      TEMPORAL_TASK_QUEUE: 'demo',
      OPERATIONS_EMULATOR_HOST: '127.0.0.1:2',
    },
  );
  assert.deepEqual(env, {
    PATH: '/bin',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_TASK_QUEUE: 'demo',
    OPERATIONS_EMULATOR_HOST: '127.0.0.1:2',
  });
});
