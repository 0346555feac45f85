import assert from 'node:assert/strict';
import type { OperationScript } from '../../emulator/index.js';
import { eventsOf, until } from './history.js';
import { answered, arrived, endAfter } from './moments.js';
import {
  abortBySignal,
  abortByUpdate,
  failureOf,
  type Input,
  signalWithStart,
  updateWithStart,
} from './starts.js';
import type { Handle, World } from './world.js';

/** One way through the workflows, to be recorded. */
export interface Scenario {
  name: string;
  /** Needs a server that suggests to continue as new after a few events. */
  continuesAsNew: boolean;
  /** Plays it, checks that it went the way it is about, and returns the runs of the execution. */
  play(world: World, name: string): Promise<Handle[]>;
}

const WINS: OperationScript['onCancel'] = { kind: 'wins', afterMs: 200 };
const IGNORED: OperationScript['onCancel'] = { kind: 'ignored' };
const CANCELLED = { error: { code: 1, message: 'The operation was cancelled.' } };

function scenario(
  name: string,
  script: Omit<OperationScript, 'name'>,
  act: (world: World, operation: string) => Promise<Handle>,
  outcome: string,
): Scenario {
  return {
    name,
    continuesAsNew: false,
    async play(world) {
      const handle = await act(world, add(world, name, script));
      await checkEnd(handle, outcome);
      return [handle];
    },
  };
}

/** Every way that is recorded; each is named after its file. */
export const scenarios: Scenario[] = [
  scenario(
    'cancelled',
    { onCancel: WINS },
    cancelling({ reason: 'budget', requestedBy: 'ops@example.com' }),
    'CANCELLED',
  ),
  scenario('cancelled-by-get', { onCancel: WINS, waitSupported: 'unimplemented' }, cancelling(), 'CANCELLED'),
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
  scenario(
    'resend',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.timesSent === 3,
      );
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
  ),
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
  scenario(
    'watch',
    {},
    watching((world, name) => endAfter(world, name, 'look')),
    'COMPLETED',
  ),
  scenario(
    'watch-abort-signal',
    { onCancel: WINS },
    watching((_, __, handle) => abortBySignal(handle, { reason: 'budget' })),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-update',
    { onCancel: WINS },
    watching(async (_, __, handle) => void (await abortByUpdate(handle, { reason: 'budget' }))),
    'CANCELLED',
  ),
  scenario(
    'watch-abort-wins-at-once',
    { onCancel: { kind: 'wins' } },
    watching((_, __, handle) => abortBySignal(handle)),
    'CANCELLED',
  ),
  scenario(
    'watch-return-after-refusal',
    { onCancel: { kind: 'refused' } },
    watching((_, __, handle) => abortBySignal(handle), { whenNotCancellable: 'return' }),
    'NOT_CANCELLABLE',
  ),
  scenario(
    'abort-after',
    { onCancel: WINS },
    watching(async () => {}, { abortAfter: '500ms' }),
    'CANCELLED',
  ),
  scenario(
    'temporal-cancel',
    { onCancel: WINS },
    watching(async (_, __, handle) => void (await handle.cancel())),
    'CANCELLED',
  ),
  {
    name: 'continue-as-new',
    continuesAsNew: true,
    async play(world, name) {
      const operation = add(world, name, { onCancel: IGNORED });
      const handle = await world.start('cancelOperation', { name: operation, reason: 'budget' });
      const { runId } = await handle.describe();
      await arrived(world, operation, 'wait');
      await abortBySignal(handle);
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.aborts === 2,
      );
      world.emulator.complete(operation, CANCELLED);
      await checkEnd(handle, 'CANCELLED');
      const runs = await runsOf(world, handle.workflowId, runId);
      assert.ok(runs.length > 1, 'it did not continue as new');
      return runs;
    },
  },
];

// A collection of its own: a worker learns by collection whether there is a wait.
function add(world: World, name: string, script: Omit<OperationScript, 'name'>): string {
  const operation = `projects/p/locations/us-central1/${name}/7/operations/1`;
  world.emulator.add({ name: operation, ...script });
  return operation;
}

function cancelling(input: Omit<Input, 'name'> = {}) {
  return (world: World, name: string) => world.start('cancelOperation', { ...input, name });
}

function watching(
  act: (world: World, name: string, handle: Handle) => Promise<void>,
  input: Omit<Input, 'name'> = {},
) {
  return async (world: World, name: string) => {
    const handle = await world.start('watchOperation', { ...input, name });
    await answered(world, name, 'look');
    await act(world, name, handle);
    return handle;
  };
}

async function checkEnd(handle: Handle, expected: string): Promise<void> {
  const seen = await handle.result().then(
    ({ outcome }) => outcome,
    async () => (await failureOf(handle)).type,
  );
  assert.equal(seen, expected);
}

async function runsOf(world: World, workflowId: string, firstRunId: string): Promise<Handle[]> {
  const runs: Handle[] = [];
  for (let runId: string | null | undefined = firstRunId; runId;) {
    const run: Handle = world.client.workflow.getHandle(workflowId, runId);
    runs.push(run);
    runId = (await eventsOf(run)).at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}
