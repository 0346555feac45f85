import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { errorText, type OtherWorker, startOtherWorker } from '../support/other-worker.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

const RULE = 'projects/mine/**';

describe("the worker's own rules hold for Nexus callers", TOGETHER, () => {
  let strict: World;
  let open: World;
  let caller: OtherWorker;
  const endpoint = `strict-${randomUUID().slice(0, 8)}`;

  before(async () => {
    strict = await startWorld({ ALLOWED_OPERATIONS: RULE });
    open = await startWorld();
    await strict.client.connection.operatorService.createNexusEndpoint({
      spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue: strict.taskQueue } } },
    });
    caller = await startOtherWorker(strict.address, fileURLToPath(new URL('caller.js', import.meta.url)));
  });
  after(async () => {
    await caller.stop();
    await strict.close();
    await open.close();
  });

  const start = (workflow: string, input: unknown, ...more: unknown[]) =>
    strict.client.workflow.start(workflow, {
      workflowId: `caller-${randomUUID()}`,
      taskQueue: caller.taskQueue,
      args: [endpoint, input, ...more],
    });
  const call = async (...args: Parameters<typeof start>) => (await start(...args)).result();

  const CALLS: [workflow: string, ...more: unknown[]][] = [
    ['callCancel'],
    ['callWatch', 0],
    ['callAbort'],
    ['callStatus'],
  ];

  for (const [workflow, ...more] of CALLS) {
    test(`${workflow}: a name or a service that is forbidden is UNAUTHORIZED, and the rules are not shown`, async () => {
      const name = open.operation();
      for (const input of [
        { name },
        { name: 'projects/mine/locations/l/operations/1', service: 'documentai.googleapis.com' },
      ]) {
        const failed = call(workflow, input, ...more);
        await assert.rejects(failed, (error) => {
          const text = errorText(error);
          assert.match(text, /UNAUTHORIZED/);
          assert.match(text, /PERMISSION_DENIED/);
          assert.ok(!text.includes(RULE), text);
          return true;
        });
      }
      await assert.rejects(strict.operations.getHandle(name).status(), { code: 'NOT_FOUND' });
      assert.deepEqual(strict.emulator.requests(name), []);
    });

    test(`${workflow}: the execution of another worker is neither aborted nor shown`, async () => {
      const name = open.operation({ onCancel: { kind: 'ignored' } });
      await open.operations.watch({ name, reason: 'a secret' });
      await assert.rejects(call(workflow, { name }, ...more), (error) => {
        const text = errorText(error);
        return /UNAUTHORIZED/.test(text) && !text.includes('a secret');
      });
      open.emulator.complete(name);
      assert.equal((await open.operations.getHandle(name).result()).cancellation.aborts, 0);
      assert.equal(open.cancels(name), 0);
    });

    test(`${workflow}: a name that is not valid is BAD_REQUEST, allowed or not`, async () => {
      for (const name of ['projects/mine/../other/operations/1', 'projects/other/..', 'projects/mine/operations/1/'])
        await assert.rejects(call(workflow, { name }, ...more), (error) => /BAD_REQUEST/.test(errorText(error)));
    });
  }

  test('no failure tells another namespace the stack, and with it the paths of the worker', async () => {
    const inputs = [
      { name: open.operation() },
      { name: 'projects/mine/..' },
      { name: 'projects/mine/operations/none' },
    ];
    let failures = 0;
    for (const [workflow, ...more] of CALLS)
      for (const input of inputs) {
        const handle = await start(workflow, input, ...more);
        await handle.result().catch(() => undefined);
        for (const event of (await handle.fetchHistory()).events ?? []) {
          const { failure } = event.nexusOperationFailedEventAttributes ?? {};
          if (failure === undefined) continue;
          failures += 1;
          for (let one: typeof failure | null | undefined = failure; one; one = one.cause)
            assert.equal(one.stackTrace ?? '', '', JSON.stringify(one));
        }
      }
    assert.ok(failures >= CALLS.length * 2);
  });

  test('an allowed operation is cancelled', async () => {
    const name = strict.operation({ onCancel: { kind: 'wins', afterMs: 100 } }, { project: 'mine' });
    const result = (await call('callCancel', { name })) as { outcome: string };
    assert.equal(result.outcome, 'CANCELLED');
  });
});
