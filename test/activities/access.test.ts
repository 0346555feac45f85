import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PollRequest } from '../../contract/activities.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { type OtherWorker, startOtherWorker } from '../support/other-worker.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';
import type { callActivity, Ended } from './foreign-workflow.js';

const MINE = 'projects/mine/locations/us-central1';
const GOOD = `${MINE}/operations/1`;

/** Operations that no activity may send a request for, with the problem of each and the expected failure. */
const FORBIDDEN: [what: string, ref: Record<string, unknown>, type: string][] = [
  ['a name of another project', { name: 'projects/other/locations/us-central1/operations/1' }, 'DENIED'],
  ['the same project by its number', { name: 'projects/123456789/locations/us-central1/operations/1' }, 'DENIED'],
  ['a project that begins like it', { name: 'projects/mine2/locations/us-central1/operations/1' }, 'DENIED'],
  ['another location', { name: 'projects/mine/locations/us-east1/operations/1' }, 'DENIED'],
  ['every location', { name: 'projects/mine/locations/-/operations/1' }, 'DENIED'],
  ['every project', { name: 'projects/-/locations/us-central1/operations/1' }, 'DENIED'],
  ['what is no operation', { name: `${MINE}/customJobs/1` }, 'DENIED'],
  ['what is below an operation', { name: `${GOOD}/operations` }, 'DENIED'],
  ['the parent', { name: MINE }, 'DENIED'],
  ['upper case', { name: GOOD.toUpperCase() }, 'DENIED'],
  ['one letter in upper case', { name: GOOD.replace('mine', 'Mine') }, 'DENIED'],
  ['a prefix', { name: `v1/${GOOD}` }, 'DENIED'],
  ['a slash at the end', { name: `${GOOD}/` }, 'INVALID'],
  ['a slash at the beginning', { name: `/${GOOD}` }, 'INVALID'],
  ['two slashes', { name: GOOD.replace('/locations', '//locations') }, 'INVALID'],
  ['dots', { name: `${MINE}/../../../other/locations/us-central1/operations/1` }, 'INVALID'],
  ['encoded dots', { name: `${MINE}/%2e%2e/operations/1` }, 'INVALID'],
  ['an encoded slash', { name: `projects/mine%2Flocations/us-central1/operations/1` }, 'DENIED'],
  ['encoded slashes around dots', { name: `${MINE}/operations/..%2F..%2Fx` }, 'INVALID'],
  ['a project of a domain', { name: GOOD.replace('mine', 'example.com:mine') }, 'DENIED'],
  ['an id alone', { name: '1' }, 'INVALID'],
  ['a backslash', { name: `projects/mine\\..\\other/locations/us-central1/operations/1` }, 'INVALID'],
  ['a query', { name: `${GOOD}?x=` }, 'INVALID'],
  ['a fragment', { name: `${GOOD}#` }, 'INVALID'],
  ['a verb', { name: `${GOOD}:cancel` }, 'INVALID'],
  ['a blank', { name: ` ${GOOD}` }, 'INVALID'],
  ['the end of a line', { name: `${GOOD}\n` }, 'INVALID'],
  ['a full-width letter', { name: GOOD.replace('m', '\uff4d') }, 'INVALID'],
  ['the pattern itself', { name: `${MINE}/operations/*` }, 'INVALID'],
  ['a name in an array', { name: [GOOD] }, 'INVALID'],
  ['an object', { name: { length: 3 } }, 'INVALID'],
  ['no name', {}, 'INVALID'],
  ['another service', { name: GOOD, service: 'documentai.googleapis.com' }, 'DENIED'],
  ['another host', { name: GOOD, service: 'evil.example.com' }, 'DENIED'],
  ['a host that begins like it', { name: GOOD, service: `${SERVICE}.evil.example` }, 'DENIED'],
  ['a regional host', { name: GOOD, service: `us-central1-${SERVICE}` }, 'DENIED'],
  ['the service in upper case', { name: GOOD, service: SERVICE.toUpperCase() }, 'INVALID'],
  ['the service with a dot at the end', { name: GOOD, service: `${SERVICE}.` }, 'INVALID'],
  ['the service with a port', { name: GOOD, service: `${SERVICE}:443` }, 'INVALID'],
  ['the service with a user', { name: GOOD, service: `x@${SERVICE}` }, 'INVALID'],
  ['the service with a path', { name: GOOD, service: `${SERVICE}/v1` }, 'INVALID'],
  ['all services', { name: GOOD, service: '*' }, 'INVALID'],
  ['the service in an array', { name: GOOD, service: [SERVICE] }, 'INVALID'],
  ['a version with a path', { name: GOOD, apiVersion: 'v1/projects/other/locations' }, 'INVALID'],
  ['a version that goes up', { name: GOOD, apiVersion: '..' }, 'INVALID'],
  ['a version in an array', { name: GOOD, apiVersion: ['v1'] }, 'INVALID'],
  ['an empty version', { name: GOOD, apiVersion: '' }, 'INVALID'],
];

/** Parents that may not be listed. */
const FORBIDDEN_PARENTS: [what: string, parent: unknown, type: string][] = [
  ['another project', 'projects/other/locations/us-central1', 'DENIED'],
  ['every location', 'projects/mine/locations/-', 'DENIED'],
  ['every project', 'projects/-/locations/us-central1', 'DENIED'],
  ['another collection', `${MINE}/datasets/1`, 'DENIED'],
  ['the collection of another project', 'projects/other/locations/us-central1/operations', 'DENIED'],
  ['a collection at the top', 'operations', 'DENIED'],
  ['one operation', GOOD, 'DENIED'],
  ['a slash at the end', `${MINE}/`, 'INVALID'],
  ['dots', 'projects/mine/../other', 'INVALID'],
  ['an encoded slash', 'projects/other%2Flocations', 'DENIED'],
  ['an encoded slash after a project that is allowed', 'projects/mine%2Flocations/us-central1', 'DENIED'],
  ['a query', `${MINE}?x=`, 'INVALID'],
  ['an array', [MINE], 'INVALID'],
  ['an array of a collection', ['projects/other/locations/us-central1/operations'], 'INVALID'],
  ['no parent', undefined, 'INVALID'],
];

const TYPES: Record<string, string> = { DENIED: 'PERMISSION_DENIED', INVALID: 'INVALID_ARGUMENT' };

describe("the worker's own rules hold for a workflow that is not ours", TOGETHER, () => {
  let strict: World;
  let open: World;
  let other: OtherWorker;
  before(async () => {
    strict = await startWorld({ ALLOWED_OPERATIONS: `${MINE}/operations/*,projects/control/**` });
    open = await startWorld();
    other = await startOtherWorker(strict.address, fileURLToPath(new URL('foreign-workflow.js', import.meta.url)));
  });
  after(async () => {
    await other.stop();
    await strict.close();
    await open.close();
  });

  const callAll = (type: string, args: unknown[]): Promise<Ended[]> =>
    strict.client.workflow.execute<typeof callActivity>('callActivity', {
      workflowId: `foreign-${randomUUID()}`,
      taskQueue: other.taskQueue,
      args: [strict.taskQueue, type, args],
    });
  const call = async (type: string, argument: unknown) => (await callAll(type, [argument]))[0];

  /** The requests that reached the emulator, without those of the control. */
  const reached = () => strict.emulator.log.map(({ url }) => url).filter((url) => !url.includes('/projects/control/'));

  async function assertRefused(type: string, cases: [what: string, argument: unknown, type: string][]) {
    const ends = await callAll(
      type,
      cases.map(([, argument]) => argument),
    );
    for (const [index, [what, , expected]] of cases.entries()) {
      const end = ends[index] ?? { returned: 'nothing' };
      assert.ok('failed' in end, `${type} of ${what} returned ${JSON.stringify(end)}`);
      assert.equal(end.failed, TYPES[expected], `${type} of ${what}: ${end.message}`);
    }
  }

  for (const type of ['getOperation', 'cancelOperation', 'awaitOperation']) {
    test(`${type}: no request is sent for a forbidden operation`, async () => {
      const rest = { pollState: { polls: 0, failures: 0 }, notFoundGrace: 0, since: Date.now() };
      await assertRefused(
        type,
        FORBIDDEN.map(([what, ref, expected]) => [
          what,
          { ref: { service: SERVICE, apiVersion: 'v1', ...ref }, ...rest },
          expected,
        ]),
      );
      assert.deepEqual(reached(), []);
    });
  }

  test('cancelItem: no execution is started for a forbidden operation', async () => {
    await assertRefused(
      'cancelItem',
      FORBIDDEN.map(([what, input, expected]) => [what, { input, requestId: randomUUID() }, expected]),
    );
    assert.deepEqual(reached(), []);
    const [, first] = FORBIDDEN[0] ?? [];
    const followed = strict.client.workflow.getHandle(workflowIdOf(SERVICE, String(first?.['name'])));
    await assert.rejects(() => followed.describe(), /not found/i);
  });

  test('listOperations: no parent is listed that holds nothing allowed, and no other service is called', async () => {
    const request = { service: SERVICE, apiVersion: 'v1', parent: MINE };
    await assertRefused(
      'listOperations',
      FORBIDDEN_PARENTS.map(([what, parent, expected]) => [what, { ...request, parent }, expected]),
    );
    await assertRefused(
      'listOperations',
      // The activity reads no name, only the bad services and versions.
      FORBIDDEN.filter(([, { name }]) => name === GOOD).map(([what, api, expected]) => [
        what,
        { ...request, ...api },
        expected,
      ]),
    );
    assert.deepEqual(reached(), []);
  });

  test('cancelItem does not abort the execution of another worker for a forbidden operation', async () => {
    const name = open.operation({ onCancel: { kind: 'ignored' } });
    await open.operations.watch({ name });
    await assertRefused('cancelItem', [[name, { input: { name }, requestId: randomUUID() }, 'DENIED']]);
    assert.equal(open.cancels(name), 0);
    open.emulator.complete(name);
    const { cancellation } = await open.operations.getHandle(name).result();
    assert.equal(cancellation.aborts, 0);
  });

  test('awaitItem and describePendingPoll send nothing to Google, whatever their arguments', async () => {
    const name = 'projects/other/locations/us-central1/operations/unknown';
    const run = { name, workflowId: workflowIdOf(SERVICE, name), runId: undefined };
    assert.deepEqual(await call('awaitItem', run), {
      returned: {
        kind: 'failed',
        type: 'NOT_FOUND',
        message: `Temporal does not know the workflow of ${name}: it was never started in this namespace, or its retention time is over.`,
      },
    });
    // It reads the calling workflow's own activities only, of which none has that id.
    assert.deepEqual(await call('describePendingPoll', 'await'), {});
    assert.deepEqual(reached(), []);
  });

  test('an allowed operation is polled, so that the other tests of this file prove something', async () => {
    const name = strict.operation({}, { project: 'control' });
    const request: PollRequest = {
      ref: { service: SERVICE, apiVersion: 'v1', name },
      pollState: { polls: 0, failures: 0 },
      notFoundGrace: 0,
    };
    const polled = await call('getOperation', request);
    assert.ok(polled && 'returned' in polled, JSON.stringify(polled));
    assert.ok(strict.polls(name) > 0);
    const parent = 'projects/control/locations/us-central1';
    const listed = await call('listOperations', { ...request.ref, parent });
    assert.ok(listed && 'returned' in listed, JSON.stringify(listed));
  });
});
