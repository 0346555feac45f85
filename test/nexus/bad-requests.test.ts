import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { startTemporal } from '../../devserver/index.js';
import { freePort } from '../../devserver/port.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';

const OPERATIONS = ['cancel', 'watch', 'abort', 'status'];
const NAME = 'projects/mine/locations/l/operations/1';

describe('a Nexus caller learns what is wrong with a call, and that repeating it is no use', TOGETHER, () => {
  let world: World;
  let url: string;

  before(async () => {
    // A server of its own, as the address of the other one's HTTP API is not known.
    const port = await freePort('127.0.0.1');
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const temporal = await startTemporal({ args: ['--http-port', String(port)], say });
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/mine/**' }, temporal);
    const { endpoint } = await world.client.connection.operatorService.createNexusEndpoint({
      spec: {
        name: `strict-${randomUUID().slice(0, 8)}`,
        target: { worker: { namespace: 'default', taskQueue: world.taskQueue } },
      },
    });
    url = `http://127.0.0.1:${port}/nexus/endpoints/${endpoint?.id}/services`;
  });
  after(() => world.close());

  async function post(path: string, body: string | undefined, headers: Record<string, string> = {}) {
    const answer = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'nexus-request-id': randomUUID(), ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** Takes the id of an operation with a workflow of another type. */
  async function squat(name: string): Promise<string> {
    const workflowId = workflowIdOf(SERVICE, name);
    await world.client.workflow.start('somethingElse', { workflowId, taskQueue: `nobody-${randomUUID()}` });
    return workflowId;
  }

  const INPUTS: [what: string, body: string | undefined][] = [
    ['nothing', undefined],
    ['null', 'null'],
    ['a string', JSON.stringify(NAME)],
    ['a number', '7'],
    ['an array', JSON.stringify([{ name: NAME }])],
    ['no JSON', '{"name": '],
    ['no name', '{}'],
    ['a name that is a number', '{"name":7}'],
    ['a name that is an object', '{"name":{"toString":1}}'],
    ['an empty name', '{"name":""}'],
    ['a name with ..', '{"name":"projects/mine/../operations/1"}'],
    ['a name of 100 kB', JSON.stringify({ name: `projects/mine/${'x'.repeat(100_000)}/1` })],
    ['a service that is a number', JSON.stringify({ name: NAME, service: 7 })],
    ['a service that is no host name', JSON.stringify({ name: NAME, service: 'evil.example/x' })],
    ['__proto__', '{"__proto__":{"name":"projects/mine/locations/l/operations/1"}}'],
  ];
  for (const operation of OPERATIONS)
    for (const [what, body] of INPUTS)
      test(`${operation} with ${what} is BAD_REQUEST`, async () => {
        const { status, text } = await post(`GoogleOperations/${operation}`, body);
        assert.equal(status, 400, text);
      });

  for (const operation of ['cancel', 'watch', 'abort'])
    test(`${operation} with a bad field is BAD_REQUEST`, async () => {
      for (const more of [{ reason: 7 }, { requestedBy: {} }, { timeouts: '1h' }]) {
        const { status, text } = await post(`GoogleOperations/${operation}`, JSON.stringify({ name: NAME, ...more }));
        assert.equal(status, 400, text);
      }
    });

  test('an operation or a service that there is not is NOT_FOUND', async () => {
    const body = JSON.stringify({ name: NAME });
    for (const path of [
      'GoogleOperations/delete',
      'GoogleOperations/constructor',
      'GoogleOperations/__proto__',
      'Other/cancel',
    ])
      assert.equal((await post(path, body)).status, 404, path);
  });

  for (const operation of ['abort', 'status'])
    test(`${operation} of what nothing follows is NOT_FOUND`, async () => {
      const { status, text } = await post(`GoogleOperations/${operation}`, JSON.stringify({ name: NAME }));
      assert.equal(status, 404, text);
    });

  test('a token of what nothing follows is NOT_FOUND', async () => {
    const token = { t: 1, ns: 'default', wid: workflowIdOf(SERVICE, NAME) };
    const headers = { 'nexus-operation-token': Buffer.from(JSON.stringify(token)).toString('base64url') };
    assert.equal((await post('GoogleOperations/watch/cancel', undefined, headers)).status, 404);
  });

  for (const operation of OPERATIONS)
    test(`${operation}: an id that a workflow of another type has fails the call with the type`, async () => {
      const name = world.operation({}, { project: 'mine' });
      await squat(name);
      const { status, text } = await post(`GoogleOperations/${operation}`, JSON.stringify({ name }));
      // Of an operation that has failed.
      assert.equal(status, 424, text);
      assert.match(text, /somethingElse/);
      assert.deepEqual(world.emulator.requests(name), []);
    });

  test('a workflow of another type is not cancelled by its token', async () => {
    const name = world.operation({}, { project: 'mine' });
    const workflowId = await squat(name);
    const token = { t: 1, ns: 'default', wid: workflowId };
    const headers = { 'nexus-operation-token': Buffer.from(JSON.stringify(token)).toString('base64url') };
    assert.equal((await post('GoogleOperations/cancel/cancel', undefined, headers)).status, 404);
    const { raw } = await world.client.workflow.getHandle(workflowId).describe();
    assert.equal(raw.workflowExtendedInfo?.cancelRequested ?? false, false);
  });
});
