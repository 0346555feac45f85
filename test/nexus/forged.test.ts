import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { freePort } from '../../devserver/port.js';
import { startTemporal } from '../../devserver/index.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

/** The workflow id of such a name is cut, and does not hold it. */
const LONG = { collection: 'x'.repeat(230) };

describe('a forged token allows no more than the rules', TOGETHER, () => {
  let strict: World;
  let open: World;
  let url: string;

  before(async () => {
    // A server of its own, as the address of the other one's HTTP API is not known.
    const port = await freePort('127.0.0.1');
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const temporal = await startTemporal({ args: ['--http-port', String(port)], say });
    strict = await startWorld({ ALLOWED_OPERATIONS: 'projects/mine/**' }, temporal);
    open = await startWorld({}, { address: temporal.address, stop: async () => {} });
    const { endpoint } = await strict.client.connection.operatorService.createNexusEndpoint({
      spec: {
        name: `strict-${randomUUID().slice(0, 8)}`,
        target: { worker: { namespace: 'default', taskQueue: strict.taskQueue } },
      },
    });
    url = `http://127.0.0.1:${port}/nexus/endpoints/${endpoint?.id}/services/GoogleOperations`;
  });
  after(async () => {
    await open.close();
    await strict.close();
  });

  async function sendCancel(operation: string, content: unknown): Promise<number> {
    const json = typeof content === 'string' ? content : JSON.stringify(content);
    const token = Buffer.from(json).toString('base64url');
    const answer = await fetch(`${url}/${operation}/cancel`, {
      method: 'POST',
      headers: { 'nexus-operation-token': token },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  const tokenFor = (name: string) => ({ t: 1, ns: 'default', wid: workflowIdOf(SERVICE, name) });

  for (const operation of ['cancel', 'watch']) {
    test(`${operation}: the execution of another worker is not aborted`, async () => {
      for (const place of [{}, LONG]) {
        const name = open.operation({ onCancel: { kind: 'ignored' } }, place);
        await open.operations.watch({ name });
        assert.equal(await sendCancel(operation, tokenFor(name)), 403);
        open.emulator.complete(name);
        assert.equal((await open.operations.getHandle(name).result()).cancellation.aborts, 0);
        assert.equal(open.cancels(name), 0);
      }
    });

    test(`${operation}: neither a workflow that follows no operation is cancelled, nor anything by a bad token`, async () => {
      const workflowId = `operation-of-others:${randomUUID()}`;
      await open.client.workflow.start('whatever', { workflowId, taskQueue: 'nobody' });
      const name = open.operation({ onCancel: { kind: 'ignored' } }, { project: 'mine' });
      await open.operations.watch({ name });
      const good = tokenFor(name);
      for (const bad of [
        { ...good, wid: workflowId },
        { ...good, wid: `${good.wid}:` },
        { ...good, wid: good.wid.replace(':mine:', '/mine/') },
        { ...good, t: 3, uid: 'u' },
        { ...good, ns: 'other' },
        { ...good, wid: undefined },
        { ...good, wid: tokenFor(`projects/mine/${'x'.repeat(300)}/1`).wid },
        'null',
        'no JSON',
      ])
        assert.equal(await sendCancel(operation, bad), 400, JSON.stringify(bad));
      const { status } = await open.client.workflow.getHandle(workflowId).describe();
      const { events } = await open.client.workflow.getHandle(workflowId).fetchHistory();
      assert.equal(status.name, 'RUNNING');
      assert.ok(!events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes));
      await open.client.workflow.getHandle(workflowId).terminate();
      open.emulator.complete(name);
      assert.equal((await open.operations.getHandle(name).result()).cancellation.aborts, 0);
    });
  }

  test('an allowed operation is aborted by its token', async () => {
    for (const place of [{}, LONG]) {
      const name = strict.operation({}, { ...place, project: 'mine' });
      await strict.operations.watch({ name });
      assert.equal(await sendCancel('watch', tokenFor(name)), 202);
      assert.equal((await strict.operations.getHandle(name).result()).outcome, 'CANCELLED');
    }
  });
});
