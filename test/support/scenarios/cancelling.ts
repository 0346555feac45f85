import { answered } from '../moments.js';
import { until } from '../history.js';
import { signalWithStart, updateWithStart } from '../starts.js';
import type { Handle, World } from '../world.js';
import { cancelling, CANCELLED, IGNORED, type Scenario, scenario, WINS } from './scenario.js';

/** The ways of `cancelOperation`. */
export const cancellations: Scenario[] = [
  scenario(
    'cancelled',
    { onCancel: WINS },
    cancelling({ reason: 'budget', requestedBy: 'ops@example.com' }),
    'CANCELLED',
  ),
  scenario('cancelled-by-get', { onCancel: WINS, waitSupported: 'unimplemented' }, cancelling(), 'CANCELLED'),
  scenario('cancelled-at-once', { onCancel: { kind: 'wins', afterMs: 0 } }, cancelling(), 'CANCELLED'),
  scenario('completed-at-once', { onCancel: { kind: 'loses', afterMs: 0 } }, cancelling(), 'COMPLETED'),
  scenario('completed-anyway', { onCancel: { kind: 'loses', afterMs: 400 } }, cancelling(), 'COMPLETED'),
  scenario('failed', { onCancel: { kind: 'fails', code: 10, afterMs: 200 } }, cancelling(), 'FAILED'),
  scenario('already-done', { completesAfterMs: 0 }, cancelling(), 'COMPLETED'),
  scenario('visible-late', { visibleAfterMs: 700, onCancel: WINS }, cancelling(), 'CANCELLED'),
  scenario('refused', { onCancel: { kind: 'refused' } }, cancelling(), 'NOT_CANCELLABLE'),
  scenario('not-supported', { onCancel: { kind: 'unimplemented' } }, cancelling(), 'NOT_CANCELLABLE'),
  scenario(
    'follow-after-refusal',
    { onCancel: { kind: 'refused', times: 1, afterwards: { kind: 'wins', afterMs: 200 } } },
    cancelling({ whenNotCancellable: 'follow', resendCancelAfter: '1s' }),
    'CANCELLED',
  ),
  scenario('resend', { onCancel: IGNORED }, sentThrice, 'CANCELLED'),
  scenario('resend-by-get', { onCancel: IGNORED, waitSupported: 'unimplemented' }, sentThrice, 'CANCELLED'),
  scenario('timeout', { onCancel: IGNORED }, cancelling({ timeout: '1500ms' }), 'STILL_RUNNING'),
  scenario(
    'timeout-by-get',
    { onCancel: IGNORED, waitSupported: 'unimplemented' },
    cancelling({ timeout: '1500ms' }),
    'STILL_RUNNING',
  ),
  scenario(
    'timeout-unseen',
    {},
    (world, name) => {
      world.emulator.fail({ kind: 'status', code: 'UNAVAILABLE', name });
      return world.start('cancelOperation', { name, timeout: '1500ms' });
    },
    'STILL_RUNNING',
  ),
  scenario(
    'lost',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name, notFoundGrace: '500ms' });
      await answered(world, name, 'cancel');
      world.emulator.expire(name);
      return handle;
    },
    'LOST',
  ),
  scenario('not-found', { visibleAfterMs: 3_600_000 }, cancelling({ notFoundGrace: '500ms' }), 'NOT_FOUND'),
  scenario(
    'permission-denied',
    {},
    (world, name) => {
      world.emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', name });
      return world.start('cancelOperation', { name });
    },
    'PERMISSION_DENIED',
  ),
  scenario(
    'cancel-denied',
    {},
    (world, name) => {
      world.emulator.fail({ kind: 'status', code: 'PERMISSION_DENIED', name, method: 'cancel' });
      return world.start('cancelOperation', { name });
    },
    'PERMISSION_DENIED',
  ),
  scenario('invalid-input', {}, cancelling({ timeout: 'soon' }), 'INVALID_ARGUMENT'),
  scenario(
    'signal-with-start',
    { onCancel: WINS },
    (world, name) => signalWithStart(world, { name }, [{ reason: 'budget' }]),
    'CANCELLED',
  ),
  scenario(
    'update-with-start',
    { onCancel: WINS },
    async (world, name) => (await updateWithStart(world, { name }, [{ reason: 'budget' }])).handle,
    'CANCELLED',
  ),
];

async function sentThrice(world: World, name: string): Promise<Handle> {
  const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
  await until(
    () => world.status(handle),
    ({ cancellation }) => cancellation.timesSent === 3,
  );
  world.emulator.complete(name, CANCELLED);
  return handle;
}
