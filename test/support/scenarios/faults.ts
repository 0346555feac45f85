import { setTimeout as delay } from 'node:timers/promises';
import { answered, arrived, endAfter } from '../moments.js';
import { until } from '../history.js';
import { abortBySignal, abortByUpdate, type Input } from '../starts.js';
import type { Handle, World } from '../world.js';
import { CANCELLED, startCancel, IGNORED, type Scenario, scenario, startWatch, WINS } from './scenario.js';

type Fault = Parameters<World['emulator']['fail']>[0];

/** Starts `cancelOperation` with faults of the emulator, and acts while it is running. */
function startWithFaults(
  faults: Fault[],
  input: Omit<Input, 'name'> = {},
  act: (world: World, name: string) => Promise<void> = async () => {},
) {
  return async (world: World, name: string): Promise<Handle> => {
    for (const fault of faults) world.emulator.fail({ ...fault, name });
    const handle = await world.start('cancelOperation', { ...input, name });
    await act(world, name);
    return handle;
  };
}

const UNAVAILABLE = { kind: 'status', code: 'UNAVAILABLE' } as const;
const DENIED = { kind: 'status', code: 'PERMISSION_DENIED' } as const;

const CARRIED_OUT: Fault = { ...UNAVAILABLE, method: 'cancel', carriedOut: true, times: 1 };
const REFUSED: Fault = { kind: 'status', code: 'FAILED_PRECONDITION', method: 'cancel', times: 1 };

/** The operation is cancelled once the second cancel, which is refused, and the poll after it were answered. */
async function cancelledOnceAnswered(world: World, name: string): Promise<void> {
  await answered(world, name, 'cancel', 2);
  await answered(world, name, 'get', 2);
  world.emulator.complete(name, CANCELLED);
}

/** The scenarios with faults, delays and timeouts. */
export const faultScenarios: Scenario[] = [
  scenario(
    'poll-by-activity',
    { onCancel: WINS },
    startWithFaults([{ ...UNAVAILABLE, retryAfter: 3, times: 1, method: 'get' }]),
    'CANCELLED',
  ),
  scenario(
    'poll-by-activity-denied',
    {},
    startWithFaults([{ ...UNAVAILABLE, retryAfter: 3, times: 1 }, DENIED]),
    'PERMISSION_DENIED',
  ),
  scenario(
    'timeout-while-cancelling',
    { onCancel: IGNORED },
    startWithFaults([{ ...UNAVAILABLE, method: 'cancel' }], { timeout: '4s' }),
    'STILL_RUNNING',
  ),
  // The next poll would come after the timeout: timers wait for the last poll and for the next cancel.
  scenario(
    'timeout-between-polls',
    { onCancel: IGNORED, waitSupported: 'unimplemented' },
    startCancel({
      timeout: '6s',
      resendCancelAfter: '1s',
      polling: { initialInterval: '30s', backoffCoefficient: 1, maximumInterval: '30s' },
    }),
    'STILL_RUNNING',
  ),
  scenario(
    'ended-while-cancelling',
    {},
    startWithFaults([{ ...UNAVAILABLE, method: 'cancel' }], {}, (world, name) =>
      endAfter(world, name, 'cancel', undefined, 2),
    ),
    'COMPLETED',
  ),
  scenario(
    'lost-while-cancelling',
    {},
    startWithFaults([{ ...UNAVAILABLE, method: 'cancel' }], { notFoundGrace: '100ms' }, async (world, name) => {
      await answered(world, name, 'cancel');
      world.emulator.expire(name);
    }),
    'LOST',
  ),
  scenario(
    'refused-and-cancelled',
    { onCancel: { kind: 'wins' } },
    startWithFaults([{ kind: 'status', code: 'FAILED_PRECONDITION', method: 'cancel', carriedOut: true }]),
    'CANCELLED',
  ),
  scenario(
    'refused-after-unanswered',
    { onCancel: IGNORED },
    startWithFaults([CARRIED_OUT, REFUSED], {}, cancelledOnceAnswered),
    'CANCELLED',
  ),
  scenario(
    'refused-after-unanswered-while-cancelling',
    { onCancel: IGNORED, metadata: { state: 'RUNNING' }, cancellingMetadata: { state: 'CANCELLING' } },
    startWithFaults([CARRIED_OUT, REFUSED], {}, cancelledOnceAnswered),
    'CANCELLED',
  ),
  scenario(
    'timeout-and-seen-at-last',
    { onCancel: IGNORED },
    startWithFaults([{ ...UNAVAILABLE, method: 'get', times: 3 }], { timeout: 5 }),
    'STILL_RUNNING',
  ),
  scenario(
    'failing-polls',
    { onCancel: WINS, waitSupported: 'unimplemented' },
    startWatch(async (world, name, handle) => {
      world.emulator.fail({ ...UNAVAILABLE, method: 'get', name, times: 4 });
      const isFailing = async () => (await world.status(handle)).failing !== undefined;
      await until(isFailing, (failing) => failing);
      await until(isFailing, (failing) => !failing);
      await abortBySignal(handle);
    }),
    'CANCELLED',
  ),
  scenario(
    'refused-and-unconfirmed',
    { onCancel: { kind: 'refused' } },
    startWithFaults([{ ...UNAVAILABLE, method: 'get', skip: 1 }], { timeout: '4s' }),
    'STILL_RUNNING',
  ),
  // The end is seen while a second cancel is under way, which is answered later or never.
  scenario(
    'answered-after-the-end',
    { onCancel: IGNORED },
    duringResend({ kind: 'late-answer', afterMs: 1_500 }),
    'CANCELLED',
  ),
  scenario('unanswered-at-the-end', { onCancel: IGNORED }, duringResend({ kind: 'never-answers' }), 'CANCELLED'),
  scenario(
    'failed-without-message',
    { onCancel: IGNORED },
    startWithFaults([], {}, (world, name) => endAfter(world, name, 'cancel', { error: { code: 99 } })),
    'FAILED',
  ),
  scenario(
    'temporal-cancel-again',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name });
      await answered(world, name, 'cancel');
      await handle.cancel();
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.aborts === 2,
      );
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
  ),
  scenario(
    'watch-lost',
    {},
    startWatch(async (world, name) => world.emulator.expire(name), { notFoundGrace: '500ms' }),
    'LOST',
  ),
  scenario(
    'watch-timeout',
    {},
    startWatch(async () => {}, { timeout: '2s' }),
    'STILL_RUNNING',
  ),
  scenario(
    'watch-not-supported',
    { onCancel: { kind: 'unimplemented' } },
    startWatch(async (world, name, handle) => {
      await abortBySignal(handle);
      await endAfter(world, name, 'cancel');
    }),
    'COMPLETED',
  ),
  // After 11 s the polls are rare. Once the cancel is accepted they are frequent again.
  scenario(
    'watch-abort-late',
    { onCancel: WINS, waitSupported: 'unimplemented' },
    startWatch(async (_, __, handle) => {
      await delay(11_000);
      await abortBySignal(handle);
    }),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-before-abort-after',
    { onCancel: WINS },
    startWatch(
      async (_, __, handle) => {
        await abortBySignal(handle, { reason: 'see [the rules](https://example.com) *now*' });
        await abortBySignal(handle, { reason: 'later' });
      },
      { abortAfter: '1h' },
    ),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-undecodable',
    { onCancel: WINS },
    startWatch(async (world, _, handle) => {
      await world.client.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: handle.workflowId },
        signalName: 'abort',
        input: {
          payloads: [{ metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('secret') }],
        },
      });
    }),
    'CANCELLED',
  ),
  scenario(
    'watch-large-abort-update',
    { onCancel: WINS, metadataBytes: 100_000 },
    startWatch(async (_, __, handle) => void (await abortByUpdate(handle))),
    'CANCELLED',
  ),
  scenario(
    'abort-after-with-requester',
    { onCancel: WINS },
    startWatch(async () => {}, { abortAfter: '2s', reason: 'too long', requestedBy: 'ops@example.com' }),
    'CANCELLED',
  ),
  scenario(
    'seen-while-ending',
    { onCancel: { kind: 'refused' } },
    async (world, name) => {
      const { emulator } = world;
      emulator.fail({ kind: 'late-answer', afterMs: 800, method: 'wait', name });
      const handle = await world.start('watchOperation', { name, whenNotCancellable: 'return' });
      await emulator.waitFor(() => emulator.requests(name, 'wait').length === 1);
      // The poll after the refusal gets a stale answer. The pending wait sees the end.
      emulator.fail({ kind: 'stale', method: 'get', name });
      await abortBySignal(handle);
      await emulator.waitFor(() => emulator.requests(name, 'cancel').some(({ status }) => status === 400));
      emulator.complete(name);
      return handle;
    },
    'COMPLETED',
  ),
];

/** The fault hits the second cancel, during which the operation is cancelled. */
function duringResend(fault: Fault) {
  return startWithFaults(
    [{ ...fault, method: 'cancel', skip: 1 }],
    { resendCancelAfter: '500ms' },
    async (world, name) => {
      await arrived(world, name, 'cancel', 2);
      world.emulator.complete(name, CANCELLED);
    },
  );
}
