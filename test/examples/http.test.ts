import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { shortened, workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';
import { startTemporal } from '../../devserver/index.js';
import { freePort } from '../../devserver/port.js';
import { until } from '../support/history.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { type Ended, isThere, ROOT, run } from './support/process.js';

const SCRIPT = join(ROOT, 'examples', 'http', 'operations.sh');

interface Closed {
  history: {
    events: [
      {
        workflowExecutionCompletedEventAttributes?: { result: [OperationResult] };
        workflowExecutionFailedEventAttributes?: {
          failure: { message: string; applicationFailureInfo: { type: string } };
        };
      },
    ];
  };
}

const missing = (await isThere('curl', '--version')) ? undefined : 'there is no curl on PATH';
const onWindows = process.platform === 'win32' ? 'a shell script' : undefined;

describe("the curl example, over Temporal's HTTP API", { skip: missing ?? onWindows }, () => {
  let world: World;
  let address: string;
  before(async () => {
    // A server of its own: that of the test run does not say where its HTTP API is.
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const temporal = await startTemporal({ httpPort: await freePort('127.0.0.1'), say });
    address = temporal.httpUrl ?? '';
    world = await startWorld({}, temporal);
  });
  after(() => world?.close());

  const script = (...args: string[]): Promise<Ended> =>
    run({
      file: SCRIPT,
      args,
      env: {
        PATH: process.env['PATH'],
        TEMPORAL_HTTP_ADDRESS: address,
        TEMPORAL_TASK_QUEUE: world.taskQueue,
      },
    });
  const answer = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await script(...args);
    assert.equal(code, 0, stderr + stdout);
    return JSON.parse(stdout) as T;
  };
  const resultOf = async (name: string): Promise<OperationResult | undefined> => {
    const { history } = await answer<Closed>('outcome', name);
    return history.events[0].workflowExecutionCompletedEventAttributes?.result[0];
  };
  const statusOf = async (name: string): Promise<OperationStatus> => {
    const { queryResult } = await answer<{ queryResult: [OperationStatus] }>('status', name);
    return queryResult[0];
  };

  test('cancel starts a cancellation that can be found, and outcome waits for its result', async () => {
    // The workflow id and the attribute of such a name are cut.
    const place = { project: 'example.com:p', collection: 'x'.repeat(250) };
    const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } }, place);
    const { started } = await answer<{ started: boolean }>('cancel', name, 'over "budget"');
    assert.equal(started, true);
    const result = await resultOf(name);
    assert.equal(result?.outcome, 'CANCELLED');
    assert.equal(result?.cancellation.reason, 'over "budget"');
    assert.equal(result?.cancellation.aborts, 1);

    const description = await world.client.workflow.getHandle(workflowIdOf(SERVICE, name)).describe();
    const attributes = description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    const { GoogleOperationName, GoogleOperationOutcome } = Object.fromEntries(attributes) as Record<string, string>;
    assert.deepEqual([GoogleOperationName, GoogleOperationOutcome], [shortened(name), 'CANCELLED']);
    assert.equal(description.memo?.['operation'], name);
  });

  test('watch follows, status tells where it stands, and abort cancels', async () => {
    const name = world.operation();
    await answer('watch', name);
    await until(
      () => statusOf(name),
      ({ state }) => state === 'WATCHING',
      30_000,
    );
    assert.equal(world.cancels(name), 0);
    await answer('abort', name, 'enough');
    const result = await resultOf(name);
    assert.equal(result?.outcome, 'CANCELLED');
    assert.equal(result?.cancellation.reason, 'enough');
    assert.equal((await statusOf(name)).outcome, 'CANCELLED');
  });

  test('cancel joins the watcher and aborts it', async () => {
    const name = world.operation();
    const handle = await world.start('watchOperation', { name });
    const { started } = await answer<{ started?: boolean }>('cancel', name, 'enough');
    assert.equal(started ?? false, false);
    assert.deepEqual(await resultOf(name), await handle.result());
    assert.equal((await handle.result()).cancellation.reason, 'enough');
  });

  test('an abort that comes too late exits with an error and the answer of the server', async () => {
    const name = world.operation();
    await answer('cancel', name);
    await resultOf(name);
    const { code, stdout } = await script('abort', name);
    assert.notEqual(code, 0);
    assert.match(stdout, /already completed/);
  });

  test('outcome tells why a workflow failed', async () => {
    await answer('cancel', 'nonsense');
    const { history } = await answer<Closed>('outcome', 'nonsense');
    const failure = history.events[0].workflowExecutionFailedEventAttributes?.failure;
    assert.equal(failure?.applicationFailureInfo.type, 'INVALID_ARGUMENT');
    assert.match(failure?.message ?? '', /^name: /);
  });

  test('a name that would break out of the URL or the body is not sent', async () => {
    for (const name of ['a/b"', 'a/b?c', 'a/b c', 'a/b#c', 'a/%2e']) {
      const { code, stderr } = await script('cancel', name);
      assert.equal(code, 1);
      assert.match(stderr, /not the name of an operation/);
    }
  });
});
