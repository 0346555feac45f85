import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WorkerOptions } from '@temporalio/worker';
import type { CancelAnswer, PollState } from '../../../contract/activities.js';
import { workflowIdOf } from '../../../contract/names.js';
import type { OperationResult } from '../../../contract/result.js';
import { eventsOf, kindsOf, until } from '../history.js';
import { abortBySignal } from '../starts.js';
import { type Handle, SERVICE, type World } from '../world.js';
import { type Activities, withOther } from './other-activities.js';
import { checkEnd, type Scenario } from './scenario.js';

const SEEN: PollState = { polls: 1, failures: 0, seenAt: Date.UTC(2026, 0, 1) };

/** A way that Temporal or a worker with other rules leads to, but none of the activities as they are: with others it is certain. */
function odd(
  name: string,
  others: Partial<Activities>,
  outcome: string,
  { type = 'cancelOperation', input = {}, act = async () => {}, worker }: Options = {},
): Scenario {
  return {
    name,
    continuesAsNew: false,
    play: (world) =>
      withOther(
        world,
        others,
        async (taskQueue) => {
          const operation = `projects/p/locations/us-central1/${name}/7/operations/1`;
          world.emulator.add({ name: operation, onCancel: { kind: 'wins', afterMs: 200 } });
          const handle: Handle = await world.client.workflow.start<
            (input: unknown) => Promise<OperationResult>
          >(type, {
            workflowId: workflowIdOf(SERVICE, operation),
            taskQueue,
            args: [{ ...input, name: operation }],
          });
          await act(world, operation, handle);
          await checkEnd(handle, outcome);
          return [handle];
        },
        worker,
      ),
  };
}

interface Options {
  worker?: Partial<WorkerOptions>;
  type?: 'cancelOperation' | 'watchOperation';
  input?: Record<string, unknown>;
  act?: (world: World, name: string, handle: Handle) => Promise<void>;
}

/** Stays until it is cancelled or the worker stops: with heartbeats, where there is something to remember. */
async function linger(remembered?: PollState): Promise<never> {
  const context = Context.current();
  const timer = remembered && setInterval(() => context.heartbeat(remembered), 500);
  return context.cancelled.finally(() => clearInterval(timer));
}

async function cancelsOf(handle: Handle): Promise<number> {
  const events = await eventsOf(handle);
  return events.filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'cancelOperation',
  ).length;
}

function retried(message: string, ...details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type: 'UNAVAILABLE', message, details });
}

function forbidden(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('This worker may not touch it.', 'PERMISSION_DENIED');
}

function accepted(): CancelAnswer {
  return { status: 'ACCEPTED', at: Date.now(), pollState: SEEN };
}

const refused = async (): Promise<CancelAnswer> => ({
  status: 'REFUSED',
  error: { code: 9, status: 'FAILED_PRECONDITION', message: 'The operation is not cancellable.' },
  at: Date.now(),
  pollState: SEEN,
});

const abort: Options = {
  type: 'watchOperation',
  input: { whenNotCancellable: 'return' },
  act: async (world, name, handle) => {
    await world.emulator.waitFor((log) => log.some((entry) => entry.name === name));
    await abortBySignal(handle);
  },
};

/** A cancel that is accepted at first, and what comes of the next one. */
function acceptedThen(next: Activities['cancelOperation']): Activities['cancelOperation'] {
  let asked = 0;
  return async (request) => (++asked === 1 ? accepted() : next(request));
}

/** The second cancel is under way when the operation ends, and answered a little later. */
const endedMeanwhile: Options = {
  input: { resendCancelAfter: '500ms' },
  act: async (world, name, handle) => {
    await until(
      () => cancelsOf(handle),
      (cancels) => cancels === 2,
    );
    world.emulator.complete(name, {});
  },
};

function interruptedOnce(): Activities['awaitOperation'] {
  let asked = 0;
  return async ({ ref: target, pollState }) => {
    if (++asked > 1)
      return {
        operation: { name: target.name, done: true },
        omitted: false,
        at: Date.now(),
        pollState,
      };
    const remembered = { ...SEEN, waitUnsupported: true };
    await linger(remembered).catch(() => undefined);
    return { cancelled: true, pollState: remembered };
  };
}

/** The first attempt leaves an hour to Temporal: only another activity comes before. */
function restsAtFirst(): Activities['awaitOperation'] {
  let asked = 0;
  return async ({ ref: target, pollState }) => {
    if (++asked === 1)
      throw ApplicationFailure.create({
        type: 'OperationRunning',
        message: 'It rests.',
        nextRetryDelay: '1h',
      });
    return {
      operation: { name: target.name, done: true },
      omitted: false,
      at: Date.now(),
      pollState,
    };
  };
}

async function meanwhile(): Promise<void> {
  await Context.current().sleep(1_500);
}

/** What the workflows are prepared for and the activities as they are do not bring about at will. */
export const oddities: Scenario[] = [
  odd(
    'accepted-when-time-is-up',
    { cancelOperation: () => linger({ ...SEEN, acceptedAt: Date.now() }) },
    'STILL_RUNNING',
    { input: { timeout: '3s' } },
  ),
  odd('timeout-without-room', {}, 'STILL_RUNNING', {
    type: 'watchOperation',
    input: { timeout: '2s' },
    worker: { enableNonLocalActivities: false },
  }),
  odd(
    'look-without-answer',
    {
      getOperation: async ({ ref: target, pollState }) => {
        // Not a look that failed, but an attempt that was lost.
        if (Context.current().info.isLocal) throw retried('no answer');
        const operation = { name: target.name, done: false };
        return { operation, omitted: false, at: Date.now(), pollState: { ...pollState, ...SEEN } };
      },
    },
    'CANCELLED',
  ),
  odd('time-up-in-silence', { cancelOperation: refused, awaitOperation: () => linger() }, 'STILL_RUNNING', {
    input: { timeout: '2s', whenNotCancellable: 'follow', resendCancelAfter: 0 },
  }),
  odd(
    'time-up-after-failure',
    {
      cancelOperation: refused,
      awaitOperation: async () => {
        if (Context.current().info.attempt === 1) throw retried('no answer', SEEN);
        return linger();
      },
    },
    'STILL_RUNNING',
    { input: { timeout: '5s', whenNotCancellable: 'follow', resendCancelAfter: 0 } },
  ),
  odd('cancel-forbidden', { cancelOperation: () => Promise.reject(forbidden()) }, 'PERMISSION_DENIED'),
  odd('resend-forbidden', { cancelOperation: acceptedThen(() => Promise.reject(forbidden())) }, 'COMPLETED', {
    input: { resendCancelAfter: '500ms' },
    act: async (world, name, handle) => {
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.includes('activityTaskFailed'),
      );
      world.emulator.complete(name, {});
    },
  }),
  odd(
    'forbidden-at-the-end',
    { cancelOperation: acceptedThen(() => meanwhile().then(() => Promise.reject(forbidden()))) },
    'COMPLETED',
    endedMeanwhile,
  ),
  odd(
    'seen-twice-at-the-end',
    {
      cancelOperation: acceptedThen(async ({ ref: target }) => {
        await meanwhile();
        return {
          operation: { name: target.name, done: true },
          omitted: false,
          at: Date.now(),
          pollState: SEEN,
        };
      }),
    },
    'COMPLETED',
    endedMeanwhile,
  ),
  // The wait that is cut short to look closely again is in the middle of an attempt.
  odd('watch-abort-late-in-an-attempt', { awaitOperation: interruptedOnce() }, 'COMPLETED', {
    type: 'watchOperation',
    act: async (_, __, handle) => {
      await delay(11_000);
      await abortBySignal(handle);
    },
  }),
  // One of so many that none is looked at often: the cancel is news to it.
  odd('watch-abort-while-it-rests', { awaitOperation: restsAtFirst() }, 'COMPLETED', {
    type: 'watchOperation',
    act: async (_, __, handle) => {
      await until(
        async () => (await handle.describe()).raw.pendingActivities?.[0]?.attempt,
        (attempt) => attempt === 2,
      );
      await abortBySignal(handle);
    },
  }),
  odd(
    'wait-fails-when-stopped',
    {
      cancelOperation: refused,
      awaitOperation: async () => {
        await linger(SEEN).catch(() => undefined);
        throw forbidden();
      },
    },
    'NOT_CANCELLABLE',
    abort,
  ),
  odd(
    'recall-fails',
    { cancelOperation: refused, describePendingPoll: async () => Promise.reject(forbidden()) },
    'NOT_CANCELLABLE',
    abort,
  ),
  odd(
    'recall-knows-nothing',
    { cancelOperation: refused, describePendingPoll: async () => undefined },
    'NOT_CANCELLABLE',
    abort,
  ),
];
