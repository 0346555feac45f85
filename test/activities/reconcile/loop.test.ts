import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, defaultDataConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type ActivityStats, createActivities } from '../../../activities/index.js';
import { COVERED_INTERVAL_MS } from '../../../activities/reconcile/pace.js';
import type { AwaitRequest, LoopState, PollState, ReconcileRequest } from '../../../contract/activities.js';
import { reconcileIdOf, workflowIdOf } from '../../../contract/workflow-id.js';
import { type Emulator, startEmulator } from '../../../emulator/index.js';
import { createAccess } from '../../../google/access.js';
import { createOperationsClient } from '../../../google/client.js';
import { parseEndpoints } from '../../../google/endpoint.js';
import { createEmulatorTransport } from '../../../google/http/google-transport.js';

const service = 'aiplatform.googleapis.com';
const [apiVersion, taskQueue] = ['v1', 'queue'];
const THRESHOLD = 4;
const [RUNNING, FAILED, TERMINATED] = [1, 3, 5];
const type = { name: 'reconcileOperations' };

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

let collections = 0;

/** A process, and a Temporal that follows six running operations of a collection. `temporal` says what it answers. */
function setUp({ requestsPerMinute }: { requestsPerMinute?: number } = {}) {
  const collection = `projects/p${++collections}/locations/l/operations`;
  const names = Array.from({ length: 6 }, (_, index) => `${collection}/${index}`);
  for (const name of names) emulator.add({ name });
  const temporal = {
    followed: [...names],
    /** The answer to the description of the loop; `undefined` if it is not known. */
    loop: undefined as undefined | { status: number; closedAt?: number; round?: string; dueAt?: number },
    /** The error of every question about workflows. */
    refusal: undefined as unknown,
    unreachable: new Set<string>(),
    closed: new Set<string>(),
    starts: [] as string[],
    signals: [] as string[],
    counts: 0,
    /** Executions that have ended, and the questions that workflows are listed by. */
    ended: [] as string[],
    queries: [] as string[],
  };
  const loopId = reconcileIdOf(taskQueue, service, collection);
  const visible = async <T>(answer: T): Promise<T> => {
    temporal.counts += 1;
    if (temporal.refusal !== undefined) throw temporal.refusal;
    return Promise.resolve(answer);
  };
  const workflowService = {
    listWorkflowExecutions: ({ query }: { query: string }) => {
      assert.match(
        query,
        /WorkflowId STARTS_WITH 'operation:aiplatform.googleapis.com:projects:p\d+:locations:l:operations:' AND TaskQueue = 'queue'/,
      );
      temporal.queries.push(query);
      const row = (name: string, status: number) => ({
        execution: { workflowId: workflowIdOf(service, name) },
        status,
      });
      const executions = [
        ...temporal.followed.map((name) => row(name, RUNNING)),
        ...temporal.ended.map((name) => row(name, TERMINATED)),
      ];
      return visible({ executions });
    },
    describeWorkflowExecution: async ({ execution }: { execution: { workflowId: string } }) => {
      assert.equal(execution.workflowId, loopId);
      if (temporal.loop === undefined)
        throw Object.assign(new Error('not found'), { code: 5, details: '', metadata: {} });
      const { status, closedAt, round, dueAt = Date.now() } = temporal.loop;
      const time = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: 0 });
      const lastFailure = { applicationFailureInfo: { type: round } };
      return Promise.resolve({
        workflowExecutionInfo: { status, type, taskQueue, ...(closedAt && { closeTime: time(closedAt) }) },
        pendingActivities: round ? [{ nextAttemptScheduleTime: time(dueAt), lastFailure }] : [],
      });
    },
  };
  const client = {
    options: { namespace: 'default', loadedDataConverter: defaultDataConverter },
    withAbortSignal: <T>(_: AbortSignal, work: () => Promise<T>) => work(),
    connection: { withDeadline: <T>(_: number, work: () => Promise<T>) => work() },
    workflowService,
    workflow: {
      start: async (_: string, { workflowId }: { workflowId: string }) =>
        Promise.resolve(temporal.starts.push(workflowId)),
      getHandle: (workflowId: string) => ({
        async signal(name: string) {
          if (temporal.unreachable.has(workflowId)) throw new Error('unavailable');
          if (temporal.closed.has(workflowId)) throw new WorkflowNotFoundError('closed', workflowId, undefined);
          temporal.signals.push(`${name} ${workflowId}`);
          return Promise.resolve();
        },
      }),
    },
  } as unknown as Client;
  let readStats: (() => ActivityStats) | undefined;
  const activities = createActivities({
    operations: createOperationsClient({
      endpoints: { universeDomain: 'googleapis.com', overrides: parseEndpoints(''), emulatorHost: emulator.host },
      access: createAccess({ services: '*' }),
      transport: createEmulatorTransport(),
    }),
    listThreshold: THRESHOLD,
    requestsPerMinute,
    onStats: (read) => (readStats = read),
  });

  const attempt = async <A, R>(
    activity: (argument: A) => Promise<R>,
    argument: A,
    workflowId: string,
    state?: PollState,
  ) => {
    const heartbeats: unknown[] = [];
    const warnings: string[] = [];
    const logger = {
      warn: (text: string) => warnings.push(text),
      info() {},
      debug() {},
      trace() {},
      error() {},
      log() {},
    };
    const env = new MockActivityEnvironment(
      {
        attempt: 2,
        taskQueue,
        activityType: activity.name,
        workflowExecution: { workflowId, runId: 'r' },
        scheduledTimestampMs: Date.now(),
        scheduleToCloseTimeoutMs: 0,
        heartbeatDetails: state,
      },
      { client, logger },
    );
    env.on('heartbeat', (details) => heartbeats.push(details));
    try {
      const result = await env.run<[A], R, (argument: A) => Promise<R>>(activity, argument);
      return { result, failure: undefined, heartbeats, warnings };
    } catch (failure) {
      assert.ok(failure instanceof ApplicationFailure, String(failure));
      return { result: undefined, failure, heartbeats, warnings };
    }
  };
  return {
    names,
    temporal,
    loopId,
    idOf: (name: string) => workflowIdOf(service, name),
    stats: () => readStats?.(),
    requests: (method: 'get' | 'list') =>
      emulator.log.filter((one) => one.method === method && one.name?.startsWith(collection.slice(0, -11))).length,
    /** An attempt of the activity that follows an operation. */
    poll: (
      name: string,
      pollState: Partial<PollState> = {},
      more: Partial<AwaitRequest> = {},
      id = workflowIdOf(service, name),
    ) => {
      const seenAt = Date.now() - 60_000;
      const state: PollState = { polls: 1, failures: 0, seenAt, waitUnsupported: true, ...pollState };
      const request: AwaitRequest = {
        ref: { service, apiVersion, name },
        pollState: state,
        notFoundGrace: 10_000,
        since: seenAt,
        ...more,
      };
      return attempt(activities.awaitOperation, request, id);
    },
    /** A round of the loop. */
    round: (state: Partial<PollState> = {}) => {
      const request: ReconcileRequest = { service, apiVersion, collection };
      return attempt(activities.reconcileOperations, request, loopId, { polls: 0, failures: 0, ...state });
    },
  };
}

const covering = { status: RUNNING, round: 'OperationsReconciled' };

describe('an operation that many follow beside', () => {
  test('is polled, and a loop is started, while none covers it', async () => {
    const { names, poll, requests, temporal, loopId } = setUp();
    const { failure } = await poll(names[0] ?? '');
    assert.match(failure?.message ?? '', /still running after 2 polls/);
    assert.deepEqual([requests('get'), temporal.starts], [1, [loopId]]);
  });

  test('is not polled for half an hour while a loop covers it, which costs one billed action', async () => {
    const { names, poll, requests, temporal } = setUp();
    temporal.loop = covering;
    for (const name of names) {
      const { failure, heartbeats } = await poll(name);
      assert.match(failure?.message ?? '', /watched by the list/);
      assert.ok(Number(failure?.nextRetryDelay) >= 0.9 * COVERED_INTERVAL_MS);
      assert.equal(heartbeats.length, 0);
    }
    assert.deepEqual([requests('get'), temporal.starts, temporal.counts], [0, [], 0]);
  });

  test('is polled after half an hour all the same, by get alone', async () => {
    const { names, poll, requests, temporal } = setUp();
    temporal.loop = covering;
    const { failure } = await poll(names[0] ?? '', {
      seenAt: Date.now() - 2 * COVERED_INTERVAL_MS,
      waitUnsupported: false,
    });
    assert.match(failure?.message ?? '', /watched by the list/);
    assert.equal(requests('get'), 1);
  });

  test('is polled after an error, where its caller wants polls more often, and under another workflow id', async () => {
    const { names, poll, requests, temporal } = setUp();
    temporal.loop = covering;
    const [name = ''] = names;
    const polling = { initialInterval: 9_000, backoffCoefficient: 1, maximumInterval: 9_000 };
    await poll(name, { notFoundSince: Date.now() });
    await poll(name, { deniedSince: Date.now() });
    await poll(name, {}, { polling });
    await poll(name, {}, {}, 'another');
    assert.equal(requests('get'), 4);
    await poll(name, {}, { polling: { ...polling, initialInterval: 10_000, maximumInterval: 10_000 } });
    assert.equal(requests('get'), 4);
  });

  for (const [what, loop, starts] of [
    ['has not listed yet', { status: RUNNING }, 0],
    ['cannot list now', { status: RUNNING, round: 'UNAVAILABLE' }, 0],
    ['is about to end', { status: RUNNING, round: 'FewFollowed' }, 0],
    ['is overdue', { ...covering, dueAt: Date.now() - 60_000 }, 0],
    ['failed within the hour', { status: FAILED, closedAt: Date.now() - 60_000 }, 0],
    ['was terminated', { status: TERMINATED }, 1],
    ['failed more than an hour ago', { status: FAILED, closedAt: Date.now() - 3_700_000 }, 1],
  ] as const)
    test(`is polled where its loop ${what}`, async () => {
      const { names, poll, requests, temporal } = setUp();
      temporal.loop = loop;
      await poll(names[0] ?? '');
      assert.deepEqual([requests('get'), temporal.starts.length], [1, starts]);
    });

  test('is polled, and starts no loop, where few are followed', async () => {
    const { names, poll, requests, temporal } = setUp();
    temporal.followed = names.slice(0, THRESHOLD);
    await poll(names[0] ?? '');
    assert.deepEqual([requests('get'), temporal.starts.length], [1, 0]);
  });

  for (const code of [3, 7, 12])
    test(`is polled where Temporal lists no workflows (${code}), which is logged once and asked no more`, async () => {
      const { names, poll, requests, temporal, stats } = setUp();
      temporal.refusal = Object.assign(new Error('refused'), { code });
      const warnings = [];
      for (const name of names) warnings.push(...(await poll(name)).warnings);
      assert.equal(requests('get'), names.length);
      assert.deepEqual([warnings.length, temporal.counts], [1, 1]);
      assert.match(stats()?.visibilityProblem ?? '', /INVALID_ARGUMENT|PERMISSION_DENIED|UNIMPLEMENTED/);
    });
});

describe('a round of a loop', () => {
  test('wakes what is followed and not listed, and not again in the next one', async () => {
    const { names, round, temporal, idOf, requests } = setUp();
    const [ended = ''] = names;
    emulator.complete(ended);
    const first = await round();
    assert.deepEqual([first.failure?.type, first.failure?.category], ['OperationsReconciled', 'BENIGN']);
    assert.deepEqual(temporal.signals, [`poll ${idOf(ended)}`]);
    const state = first.heartbeats.at(-1) as PollState;
    const second = await round(state);
    assert.equal(temporal.signals.length, 1);
    assert.ok(Number(second.failure?.nextRetryDelay) > 9_000);
    assert.deepEqual([requests('list'), requests('get')], [2, 0]);
  });

  test('asks Temporal for all that is followed once, and then for what has changed since', async () => {
    const { names, round, temporal, idOf } = setUp();
    const [closed = '', restarted = '', added = ''] = names;
    temporal.followed = names.filter((name) => name !== added);
    const { loop } = (await round()).heartbeats.at(-1) as PollState;
    temporal.followed = [restarted, added];
    temporal.ended = [closed, restarted];
    for (const name of names) emulator.complete(name);
    await round({ ...(loop && { loop }) });
    assert.deepEqual(
      temporal.queries.map((query) =>
        / AND (ExecutionStatus|\(StartTime >= '.*Z' OR \(ExecutionStatus != 'Running' AND CloseTime >= )/
          .exec(query)?.[1]
          ?.slice(0, 10),
      ),
      ['ExecutionS', '(StartTime'],
    );
    assert.deepEqual(
      temporal.signals.toSorted(),
      names
        .slice(1)
        .map((name) => `poll ${idOf(name)}`)
        .toSorted(),
    );
  });

  test('waits longer each time that Temporal does not list what is followed', async () => {
    const { round, temporal, requests } = setUp();
    temporal.refusal = Object.assign(new Error('too slow'), { code: 4 });
    const { failure, heartbeats } = await round({ failures: 3 });
    assert.deepEqual([failure?.type, failure?.nextRetryDelay, requests('list')], ['UNAVAILABLE', 8_000, 0]);
    assert.equal((heartbeats.at(-1) as PollState).failures, 4);
  });

  test('goes on with what was followed before while Temporal does not list it', async () => {
    const { names, round, temporal, idOf } = setUp();
    const [ended = ''] = names;
    const { loop } = (await round()).heartbeats.at(-1) as PollState;
    emulator.complete(ended);
    temporal.refusal = Object.assign(new Error('too slow'), { code: 4 });
    const { failure } = await round({ ...(loop && { loop }) });
    assert.deepEqual([failure?.type, temporal.signals], ['OperationsReconciled', [`poll ${idOf(ended)}`]]);
  });

  test('tries again to wake what Temporal could not be asked to wake, and takes a closed workflow for woken', async () => {
    const { names, round, temporal, idOf } = setUp();
    const [one = '', two = ''] = names;
    for (const name of [one, two]) emulator.complete(name);
    temporal.unreachable.add(idOf(one));
    temporal.closed.add(idOf(two));
    const { heartbeats } = await round();
    temporal.unreachable.clear();
    const { loop } = heartbeats.at(-1) as PollState;
    assert.deepEqual(
      loop?.woken.map(([id]) => id),
      ['1'],
    );
    await round({ loop });
    assert.deepEqual(temporal.signals, [`poll ${idOf(one)}`]);
  });

  test('keeps what it has woken while the list fails', async () => {
    const { round, temporal } = setUp();
    const loop: LoopState = { woken: [['0', 3, Date.now()]], at: 1 };
    emulator.fail({ kind: 'status', code: 'UNAVAILABLE', method: 'list', times: 1 });
    const { failure, heartbeats } = await round({ loop });
    assert.equal(failure?.type, 'UNAVAILABLE');
    assert.deepEqual((heartbeats.at(-1) as PollState).loop, loop);
    assert.deepEqual(temporal.signals, []);
  });

  test('that lists are refused to a sixth time hands everything back', async () => {
    const { names, round, temporal, idOf } = setUp();
    emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', method: 'list', times: 2 });
    assert.equal((await round({ failures: 4 })).failure?.nonRetryable, false);
    assert.equal((await round({ failures: 5 })).failure?.nonRetryable, true);
    assert.deepEqual(temporal.signals.toSorted(), names.map((name) => `resume ${idOf(name)}`).toSorted());
  });

  test('ends the loop when few have been followed for a while, and hands them back', async () => {
    const { names, round, temporal, idOf } = setUp();
    temporal.followed = names.slice(0, THRESHOLD / 2);
    const first = await round();
    assert.equal(first.failure?.type, 'FewFollowed');
    const { loop } = first.heartbeats.at(-1) as PollState;
    assert.ok(loop);
    const last = await round({ loop: { ...loop, fewSince: Date.now() - 16_000 } });
    assert.equal(last.failure, undefined);
    assert.deepEqual(temporal.signals.toSorted(), temporal.followed.map((name) => `resume ${idOf(name)}`).toSorted());
    temporal.followed = names;
    const more = await round({ loop: { ...loop, fewSince: Date.now() - 16_000 } });
    assert.equal(more.failure?.type, 'OperationsReconciled');
  });

  test('fails for good where Temporal lists no workflows', async () => {
    const { round, temporal, stats } = setUp();
    temporal.refusal = Object.assign(new Error('refused'), { code: 7 });
    const { failure } = await round({ failures: 5 });
    assert.deepEqual([failure?.type, failure?.nonRetryable], ['PERMISSION_DENIED', true]);
    assert.equal(stats()?.visibilityProblem, 'PERMISSION_DENIED');
  });

  test('that Temporal refuses to list workflows to a sixth time hands back what was followed', async () => {
    const { names, round, temporal, idOf } = setUp();
    await round();
    temporal.refusal = Object.assign(new Error('refused'), { code: 7 });
    const { failure } = await round({ failures: 4 });
    assert.deepEqual([failure?.type, failure?.nonRetryable, temporal.signals.length], ['PERMISSION_DENIED', false, 0]);
    await round({ failures: 5 });
    assert.deepEqual(temporal.signals.toSorted(), names.map((name) => `resume ${idOf(name)}`).toSorted());
  });

  test('may list although the polls of the minute are used up', async () => {
    const { round } = setUp({ requestsPerMinute: 2 });
    for (const _ of [1, 2]) assert.equal((await round()).failure?.type, 'OperationsReconciled');
  });
});
