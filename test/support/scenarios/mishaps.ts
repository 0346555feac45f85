import { setTimeout as delay } from 'node:timers/promises';
import { answered, arrived, endAfter } from '../moments.js';
import { until } from '../history.js';
import { abortBySignal, abortByUpdate, type Input } from '../starts.js';
import type { Handle, World } from '../world.js';
import { CANCELLED, cancelling, IGNORED, type Scenario, scenario, watching, WINS } from './scenario.js';

type Fault = Parameters<World['emulator']['fail']>[0];

/** Starts `cancelOperation` on a wire that fails, and acts while it runs. */
function failing(
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

/** The ways on which something fails, is late or is in doubt. */
export const mishaps: Scenario[] = [
  scenario(
    'look-by-activity',
    { onCancel: WINS },
    failing([{ ...UNAVAILABLE, retryAfter: 3, times: 1, method: 'get' }]),
    'CANCELLED',
  ),
  scenario(
    'look-by-activity-denied',
    {},
    failing([{ ...UNAVAILABLE, retryAfter: 3, times: 1 }, DENIED]),
    'PERMISSION_DENIED',
  ),
  // What is only denied at the last look is unknown, and the time is up.
  scenario(
    'timeout-denied',
    {},
    failing([{ ...UNAVAILABLE, retryAfter: 60, times: 1 }, DENIED], { timeout: '5s' }),
    'STILL_RUNNING',
  ),
  scenario(
    'timeout-while-cancelling',
    { onCancel: IGNORED },
    failing([{ ...UNAVAILABLE, method: 'cancel' }], { timeout: '4s' }),
    'STILL_RUNNING',
  ),
  // No look of the pace would come in time: the rest is waited for by timers, of the last look and of the next cancel.
  scenario(
    'timeout-between-looks',
    { onCancel: IGNORED, waitSupported: 'unimplemented' },
    cancelling({
      timeout: '6s',
      resendCancelAfter: '1s',
      polling: { initialInterval: '30s', backoffCoefficient: 1, maximumInterval: '30s' },
    }),
    'STILL_RUNNING',
  ),
  scenario(
    'ended-while-cancelling',
    {},
    failing([{ ...UNAVAILABLE, method: 'cancel' }], {}, (world, name) =>
      endAfter(world, name, 'cancel', undefined, 2),
    ),
    'COMPLETED',
  ),
  scenario(
    'lost-while-cancelling',
    {},
    failing([{ ...UNAVAILABLE, method: 'cancel' }], { notFoundGrace: '100ms' }, async (world, name) => {
      await answered(world, name, 'cancel');
      world.emulator.expire(name);
    }),
    'LOST',
  ),
  scenario(
    'refused-and-cancelled',
    { onCancel: { kind: 'wins' } },
    failing([{ kind: 'status', code: 'FAILED_PRECONDITION', method: 'cancel', carriedOut: true }]),
    'CANCELLED',
  ),
  scenario(
    'refused-and-unconfirmed',
    { onCancel: { kind: 'refused' } },
    failing([{ ...UNAVAILABLE, method: 'get', skip: 1 }], { timeout: '4s' }),
    'STILL_RUNNING',
  ),
  // The end is seen while a second cancel is under way, whose answer comes a little later, or never.
  scenario(
    'answered-after-the-end',
    { onCancel: IGNORED },
    resending({ kind: 'late-answer', afterMs: 1_500 }),
    'CANCELLED',
  ),
  scenario('unanswered-at-the-end', { onCancel: IGNORED }, resending({ kind: 'never-answers' }), 'CANCELLED'),
  scenario(
    'failed-without-message',
    { onCancel: IGNORED },
    failing([], {}, (world, name) => endAfter(world, name, 'cancel', { error: { code: 99 } })),
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
    watching(async (world, name) => world.emulator.expire(name), { notFoundGrace: '500ms' }),
    'LOST',
  ),
  scenario(
    'watch-timeout',
    {},
    watching(async () => {}, { timeout: '2s' }),
    'STILL_RUNNING',
  ),
  scenario(
    'watch-not-supported',
    { onCancel: { kind: 'unimplemented' } },
    watching(async (world, name, handle) => {
      await abortBySignal(handle);
      await endAfter(world, name, 'cancel');
    }),
    'COMPLETED',
  ),
  // After a while it is looked at rarely; once the cancel is accepted it is looked at closely again.
  scenario(
    'watch-abort-late',
    { onCancel: WINS, waitSupported: 'unimplemented' },
    watching(async (_, __, handle) => {
      await delay(11_000);
      await abortBySignal(handle);
    }),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-before-its-time',
    { onCancel: WINS },
    watching(
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
    watching(async (world, _, handle) => {
      await world.client.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: handle.workflowId },
        signalName: 'abort',
        input: {
          payloads: [
            { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('secret') },
          ],
        },
      });
    }),
    'CANCELLED',
  ),
  scenario(
    'watch-large-abort-update',
    { onCancel: WINS, metadataBytes: 100_000 },
    watching(async (_, __, handle) => void (await abortByUpdate(handle))),
    'CANCELLED',
  ),
  scenario(
    'abort-after-by-somebody',
    { onCancel: WINS },
    watching(async () => {}, { abortAfter: '2s', reason: 'too long', requestedBy: 'ops@example.com' }),
    'CANCELLED',
  ),
  scenario(
    'seen-at-last',
    { onCancel: { kind: 'refused' } },
    async (world, name) => {
      const { emulator } = world;
      emulator.fail({ kind: 'late-answer', afterMs: 800, method: 'wait', name });
      const handle = await world.start('watchOperation', { name, whenNotCancellable: 'return' });
      await emulator.waitFor(() => emulator.requests(name, 'wait').length === 1);
      // The look that confirms it meets a replica that is behind; the wait under way sees the end.
      emulator.fail({ kind: 'stale', method: 'get', name });
      await abortBySignal(handle);
      await emulator.waitFor(() => emulator.requests(name, 'cancel').some(({ status }) => status === 400));
      emulator.complete(name);
      return handle;
    },
    'COMPLETED',
  ),
];

function resending(fault: Fault) {
  return failing(
    [{ ...fault, method: 'cancel', skip: 1 }],
    { resendCancelAfter: '500ms' },
    async (world, name) => {
      await arrived(world, name, 'cancel', 2);
      world.emulator.complete(name, CANCELLED);
    },
  );
}
