import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ChildReport, ListPage } from '../../../contract/activities.js';
import type { CancelOperationsProgress, CancelOperationsResult } from '../../../contract/bulk.js';
import { until } from '../history.js';
import { failureOf } from '../starts.js';
import type { Handle, World } from '../world.js';
import { type Activities, withOther } from './other-activities.js';
import { allRuns, IGNORED, type Scenario, WINS } from './scenario.js';

type Script = Parameters<World['emulator']['add']>[0];

interface Way {
  /** Operations under the location that is named after the scenario. */
  operations?: Omit<Script, 'name'>[];
  input: (parent: string, names: string[]) => Record<string, unknown>;
  others?: Partial<Activities>;
  act?: (world: World, handle: Handle, names: string[]) => Promise<void>;
  /** What the result has to have, or the failure's type. */
  end: Partial<CancelOperationsResult> | string;
  continuesAsNew?: boolean;
}

function bulk(name: string, way: Way): Scenario {
  const { operations = [], input, others, act, end, continuesAsNew = false } = way;
  const play = async (world: World, taskQueue: string): Promise<Handle[]> => {
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
    if (typeof end === 'string') assert.equal((await failureOf(handle)).type, end);
    else assert.deepEqual({ ...((await handle.result()) as object), ...end }, await handle.result());
    return continuesAsNew ? allRuns(world, handle) : [handle];
  };
  return {
    name,
    continuesAsNew,
    play: (world) =>
      others === undefined
        ? play(world, world.taskQueue)
        : withOther(world, others, (taskQueue) => play(world, taskQueue)),
  };
}

/** Lists pages that are given: by number, or the failure for it. */
function pages(give: (page: number) => Promise<ListPage> | ListPage): Partial<Activities> {
  let page = 0;
  return { listOperations: async () => give(++page) };
}

const ended = async (): Promise<ChildReport> => ({ kind: 'ended', outcome: 'CANCELLED' });
const failing = (type: string | undefined, message: string) =>
  Promise.reject(ApplicationFailure.create({ message, nonRetryable: true, ...(type && { type }) }));

function running(parent: string, ...ids: number[]): ListPage['operations'] {
  return ids.map((id) => ({ name: `projects/p/locations/${parent}/operations/${id}`, done: false }));
}

async function progressOf(handle: Handle, isSo: (progress: CancelOperationsProgress) => boolean) {
  await until(() => handle.query<CancelOperationsProgress>('progress'), isSo);
}

/** The ways of `cancelOperations`. */
export const bulks: Scenario[] = [
  bulk('bulk-names', {
    operations: [{ onCancel: WINS }, { onCancel: { kind: 'refused' } }, { onCancel: WINS }],
    input: (parent, names) => ({
      names: [...names, ...names, `${parent}/operations/missing`, 'projects/../x', 'x'.repeat(1_000)],
      maxConcurrent: 2,
      reason: 'clean up',
      requestedBy: 'ops@example.com',
    }),
    end: { matched: 6, outcomes: { CANCELLED: 2, NOT_CANCELLABLE: 1 } },
  }),
  bulk('bulk-parent', {
    operations: [{ onCancel: WINS }, { completesAfterMs: 0 }, { onCancel: { kind: 'loses', afterMs: 200 } }],
    input: (parent) => ({ parent }),
    end: { matched: 2, outcomes: { CANCELLED: 1, COMPLETED: 1 } },
  }),
  bulk('bulk-waits-long', {
    operations: [{ onCancel: IGNORED }],
    input: (_, names) => ({ names }),
    act: async (world, handle, names) => {
      await until(
        () => handle.describe(),
        ({ raw }) =>
          (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'awaitItem'),
      );
      for (const name of names) world.emulator.complete(name);
    },
    end: { outcomes: { COMPLETED: 1 } },
  }),
  bulk('bulk-filter-matches-none', {
    operations: [{}],
    input: (parent) => ({ parent, filter: 'done=true' }),
    end: { matched: 0, started: 0 },
  }),
  bulk('bulk-dry-run', {
    others: pages((page) => ({
      operations: running('bulk-dry-run', page, page + 1),
      ...(page < 3 && { nextPageToken: `${page}` }),
    })),
    input: (parent) => ({ parent, dryRun: true }),
    end: { matched: 4, started: 0 },
  }),
  bulk('bulk-pages', {
    others: {
      ...pages((page) => ({
        operations: page === 2 ? [] : running('bulk-pages', page),
        ...(page < 6 && { nextPageToken: `${page}` }),
      })),
      cancelItem: ended,
    },
    input: (parent) => ({ parent, maxConcurrent: 1 }),
    end: { matched: 5, outcomes: { CANCELLED: 5 } },
  }),
  bulk('bulk-invalid-input', { input: (parent) => ({ parent, names: [] }), end: 'INVALID_ARGUMENT' }),
  bulk('bulk-first-page-denied', {
    others: pages(() => failing('PERMISSION_DENIED', 'This worker may not list it.')),
    input: (parent) => ({ parent }),
    end: 'PERMISSION_DENIED',
  }),
  bulk('bulk-later-page-denied', {
    others: {
      ...pages((page) =>
        page === 1
          ? { operations: running('bulk-later-page-denied', 1), nextPageToken: '1' }
          : failing(undefined, 'Something else.'),
      ),
      cancelItem: ended,
    },
    input: (parent) => ({ parent }),
    end: { matched: 1, outcomes: { CANCELLED: 1 } },
  }),
  // The page token is no longer taken: the listing is begun again, once.
  bulk('bulk-token-expired', {
    others: {
      ...pages((page) =>
        page % 2 === 1
          ? { operations: running('bulk-token-expired', page), nextPageToken: `${page}` }
          : failing('INVALID_ARGUMENT', 'The page token is invalid.'),
      ),
      cancelItem: ended,
    },
    input: (parent) => ({ parent }),
    end: { matched: 2, outcomes: { CANCELLED: 2 } },
  }),
  bulk('bulk-pages-in-circles', {
    others: {
      ...pages((page) => ({
        operations: running('bulk-pages-in-circles', page % 3),
        nextPageToken: `${page % 3}`,
      })),
      cancelItem: ended,
    },
    input: (parent) => ({ parent }),
    end: { matched: 3, outcomes: { CANCELLED: 3 } },
  }),
  bulk('bulk-same-page', {
    others: {
      ...pages(() => ({ operations: running('bulk-same-page', 1), nextPageToken: 'same' })),
      cancelItem: ended,
    },
    input: (parent) => ({ parent }),
    end: { matched: 1, outcomes: { CANCELLED: 1 } },
  }),
  bulk('bulk-item-fails', {
    others: { cancelItem: () => failing(undefined, 'Something else.') },
    operations: [{}],
    input: (_, names) => ({ names }),
    end: { matched: 1, started: 0, outcomes: {} },
  }),
  bulk('bulk-failures-by-the-thousand', {
    input: () => ({ names: Array.from({ length: 1_001 }, (_, index) => `no name ${index}`) }),
    end: { matched: 1_001, started: 0 },
  }),
  // Cancelled in the middle: what is under way is waited for, and neither the queue nor the listing goes on.
  bulk('bulk-cancelled', {
    operations: [{ onCancel: IGNORED }, {}, {}],
    others: {
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
      await progressOf(handle, ({ stopping }) => stopping);
      world.emulator.complete(name);
    },
    end: { matched: 2, started: 1, outcomes: { COMPLETED: 1 } },
  }),
  bulk('bulk-names-cancelled', {
    operations: [{ onCancel: IGNORED }, {}, {}],
    input: (_, names) => ({ names, maxConcurrent: 1 }),
    act: async (world, handle, names) => {
      const [name = ''] = names;
      await world.emulator.waitFor(() => world.cancels(name) > 0);
      await handle.cancel();
      await progressOf(handle, ({ stopping }) => stopping);
      world.emulator.complete(name);
    },
    end: { started: 1, outcomes: { COMPLETED: 1 } },
  }),
  bulk('bulk-names-continued', {
    operations: [{ onCancel: IGNORED }, { onCancel: WINS }, { onCancel: WINS }, { onCancel: WINS }],
    input: (_, names) => ({ names: ['projects/../x', ...names], maxConcurrent: 2 }),
    act: completedLast,
    end: { matched: 5, outcomes: { CANCELLED: 3, COMPLETED: 1 } },
    continuesAsNew: true,
  }),
  bulk('bulk-parent-continued', {
    operations: [{ onCancel: IGNORED }, { onCancel: WINS }, { onCancel: WINS }, { onCancel: WINS }],
    others: {
      listOperations: async ({ parent, pageToken = '0' }): Promise<ListPage> => {
        // Long enough for a run to end while a page is under way.
        if (pageToken !== '0') await Context.current().sleep(1_500);
        return {
          operations: [{ name: `${parent}/operations/${Number(pageToken) + 1}`, done: false }],
          ...(pageToken !== '3' && { nextPageToken: `${Number(pageToken) + 1}` }),
        };
      },
    },
    input: (parent) => ({ parent, maxConcurrent: 2 }),
    act: completedLast,
    end: { matched: 4, outcomes: { CANCELLED: 3, COMPLETED: 1 } },
    continuesAsNew: true,
  }),
  bulk('bulk-parent-denied', {
    input: (parent) => ({ parent, dryRun: true }),
    others: pages(() => ({
      operations: [
        ...running('bulk-parent-denied', 1),
        { name: 'projects/q/locations/l/operations/2', done: false, denied: 'This worker may not touch it.' },
      ],
    })),
    end: { matched: 2, started: 0 },
  }),
];

/** Ends the first once all others have ended: it is carried from run to run. */
async function completedLast(world: World, handle: Handle, names: string[]): Promise<void> {
  await progressOf(handle, ({ outcomes }) => outcomes.CANCELLED === names.length - 1);
  world.emulator.complete(names[0] ?? '');
}
