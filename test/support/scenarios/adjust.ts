import { answered, arrived } from '../moments.js';
import { kindsOf, until } from '../history.js';
import { adjust } from '../starts.js';
import type { Handle, World } from '../world.js';
import { CANCELLED, IGNORED, type Scenario, scenario, startCancel, startWatch, WINS } from './scenario.js';

const UNAVAILABLE = { kind: 'status', code: 'UNAVAILABLE' } as const;
/** The service has no `wait`, and the next poll is far away. */
const RARE = { waitSupported: 'unimplemented' } as const;
const RARELY = { polling: { initialInterval: '1h' } };

/** Waits until the activity that polls rarely has polled once and waits for its next attempt. */
async function inBackoff(handle: Handle): Promise<void> {
  await until(
    () => handle.describe(),
    ({ raw }) => raw.pendingActivities?.[0]?.nextAttemptScheduleTime != null,
  );
}

async function startedAt(handle: Handle): Promise<number> {
  return (await handle.describe()).startTime.getTime();
}

/** The scenarios of `adjust` and of the signal `poll`. */
export const adjustScenarios: Scenario[] = [
  scenario(
    'adjust-abort-after',
    { onCancel: WINS },
    startWatch(async (_, __, handle) => {
      await adjust(handle, { abortAfter: '1h' });
      await adjust(handle, { abortAfter: '1s', resendCancelAfter: 0 });
    }),
    'CANCELLED',
  ),
  scenario(
    'adjust-timeout',
    {},
    startWatch(async (_, __, handle) => {
      await adjust(handle, { timeout: Date.now() - (await startedAt(handle)) + 1_500 });
    }),
    'STILL_RUNNING',
  ),
  scenario(
    'adjust-no-timeout',
    {},
    startWatch(
      async (world, name, handle) => {
        await adjust(handle, { timeout: 0 });
        // The activity under way keeps its time limit, and is followed by another one.
        await until(
          () => kindsOf(handle),
          (kinds) => kinds.filter((kind) => kind === 'activityTaskScheduled').length === 2,
        );
        world.emulator.complete(name, {});
      },
      { timeout: '4s' },
    ),
    'COMPLETED',
  ),
  scenario(
    'adjust-resend',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await startCancel({ resendCancelAfter: '1h' })(world, name);
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.timesSent === 1,
      );
      await adjust(handle, { resendCancelAfter: '500ms' });
      await answered(world, name, 'cancel', 2);
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
  ),
  scenario(
    'adjust-timeout-while-cancelling',
    { onCancel: IGNORED },
    async (world, name) => {
      world.emulator.fail({ ...UNAVAILABLE, method: 'cancel', name });
      const handle = await startCancel()(world, name);
      await arrived(world, name, 'cancel');
      await adjust(handle, { timeout: '1ms' });
      return handle;
    },
    'STILL_RUNNING',
  ),
  scenario(
    'adjust-no-timeout-while-cancelling',
    { onCancel: IGNORED },
    async (world, name) => {
      world.emulator.fail({ ...UNAVAILABLE, method: 'cancel', name, retryAfter: 2, times: 8 });
      const handle = await startCancel({ timeout: '3s' })(world, name);
      await arrived(world, name, 'cancel');
      await adjust(handle, { timeout: 0 });
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.timesSent === 1,
      );
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
  ),
  scenario(
    'adjust-timeout-before-first-poll',
    {},
    async (world, name) => {
      world.emulator.fail({ ...UNAVAILABLE, name, retryAfter: 3 });
      const handle = await startCancel()(world, name);
      await inBackoff(handle);
      await adjust(handle, { timeout: '1h', resendCancelAfter: '1s' });
      await adjust(handle, { timeout: '1ms' });
      return handle;
    },
    'STILL_RUNNING',
  ),
  scenario(
    'adjust-no-timeout-before-first-poll',
    { completesAfterMs: 5_000 },
    async (world, name) => {
      world.emulator.fail({ ...UNAVAILABLE, name, retryAfter: 20, times: 1 });
      const handle = await startCancel({ timeout: '15s' })(world, name);
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.includes('timerStarted'),
      );
      await adjust(handle, { timeout: 0 });
      return handle;
    },
    'COMPLETED',
  ),
  scenario(
    'adjust-timeout-taken-back',
    {},
    startWatch(async (world, name, handle) => {
      await answered(world, name, 'poll');
      await adjust(handle, { timeout: '1ms' });
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.includes('activityTaskCancelRequested'),
      );
      await adjust(handle, { timeout: 0 });
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.filter((kind) => kind === 'activityTaskScheduled').length === 2,
      );
      world.emulator.complete(name, {});
    }),
    'COMPLETED',
  ),
  scenario(
    'poll-signal',
    { ...RARE },
    startWatch(async (world, name, handle) => {
      await inBackoff(handle);
      const polls = world.polls(name);
      await handle.signal('poll');
      await answered(world, name, 'poll', polls + 1);
      world.emulator.complete(name, {});
      await handle.signal('poll');
    }, RARELY),
    'COMPLETED',
  ),
  scenario(
    'poll-signal-unanswered',
    { ...RARE },
    startWatch(async (world, name, handle) => {
      await inBackoff(handle);
      const polls = world.polls(name);
      world.emulator.fail({ ...UNAVAILABLE, name, times: 3 });
      await handle.signal('poll');
      await answered(world, name, 'poll', polls + 3);
      await until(
        () => world.status(handle),
        (status) => status.polls >= 4,
      );
      world.emulator.complete(name, {});
      await handle.signal('poll');
    }, RARELY),
    'COMPLETED',
  ),
  scenario(
    'adjust-timeout-in-first-poll',
    {},
    async (world, name) => {
      world.emulator.fail({ ...UNAVAILABLE, name, retryAfter: 3, times: 1 });
      world.emulator.fail({ kind: 'late-answer', afterMs: 9_000, name, method: 'get' });
      const handle = await startCancel()(world, name);
      await arrived(world, name, 'get', 2);
      await adjust(handle, { timeout: '1ms' });
      return handle;
    },
    'STILL_RUNNING',
  ),
  scenario(
    'poll-signal-too-early',
    { visibleAfterMs: 2_000, completesAfterMs: 4_000 },
    async (world: World, name) => {
      const handle = await world.start('watchOperation', { name });
      await arrived(world, name, 'get');
      await handle.signal('poll');
      return handle;
    },
    'COMPLETED',
  ),
];
