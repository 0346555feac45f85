import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ItemReport, ListPage } from '../../../contract/activities.js';
import type { CancelOperationsProgress, CancelOperationsResult } from '../../../contract/bulk.js';
import { until } from '../history.js';
import { failureOf } from '../starts.js';
import type { Handle, World } from '../world.js';
import { type Activities, withReplacedActivities } from './replaced-activities.js';
import { allRuns, IGNORED, type Scenario, WINS } from './scenario.js';

type Script = Parameters<World['emulator']['add']>[0];

interface BulkOptions {
  /** Operations in the emulator, under a location with the scenario's name. */
  operations?: Omit<Script, 'name'>[];
  input: (parent: string, names: string[]) => Record<string, unknown>;
  activities?: Partial<Activities>;
  act?: (world: World, handle: Handle, names: string[]) => Promise<void>;
  /** The fields that the result must have, or the type of the failure. */
  expected: Partial<CancelOperationsResult> | string;
  continuesAsNew?: boolean;
}

function bulkScenario(name: string, options: BulkOptions): Scenario {
  const { operations = [], input, activities, act, expected, continuesAsNew = false } = options;
  const run = async (world: World, taskQueue: string): Promise<Handle[]> => {
    const parent = `projects/p/locations/${name}`;
    const names = operations.map((script, index) => {
      const operation = `${parent}/operations/${index + 1}`;
      world.emulator.add({ name: operation, ...script });
      return operation;
    });
    const handle = (await world.client.workflow.start('cancelOperations', {
      workflowId: name,
      taskQueue,
      args: [input(parent, names)],
    })) as Handle;
    await act?.(world, handle, names);
    if (typeof expected === 'string') assert.equal((await failureOf(handle)).type, expected);
    else assert.deepEqual({ ...((await handle.result()) as object), ...expected }, await handle.result());
    return continuesAsNew ? allRuns(world, handle) : [handle];
  };
  return {
    name,
    continuesAsNew,
    run: (world) =>
      activities === undefined
        ? run(world, world.taskQueue)
        : withReplacedActivities(world, activities, (taskQueue) => run(world, taskQueue)),
  };
}

/** Replaces `listOperations`. @param give gives the page with a number, from 1, or its failure */
function pages(give: (page: number) => Promise<ListPage> | ListPage): Partial<Activities> {
  let page = 0;
  return { listOperations: async () => give(++page) };
}

const cancelled = async (): Promise<ItemReport> => ({ kind: 'ended', outcome: 'CANCELLED', won: true });
const failWith = (type: string | undefined, message: string) =>
  Promise.reject(ApplicationFailure.create({ message, nonRetryable: true, ...(type && { type }) }));

function running(parent: string, ...ids: number[]): ListPage['operations'] {
  return ids.map((id) => ({ name: `projects/p/locations/${parent}/operations/${id}`, done: false }));
}

async function untilProgress(handle: Handle, isMet: (progress: CancelOperationsProgress) => boolean) {
  await until(() => handle.query<CancelOperationsProgress>('progress'), isMet);
}

/** The scenarios of `cancelOperations`. */
export const bulkScenarios: Scenario[] = [
  bulkScenario('bulk-names', {
    operations: [{ onCancel: WINS }, { onCancel: { kind: 'refused' } }, { onCancel: WINS }],
    input: (parent, names) => ({
      names: [...names, ...names, `${parent}/operations/missing`, 'projects/../x', 'x'.repeat(1_000)],
      maxConcurrent: 2,
      reason: 'clean up',
      requestedBy: 'ops@example.com',
    }),
    expected: { matched: 6, outcomes: { CANCELLED: 2, NOT_CANCELLABLE: 1 } },
  }),
  bulkScenario('bulk-parent', {
    operations: [{ onCancel: WINS }, { completesAfterMs: 0 }, { onCancel: { kind: 'loses', afterMs: 200 } }],
    input: (parent) => ({ parent }),
    expected: { matched: 2, outcomes: { CANCELLED: 1, COMPLETED: 1 } },
  }),
  bulkScenario('bulk-kinds', {
    input: (parent) => ({ parent, kinds: ['nasJobs', 'customJobs'], olderThan: '12h', dryRun: true }),
    activities: pages((page) => {
      const failures = [{ name: 'nasJobs', type: 'PERMISSION_DENIED', message: 'not enabled' }];
      if (page === 1) return { operations: [], failures, nextPageToken: '1:' };
      const times = [{ createTime: '2020-01-01T00:00:00Z' }, { createTime: '2999-01-01T00:00:00Z' }, {}];
      return { operations: running('bulk-kinds', 1, 2, 3).map((one, index) => ({ ...one, ...times[index] })) };
    }),
    expected: { matched: 1, unknownAge: 1 },
  }),
  bulkScenario('bulk-awaits-outcome', {
    operations: [{ onCancel: IGNORED }],
    input: (_, names) => ({ names }),
    act: async (world, handle, names) => {
      await until(
        () => handle.describe(),
        ({ raw }) => (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'awaitItem'),
      );
      for (const name of names) world.emulator.complete(name);
    },
    expected: { outcomes: { COMPLETED: 1 } },
  }),
  bulkScenario('bulk-filter-matches-none', {
    operations: [{}],
    input: (parent) => ({ parent, filter: 'done=true' }),
    expected: { matched: 0, started: 0 },
  }),
  bulkScenario('bulk-dry-run', {
    activities: pages((page) => ({
      operations: running('bulk-dry-run', page, page + 1),
      ...(page < 3 && { nextPageToken: `${page}` }),
    })),
    input: (parent) => ({ parent, dryRun: true }),
    expected: { matched: 4, started: 0 },
  }),
  bulkScenario('bulk-pages', {
    activities: {
      ...pages((page) => ({
        operations: page === 2 ? [] : running('bulk-pages', page),
        ...(page < 6 && { nextPageToken: `${page}` }),
      })),
      cancelItem: cancelled,
    },
    input: (parent) => ({ parent, maxConcurrent: 1 }),
    expected: { matched: 5, outcomes: { CANCELLED: 5 } },
  }),
  bulkScenario('bulk-invalid-input', {
    input: (parent) => ({ parent, names: [] }),
    expected: 'INVALID_ARGUMENT',
  }),
  bulkScenario('bulk-first-page-denied', {
    activities: pages(() => failWith('PERMISSION_DENIED', 'This worker may not list it.')),
    input: (parent) => ({ parent }),
    expected: 'PERMISSION_DENIED',
  }),
  bulkScenario('bulk-later-page-denied', {
    activities: {
      ...pages((page) =>
        page === 1
          ? { operations: running('bulk-later-page-denied', 1), nextPageToken: '1' }
          : failWith(undefined, 'Something else.'),
      ),
      cancelItem: cancelled,
    },
    input: (parent) => ({ parent }),
    expected: { matched: 1, outcomes: { CANCELLED: 1 } },
  }),
  // The page token is rejected: the listing is started again, once.
  bulkScenario('bulk-token-expired', {
    activities: {
      ...pages((page) =>
        page % 2 === 1
          ? { operations: running('bulk-token-expired', page), nextPageToken: `${page}` }
          : failWith('INVALID_ARGUMENT', 'The page token is invalid.'),
      ),
      cancelItem: cancelled,
    },
    input: (parent) => ({ parent }),
    expected: { matched: 2, outcomes: { CANCELLED: 2 } },
  }),
  bulkScenario('bulk-pages-repeat', {
    activities: {
      ...pages((page) => ({
        operations: running('bulk-pages-repeat', page % 3),
        nextPageToken: `${page % 3}`,
      })),
      cancelItem: cancelled,
    },
    input: (parent) => ({ parent }),
    expected: { matched: 3, outcomes: { CANCELLED: 3 } },
  }),
  bulkScenario('bulk-same-page', {
    activities: {
      ...pages(() => ({ operations: running('bulk-same-page', 1), nextPageToken: 'same' })),
      cancelItem: cancelled,
    },
    input: (parent) => ({ parent }),
    expected: { matched: 1, outcomes: { CANCELLED: 1 } },
  }),
  bulkScenario('bulk-item-fails', {
    activities: { cancelItem: () => failWith(undefined, 'Something else.') },
    operations: [{}],
    input: (_, names) => ({ names }),
    expected: { matched: 1, started: 0, outcomes: {} },
  }),
  bulkScenario('bulk-1001-failures', {
    input: () => ({ names: Array.from({ length: 1_001 }, (_, index) => `no name ${index}`) }),
    expected: { matched: 1_001, started: 0 },
  }),
  // Cancelled in the middle: the operation under way is awaited, and neither the queue nor the listing goes on.
  bulkScenario('bulk-cancelled', {
    operations: [{ onCancel: IGNORED }, {}, {}],
    activities: {
      listOperations: async ({ parent, pageToken }): Promise<ListPage> => {
        if (pageToken === undefined)
          return {
            operations: [1, 2].map((id) => ({ name: `${parent}/operations/${id}`, done: false })),
            nextPageToken: '1',
          };
        const context = Context.current();
        const timer = setInterval(() => context.heartbeat(), 500);
        return context.cancelled.finally(() => clearInterval(timer));
      },
    },
    input: (parent) => ({ parent, maxConcurrent: 1 }),
    act: async (world, handle, names) => {
      const [name = ''] = names;
      await world.emulator.waitFor(() => world.cancels(name) > 0);
      await handle.cancel();
      await untilProgress(handle, ({ stopping }) => stopping);
      world.emulator.complete(name);
    },
    expected: { matched: 2, started: 1, outcomes: { COMPLETED: 1 } },
  }),
  bulkScenario('bulk-names-cancelled', {
    operations: [{ onCancel: IGNORED }, {}, {}],
    input: (_, names) => ({ names, maxConcurrent: 1 }),
    act: async (world, handle, names) => {
      const [name = ''] = names;
      await world.emulator.waitFor(() => world.cancels(name) > 0);
      await handle.cancel();
      await untilProgress(handle, ({ stopping }) => stopping);
      world.emulator.complete(name);
    },
    expected: { started: 1, outcomes: { COMPLETED: 1 } },
  }),
  bulkScenario('bulk-names-continued', {
    operations: [{ onCancel: IGNORED }, { onCancel: WINS }, { onCancel: WINS }, { onCancel: WINS }],
    input: (_, names) => ({ names: ['projects/../x', ...names], maxConcurrent: 2 }),
    act: completeFirstAtLast,
    expected: { matched: 5, outcomes: { CANCELLED: 3, COMPLETED: 1 } },
    continuesAsNew: true,
  }),
  bulkScenario('bulk-untaken-continued', {
    operations: [{}, {}, {}, {}, {}, {}],
    activities: {
      cancelItem: async ({ input: { name } }): Promise<ItemReport> =>
        name.endsWith('/1') ? { kind: 'underWay', run: { name, workflowId: name, runId: 'run' } } : cancelled(),
      async awaitItem(run): Promise<ItemReport> {
        if (run.untaken === undefined) return { kind: 'underWay', run: { ...run, untaken: true } };
        await Context.current().cancelled;
        return cancelled();
      },
    },
    input: (_, names) => ({ names, maxConcurrent: 1 }),
    act: async (_, handle) => {
      await untilProgress(handle, ({ outcomes }) => outcomes['CANCELLED'] === 5);
      await handle.cancel();
    },
    expected: { started: 6, outcomes: { CANCELLED: 5 } },
    continuesAsNew: true,
  }),
  bulkScenario('bulk-parent-continued', {
    operations: [{ onCancel: IGNORED }, { onCancel: WINS }, { onCancel: WINS }, { onCancel: WINS }],
    activities: {
      listOperations: async ({ parent, pageToken = '0' }): Promise<ListPage> => {
        // Long enough for a run to continue as new while a page is under way.
        if (pageToken !== '0') await Context.current().sleep(1_500);
        return {
          operations: [{ name: `${parent}/operations/${Number(pageToken) + 1}`, done: false }],
          ...(pageToken !== '3' && { nextPageToken: `${Number(pageToken) + 1}` }),
        };
      },
    },
    input: (parent) => ({ parent, maxConcurrent: 2 }),
    act: completeFirstAtLast,
    expected: { matched: 4, outcomes: { CANCELLED: 3, COMPLETED: 1 } },
    continuesAsNew: true,
  }),
  bulkScenario('bulk-parent-denied', {
    input: (parent) => ({ parent, dryRun: true }),
    activities: pages(() => ({
      operations: [
        ...running('bulk-parent-denied', 1),
        { name: 'projects/q/locations/l/operations/2', done: false, denied: 'This worker may not touch it.' },
      ],
    })),
    expected: { matched: 2, started: 0 },
  }),
];

/** Completes the first operation once all others have ended, so that it is carried from run to run. */
async function completeFirstAtLast(world: World, handle: Handle, names: string[]): Promise<void> {
  await untilProgress(handle, ({ outcomes }) => outcomes.CANCELLED === names.length - 1);
  world.emulator.complete(names[0] ?? '');
}
