import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WorkerOptions } from '@temporalio/worker';
import type { CancelAnswer, PollResult, PollState } from '../../../contract/activities.js';
import { workflowIdOf } from '../../../contract/workflow-id.js';
import type { OperationResult } from '../../../contract/result.js';
import { eventsOf, kindsOf, until } from '../history.js';
import { abortBySignal } from '../starts.js';
import { type Handle, SERVICE, type World } from '../world.js';
import { type Activities, withReplacedActivities } from './replaced-activities.js';
import { checkEnd, operationOf, type Scenario } from './scenario.js';

const SEEN: PollState = { polls: 1, failures: 0, seenAt: Date.UTC(2026, 0, 1) };

interface Options {
  worker?: Partial<WorkerOptions>;
  type?: 'cancelOperation' | 'watchOperation';
  input?: Record<string, unknown>;
  act?: (world: World, name: string, handle: Handle) => Promise<void>;
}

/**
 * A scenario that the real activities do not produce reliably, so that other activities replace them.
 */
function rare(
  name: string,
  activities: Partial<Activities>,
  outcome: string,
  { type = 'cancelOperation', input = {}, act = async () => {}, worker }: Options = {},
): Scenario {
  return {
    name,
    continuesAsNew: false,
    run: (world) =>
      withReplacedActivities(
        world,
        activities,
        async (taskQueue) => {
          const operation = operationOf(name);
          world.emulator.add({ name: operation, onCancel: { kind: 'wins', afterMs: 200 } });
          const handle: Handle = await world.client.workflow.start<(input: unknown) => Promise<OperationResult>>(type, {
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

/** Waits until the activity is cancelled or the worker stops, with heartbeats of this state. */
async function untilCancelled(heartbeat?: PollState): Promise<never> {
  const context = Context.current();
  const timer = heartbeat && setInterval(() => context.heartbeat(heartbeat), 500);
  return context.cancelled.finally(() => clearInterval(timer));
}

async function countCancelActivities(handle: Handle): Promise<number> {
  const events = await eventsOf(handle);
  return events.filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'cancelOperation',
  ).length;
}

function unavailable(...details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type: 'UNAVAILABLE', message: 'no answer', details });
}

function permissionDenied(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('This worker may not touch it.', 'PERMISSION_DENIED');
}

function seenDone(name: string, pollState: PollState): PollResult {
  const verdict = { outcome: 'COMPLETED', evidence: 'neither' } as const;
  return { operation: { name, done: true }, verdict, omitted: false, at: Date.now(), pollState };
}

const refused = async (): Promise<CancelAnswer> => ({
  status: 'REFUSED',
  error: { code: 9, status: 'FAILED_PRECONDITION', message: 'The operation is not cancellable.' },
  at: Date.now(),
  pollState: SEEN,
});

const abortWatcher: Options = {
  type: 'watchOperation',
  input: { whenNotCancellable: 'return' },
  act: async (world, name, handle) => {
    await world.emulator.waitFor((log) => log.some((entry) => entry.name === name));
    await abortBySignal(handle);
  },
};

/** Accepts the first cancel, and does something else for the next ones. */
function acceptFirst(next: Activities['cancelOperation']): Activities['cancelOperation'] {
  let calls = 0;
  return async (request) => (++calls === 1 ? { status: 'ACCEPTED', at: Date.now(), pollState: SEEN } : next(request));
}

/** The operation ends while the second cancel is under way, which is answered 1.5 s later. */
const endsDuringResend: Options = {
  input: { resendCancelAfter: '500ms' },
  act: async (world, name, handle) => {
    await until(
      () => countCancelActivities(handle),
      (cancels) => cancels === 2,
    );
    world.emulator.complete(name, {});
  },
};

async function afterTheEnd(): Promise<void> {
  await Context.current().sleep(1_500);
}

/** No poll is answered before the timeout, and the one after it is denied. */
function deniedAtLast(): Activities['getOperation'] {
  let localCalls = 0;
  return async ({ pollState }) => {
    if (!Context.current().info.isLocal)
      throw ApplicationFailure.create({ type: 'UNAVAILABLE', message: 'no answer', nextRetryDelay: '1h' });
    if (++localCalls === 1) return { noAnswer: true, pollState };
    throw permissionDenied();
  };
}

/** The first activity returns when it is cancelled, and the second one sees the end. */
function returnsWhenCancelled(): Activities['awaitOperation'] {
  let calls = 0;
  return async ({ ref, pollState }) => {
    if (++calls > 1) return seenDone(ref.name, pollState);
    const heartbeat = { ...SEEN, waitUnsupported: true };
    await untilCancelled(heartbeat).catch(() => undefined);
    return { cancelled: true, pollState: heartbeat };
  };
}

/** The first activity is in back-off for an hour, and the second one sees the end. */
function longBackoff(): Activities['awaitOperation'] {
  let calls = 0;
  return async ({ ref, pollState }) => {
    if (++calls > 1) return seenDone(ref.name, pollState);
    throw ApplicationFailure.create({
      type: 'OperationRunning',
      message: 'It is running.',
      nextRetryDelay: '1h',
    });
  };
}

/** The scenarios for which the real activities have to be replaced. */
export const rareScenarios: Scenario[] = [
  rare(
    'accepted-before-timeout',
    { cancelOperation: () => untilCancelled({ ...SEEN, acceptedAt: Date.now() }) },
    'STILL_RUNNING',
    { input: { timeout: '3s' } },
  ),
  rare('timeout-without-activity-slot', {}, 'STILL_RUNNING', {
    type: 'watchOperation',
    input: { timeout: '2s' },
    worker: { enableNonLocalActivities: false },
  }),
  rare(
    'poll-without-answer',
    {
      getOperation: async ({ ref, pollState }) => {
        // The local activity itself fails, as where its attempt is lost.
        if (Context.current().info.isLocal) throw unavailable();
        const operation = { name: ref.name, done: false };
        return { operation, omitted: false, at: Date.now(), pollState: { ...pollState, ...SEEN } };
      },
    },
    'CANCELLED',
  ),
  rare('timeout-denied', { getOperation: deniedAtLast() }, 'PERMISSION_DENIED', { input: { timeout: '2s' } }),
  rare(
    'timeout-without-heartbeat',
    { cancelOperation: refused, awaitOperation: () => untilCancelled() },
    'STILL_RUNNING',
    { input: { timeout: '2s', whenNotCancellable: 'follow', resendCancelAfter: 0 } },
  ),
  rare(
    'timeout-after-failure',
    {
      cancelOperation: refused,
      awaitOperation: async () => {
        if (Context.current().info.attempt === 1) throw unavailable(SEEN);
        return untilCancelled();
      },
    },
    'STILL_RUNNING',
    { input: { timeout: '5s', whenNotCancellable: 'follow', resendCancelAfter: 0 } },
  ),
  rare('cancel-forbidden', { cancelOperation: () => Promise.reject(permissionDenied()) }, 'PERMISSION_DENIED'),
  rare('resend-forbidden', { cancelOperation: acceptFirst(() => Promise.reject(permissionDenied())) }, 'COMPLETED', {
    input: { resendCancelAfter: '500ms' },
    act: async (world, name, handle) => {
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.includes('activityTaskFailed'),
      );
      world.emulator.complete(name, {});
    },
  }),
  rare(
    'resend-forbidden-after-the-end',
    { cancelOperation: acceptFirst(() => afterTheEnd().then(() => Promise.reject(permissionDenied()))) },
    'COMPLETED',
    endsDuringResend,
  ),
  rare(
    'end-seen-by-two-activities',
    {
      cancelOperation: acceptFirst(async ({ ref }) => {
        await afterTheEnd();
        return seenDone(ref.name, SEEN);
      }),
    },
    'COMPLETED',
    endsDuringResend,
  ),
  // awaitOperation is restarted in the middle of an attempt.
  rare('watch-abort-late-in-an-attempt', { awaitOperation: returnsWhenCancelled() }, 'COMPLETED', {
    type: 'watchOperation',
    act: async (_, __, handle) => {
      await delay(11_000);
      await abortBySignal(handle);
    },
  }),
  rare('watch-abort-in-backoff', { awaitOperation: longBackoff() }, 'COMPLETED', {
    type: 'watchOperation',
    act: async (_, __, handle) => {
      await until(
        async () => (await handle.describe()).raw.pendingActivities?.[0]?.attempt,
        (attempt) => attempt === 2,
      );
      await abortBySignal(handle);
    },
  }),
  rare(
    'await-fails-when-cancelled',
    {
      cancelOperation: refused,
      awaitOperation: async () => {
        await untilCancelled(SEEN).catch(() => undefined);
        throw permissionDenied();
      },
    },
    'NOT_CANCELLABLE',
    abortWatcher,
  ),
  rare(
    'describe-pending-poll-fails',
    { cancelOperation: refused, describePendingPoll: async () => Promise.reject(permissionDenied()) },
    'NOT_CANCELLABLE',
    abortWatcher,
  ),
  rare(
    'describe-pending-poll-is-empty',
    { cancelOperation: refused, describePendingPoll: async () => undefined },
    'NOT_CANCELLABLE',
    abortWatcher,
  ),
];
