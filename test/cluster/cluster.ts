import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { DemoLog } from '../../cli/demo/log.js';
import { createEnvironmentOn } from '../../cli/demo/environment.js';
import { runScenarios } from '../../cli/demo/run-scenarios.js';
import { mismatches } from '../../cli/demo/verify.js';
import { listFollowed } from '../../client/followed.js';
import { GoogleOperations } from '../../client/index.js';
import type { OperationResult } from '../../contract/result.js';
import { collectionPrefix, reconcileIdOf, shortened, workflowIdOf } from '../../contract/workflow-id.js';
import { Cleanup } from '../../devserver/cleanup.js';
import { startTemporal } from '../../devserver/index.js';
import { answered } from '../support/moments.js';
import { startOtherWorker } from '../support/other-worker.js';
import { until } from '../support/until.js';
import { WorkerHarness } from '../support/worker-harness.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { type Cluster, startCluster } from './support/cluster.js';
import { SERVER_VERSION } from './support/executables.js';
import { measure } from './support/measure.js';
import { SERVICES } from './support/server-config.js';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;
const LOCATION = 'projects/p/locations/us-central1';
/** Ids of the longest length that the database takes are impossible, so that there is a name whose workflow cannot start. */
const MAX_ID_LENGTH = 254;

describe('a Temporal server of four services on PostgreSQL', { timeout: 900_000 }, () => {
  let cluster: Cluster;
  let world: World;

  before(async () => {
    cluster = await startCluster({ 'limit.maxIDLength': MAX_ID_LENGTH });
    world = await startWorld({}, cluster);
  });
  after(async () => {
    await world?.close();
    await cluster?.stop();
  });

  /** An operation in the emulator whose name has so many characters. */
  function operationOf(length: number): string {
    const end = `/operations/${randomUUID()}`;
    const name = `${LOCATION}/${'x'.repeat(length - LOCATION.length - end.length - 1)}${end}`;
    world.emulator.add({ name });
    return name;
  }

  async function attributesOf(workflowId: string): Promise<number> {
    const { typedSearchAttributes } = await world.client.workflow.getHandle(workflowId).describe();
    return typedSearchAttributes.getAll().filter(({ key }) => key.name.startsWith('GoogleOperation')).length;
  }

  test('keeps records without search attributes, and with them once they are added', async (t) => {
    const { operatorService } = world.client.connection;
    const before = await world.operations.cancel({ name: world.operation() });
    assert.equal((await before.result()).outcome, 'CANCELLED');
    assert.equal(await attributesOf(before.workflowId), 0);

    const attributes = { GoogleOperationName: KEYWORD, GoogleOperationOutcome: KEYWORD };
    await operatorService.addSearchAttributes({ namespace: cluster.namespace, searchAttributes: attributes });
    const addedAt = Date.now();
    // A client asks once which there are. Services learn it after a while; until then a cancel begins without.
    const found = await until(
      async () => {
        const client = new Client({ connection: world.client.connection });
        const name = world.operation();
        const handle = await new GoogleOperations(client, world).cancel({ name });
        assert.equal((await handle.result()).outcome, 'CANCELLED');
        return (await attributesOf(handle.workflowId)) === 2 ? name : undefined;
      },
      (name) => name !== undefined,
    );
    t.diagnostic(`search attributes are in use ${Date.now() - addedAt} ms after they were added`);
    const query = `GoogleOperationName = '${found}' AND GoogleOperationOutcome = 'CANCELLED'`;
    await until(
      async () => (await world.client.workflow.count(query)).count,
      (count) => count === 1,
    );
  });

  test('has the outcomes of the demonstration, through the death of a worker', async () => {
    const cleanup = new Cleanup();
    try {
      const failed = new AbortController();
      const environment = await createEnvironmentOn(cluster, new DemoLog(), cleanup, (error) => failed.abort(error));
      const finished = await runScenarios(environment, failed.signal);
      assert.equal(failed.signal.reason, undefined);
      for (const { scenario, result } of finished) {
        const { name } = scenario.input;
        const { emulator } = environment;
        const workerKilled = scenario.withoutWorker !== undefined;
        const evidence = { operation: emulator.operation(name), requests: emulator.requests(name), workerKilled };
        assert.deepEqual(mismatches(result, evidence), [], scenario.label);
      }
      const outcomes = new Set(finished.map(({ result }) => result.outcome));
      assert.equal(outcomes.size, 6, [...outcomes].join(', '));
    } finally {
      await cleanup.run();
    }
  });

  test('cancels and records an operation with a name of 780 characters', async () => {
    const name = operationOf(780);
    const operations = new GoogleOperations(new Client({ connection: world.client.connection }), world);
    const handle = await operations.cancel({ name, reason: 'budget' });
    const result = await handle.result();
    assert.deepEqual([result.name, result.outcome, result.cancellation.won], [name, 'CANCELLED', true]);
    assert.ok(handle.workflowId.length <= 255);
    const execution = await until(
      async () => {
        const query = `GoogleOperationName = '${shortened(name)}' AND GoogleOperationOutcome = 'CANCELLED'`;
        for await (const listed of world.client.workflow.list({ query })) return listed;
        return undefined;
      },
      (listed) => listed !== undefined,
    );
    assert.deepEqual([execution?.workflowId, execution?.memo?.['operation']], [handle.workflowId, name]);
    assert.deepEqual(await world.operations.getHandle(name).result(), result);
  });

  test('ends a bulk with one impossible name, says which, and cancels the others', async () => {
    const names = Array.from({ length: 10 }, () => world.operation());
    const impossible = operationOf(255 - workflowIdOf(SERVICE, '').length);
    assert.equal(workflowIdOf(SERVICE, impossible).length, MAX_ID_LENGTH + 1);
    const bulk = await world.operations.cancelAll({ names: [...names.slice(0, 5), impossible, ...names.slice(5)] });
    const { outcomes, failures } = await bulk.result();
    assert.deepEqual(outcomes, { CANCELLED: 10 });
    assert.deepEqual(
      failures.map((failure) => [failure.name, failure.type]),
      [[impossible, 'INVALID_ARGUMENT']],
    );
  });

  test('serves a Nexus caller through an endpoint that is created while the worker runs', async () => {
    const endpoint = `google-${randomUUID().slice(0, 8)}`;
    await world.client.connection.operatorService.createNexusEndpoint({
      spec: { name: endpoint, target: { worker: { namespace: cluster.namespace, taskQueue: world.taskQueue } } },
    });
    const workflows = fileURLToPath(new URL('../nexus/caller.js', import.meta.url));
    const caller = await startOtherWorker(cluster.address, workflows);
    try {
      const call = (workflow: string, ...args: unknown[]) =>
        world.client.workflow.execute<(...args: unknown[]) => Promise<OperationResult>>(workflow, {
          workflowId: `caller-${randomUUID()}`,
          taskQueue: caller.taskQueue,
          args: [endpoint, ...args],
        });
      const name = operationOf(780);
      const result = await call('callCancel', { name, reason: 'budget' });
      assert.deepEqual([result.outcome, result.cancellation.reason], ['CANCELLED', 'budget']);
      const watched = await call('callWatch', { name: world.operation() }, 1_000);
      assert.deepEqual([watched.outcome, watched.cancellation.won], ['CANCELLED', true]);
    } finally {
      await caller.stop();
    }
  });

  test('takes the cancel of a person before those of a crowd that waits', async (t) => {
    const harness = await WorkerHarness.create(cluster.address);
    try {
      const operations = new GoogleOperations(harness.client, harness);
      const cancel = async (name: string, priorityKey: number) => {
        harness.emulator.add({ name });
        return operations.cancel({ name }, { waitForWorker: false, priority: { priorityKey } });
      };
      const location = `projects/p-${randomUUID()}/locations/us-central1`;
      const crowd = Array.from({ length: 200 }, (_, index) => `${location}/operations/${index}`);
      for (const name of crowd) await cancel(name, 5);
      const urgent = `${location}/operations/urgent`;
      const handle = await cancel(urgent, 1);
      await harness.ensureWorkers(1);
      assert.equal((await handle.result()).outcome, 'CANCELLED');
      const cancels = harness.emulator.log.filter(({ method }) => method === 'cancel');
      const before = cancels.findIndex(({ name }) => name === urgent);
      t.diagnostic(`${before} cancels of ${crowd.length} that were started earlier went before it`);
      assert.ok(before < crowd.length / 4, `${before} went before it`);
      await Promise.all(crowd.map((name) => operations.getHandle(name).result()));
    } finally {
      await harness.close();
    }
  });

  test('lists what is followed by the prefix of a collection, for the loop that wakes what has ended', async () => {
    // Underscores are wildcards of SQL.
    const [project, similar] = ['a_b', 'axb'].map((id) => `projects/${id}-${randomUUID()}`);
    const parent = `${project}/locations/us-central1`;
    const collection = `${parent}/operations`;
    const names = Array.from({ length: 60 }, (_, index) => `${collection}/${index}`);
    for (const name of [...names, `${similar}/locations/us-central1/operations/1`]) {
      world.emulator.add({ name, waitSupported: 'unimplemented' });
      await world.operations.watch({ name }, { waitForWorker: false });
    }
    const { taskQueue } = world;
    const followed = { taskQueue, service: SERVICE, collection };
    await until(
      () => listFollowed(world.client, followed),
      ({ running }) => running.size >= names.length,
    );
    const ids = names.map((name) => name.slice(collection.length + 1));
    const listed = await listFollowed(world.client, followed);
    assert.deepEqual([listed.running, listed.ended], [new Set(ids), new Set()]);
    const since = Date.now() + 1_000;
    const changed = await listFollowed(world.client, followed, since);
    assert.deepEqual([changed.running.size, changed.ended.size], [0, 0]);
    assert.ok(collectionPrefix(SERVICE, collection).includes('_'));

    const loop = world.client.workflow.getHandle(reconcileIdOf(taskQueue, SERVICE, collection));
    await until(
      () =>
        loop.describe().then(
          ({ raw }) => raw.pendingActivities?.[0]?.attempt ?? 0,
          () => 0,
        ),
      (attempt) => attempt > 1,
    );
    for (const name of names) world.emulator.complete(name);
    const results = await Promise.all(names.map((name) => world.operations.getHandle(name).result()));
    assert.ok(results.every(({ outcome }) => outcome === 'COMPLETED'));
    const { running, ended } = await until(
      () => listFollowed(world.client, followed, since),
      ({ ended }) => ended.size >= ids.length,
    );
    assert.deepEqual([running, ended], [new Set(), new Set(ids)]);
  });

  test('loses no abort and no outcome when every service is killed and started again', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const { workflowId } = await world.operations.watch({ name });
    await answered(world, name, 'poll');
    for (const service of SERVICES) await cluster.restart(service);
    const handle = world.operations.getHandle(name);
    await until(
      () =>
        handle.abort({ reason: 'budget' }).then(
          () => true,
          () => false,
        ),
      Boolean,
    );
    const { outcome, cancellation } = await handle.result();
    assert.deepEqual([outcome, cancellation.won, cancellation.reason], ['CANCELLED', true, 'budget']);
    assert.equal(handle.workflowId, workflowId);
  });

  test('takes so long, and the development server so long', async (t) => {
    t.diagnostic(`Temporal ${SERVER_VERSION}, PostgreSQL ${cluster.postgresVersion}`);
    const servers = {
      cluster: { address: cluster.address, stop: async () => {} },
      'development server': await startTemporal(),
    };
    for (const [server, temporal] of Object.entries(servers)) {
      // What the worker of the other tests has learned about the emulator must not count.
      const own = await startWorld({}, temporal);
      for (const line of await measure(own)) t.diagnostic(`${server}: ${line}`);
      await own.close();
    }
  });
});
