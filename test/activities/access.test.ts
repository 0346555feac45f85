import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { outcome, watch } from '../../client/index.js';
import type { PollRequest } from '../../contract/activities.js';
import { workflowIdOf } from '../../contract/names.js';
import { type OtherWorker, startOtherWorker } from '../support/other-worker.js';
import { SERVICE, startWorld, TOGETHER, type World } from '../support/world.js';
import type { callActivity, Ended } from './foreign-workflow.js';

const MINE = 'projects/mine/locations/us-central1';
const GOOD = `${MINE}/operations/1`;

/** Targets that no activity may send anything for: what is odd about each, and how an activity that is asked has to fail. */
const FORBIDDEN: [what: string, target: Record<string, unknown>, type: string][] = [
  ['a name of another project', { name: 'projects/other/locations/us-central1/operations/1' }, 'DENIED'],
  [
    'the same project by its number',
    { name: 'projects/123456789/locations/us-central1/operations/1' },
    'DENIED',
  ],
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
  ['an encoded slash', { name: `projects/mine%2Flocations/us-central1/operations/1` }, 'INVALID'],
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
  ['an encoded slash', 'projects/other%2Flocations', 'INVALID'],
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
    other = await startOtherWorker(
      strict.address,
      fileURLToPath(new URL('foreign-workflow.js', import.meta.url)),
    );
  });
  after(async () => {
    await other.stop();
    await strict.close();
    await open.close();
  });

  const callAll = (type: string, given: unknown[]): Promise<Ended[]> =>
    strict.client.workflow.execute<typeof callActivity>('callActivity', {
      workflowId: `foreign-${randomUUID()}`,
      taskQueue: other.taskQueue,
      args: [strict.taskQueue, type, given],
    });
  const call = async (type: string, argument: unknown) => (await callAll(type, [argument]))[0];

  /** What reached the emulator, but for the control. */
  const reached = () =>
    strict.emulator.log.map(({ url }) => url).filter((url) => !url.includes('/projects/control/'));

  async function refused(type: string, cases: [what: string, argument: unknown, type: string][]) {
    const ends = await callAll(
      type,
      cases.map(([, argument]) => argument),
    );
    for (const [index, [what, , expected]] of cases.entries()) {
      const ended = ends[index] ?? { returned: 'nothing' };
      assert.ok('failed' in ended, `${type} of ${what} returned ${JSON.stringify(ended)}`);
      assert.equal(ended.failed, TYPES[expected], `${type} of ${what}: ${ended.message}`);
    }
  }

  for (const type of ['getOperation', 'cancelOperation', 'awaitOperation']) {
    test(`${type}: nothing is sent for what is forbidden`, async () => {
      const rest = { pollState: { polls: 0, failures: 0 }, notFoundGrace: 0, since: Date.now() };
      await refused(
        type,
        FORBIDDEN.map(([what, target, expected]) => [
          what,
          { ref: { service: SERVICE, apiVersion: 'v1', ...target }, ...rest },
          expected,
        ]),
      );
      assert.deepEqual(reached(), []);
    });
  }

  test('cancelItem: nothing is started for what is forbidden', async () => {
    await refused(
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
    await refused(
      'listOperations',
      FORBIDDEN_PARENTS.map(([what, parent, expected]) => [what, { ...request, parent }, expected]),
    );
    await refused(
      'listOperations',
      // The activity reads no name: what is left of these targets is a bad service or version.
      FORBIDDEN.filter(([, { name }]) => name === GOOD).map(([what, api, expected]) => [
        what,
        { ...request, ...api },
        expected,
      ]),
    );
    assert.deepEqual(reached(), []);
  });

  test('cancelItem does not abort what another worker follows and this one may not touch', async () => {
    const name = open.operation({ onCancel: { kind: 'ignored' } });
    await watch(open.client, { name }, { taskQueue: open.taskQueue });
    await refused('cancelItem', [[name, { input: { name }, requestId: randomUUID() }, 'DENIED']]);
    assert.equal(open.cancels(name), 0);
    open.emulator.complete(name);
    const { cancellation } = await outcome(open.client, { name });
    assert.equal(cancellation.aborts, 0);
  });

  test('awaitItem and describePendingPoll send nothing to Google, whatever they are given', async () => {
    const name = 'projects/other/locations/us-central1/operations/unknown';
    const run = { name, workflowId: workflowIdOf(SERVICE, name), runId: undefined };
    assert.deepEqual(await call('awaitItem', run), {
      returned: {
        kind: 'failed',
        type: 'NOT_FOUND',
        message: `No workflow follows ${name}, and none is remembered.`,
      },
    });
    // Only what the calling workflow's own activities remembered: it has none of that id.
    assert.deepEqual(await call('describePendingPoll', 'await'), {});
    assert.deepEqual(reached(), []);
  });

  test('what is allowed is looked at, so that the rest of this file proves something', async () => {
    const name = strict.operation({}, { project: 'control' });
    const request: PollRequest = {
      ref: { service: SERVICE, apiVersion: 'v1', name },
      pollState: { polls: 0, failures: 0 },
      notFoundGrace: 0,
    };
    const ended = await call('getOperation', request);
    assert.ok(ended && 'returned' in ended, JSON.stringify(ended));
    assert.ok(strict.looks(name) > 0);
    const parent = 'projects/control/locations/us-central1';
    const listed = await call('listOperations', { ...request.ref, parent });
    assert.ok(listed && 'returned' in listed, JSON.stringify(listed));
  });
});
