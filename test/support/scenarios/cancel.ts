import { randomUUID } from 'node:crypto';
import { answered } from '../moments.js';
import { until } from '../history.js';
import { signalWithStart, updateWithStart } from '../starts.js';
import type { Handle, World } from '../world.js';
import { startCancel, CANCELLED, IGNORED, type Scenario, scenario, WINS } from './scenario.js';

/** The scenarios of `cancelOperation`. */
export const cancelScenarios: Scenario[] = [
  scenario(
    'cancelled',
    { onCancel: WINS },
    startCancel({ reason: 'budget', requestedBy: 'ops@example.com' }),
    'CANCELLED',
  ),
  scenario(
    'job-cancelled',
    {},
    (world) => {
      const name = `projects/p/locations/us-central1/customJobs/${randomUUID()}`;
      world.emulator.add({ name, onCancel: WINS });
      return world.start('cancelOperation', { name });
    },
    'CANCELLED',
  ),
  scenario('cancelled-by-get', { onCancel: WINS, waitSupported: 'unimplemented' }, startCancel(), 'CANCELLED'),
  scenario('cancelled-at-once', { onCancel: { kind: 'wins', afterMs: 0 } }, startCancel(), 'CANCELLED'),
  scenario('completed-at-once', { onCancel: { kind: 'loses', afterMs: 0 } }, startCancel(), 'COMPLETED'),
  scenario('completed-anyway', { onCancel: { kind: 'loses', afterMs: 400 } }, startCancel(), 'COMPLETED'),
  scenario('failed', { onCancel: { kind: 'fails', code: 10, afterMs: 200 } }, startCancel(), 'FAILED'),
  scenario('already-done', { completesAfterMs: 0 }, startCancel(), 'COMPLETED'),
  scenario('visible-late', { visibleAfterMs: 700, onCancel: WINS }, startCancel(), 'CANCELLED'),
  scenario('refused', { onCancel: { kind: 'refused' } }, startCancel(), 'NOT_CANCELLABLE'),
  scenario('not-supported', { onCancel: { kind: 'unimplemented' } }, startCancel(), 'NOT_CANCELLABLE'),
  scenario(
    'follow-after-refusal',
    { onCancel: { kind: 'refused', times: 1, afterwards: { kind: 'wins', afterMs: 200 } } },
    startCancel({ whenNotCancellable: 'follow', resendCancelAfter: '1s' }),
    'CANCELLED',
  ),
  scenario(
    'not-yet',
    { onCancel: { kind: 'refused', times: 1, message: 'It cannot be cancelled yet.' } },
    startCancel(),
    'CANCELLED',
  ),
  scenario(
    'cancelled-by-others',
    { onCancel: { kind: 'refused' }, metadata: { state: 'CANCELLING' } },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name });
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.timesSent === 1,
      );
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
  ),
  scenario('resend', { onCancel: IGNORED }, sendThreeCancels, 'CANCELLED'),
  scenario('resend-by-get', { onCancel: IGNORED, waitSupported: 'unimplemented' }, sendThreeCancels, 'CANCELLED'),
  scenario('timeout', { onCancel: IGNORED }, startCancel({ timeout: '1500ms' }), 'STILL_RUNNING'),
  scenario('timeout-at-once', { onCancel: IGNORED }, startCancel({ timeout: 5 }), 'STILL_RUNNING'),
  scenario(
    'timeout-by-get',
    { onCancel: IGNORED, waitSupported: 'unimplemented' },
    startCancel({ timeout: '1500ms' }),
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
  scenario('not-found', { visibleAfterMs: 3_600_000 }, startCancel({ notFoundGrace: '500ms' }), 'NOT_FOUND'),
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
  scenario('invalid-input', {}, startCancel({ timeout: 'soon' }), 'INVALID_ARGUMENT'),
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

async function sendThreeCancels(world: World, name: string): Promise<Handle> {
  const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
  await until(
    () => world.status(handle),
    ({ cancellation }) => cancellation.timesSent === 3,
  );
  world.emulator.complete(name, CANCELLED);
  return handle;
}
