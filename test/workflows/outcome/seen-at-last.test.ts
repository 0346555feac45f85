import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { abortBySignal } from '../../support/starts.js';
import { closeChecked } from '../../support/history.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

let world: World;
before(async () => void (world = await startWorld()));
after(() => closeChecked(world));

describe('a final state that is seen while the workflow ends', TOGETHER, () => {
  test('is the outcome, and not NOT_CANCELLABLE', async () => {
    const { emulator } = world;
    const name = world.operation({ onCancel: { kind: 'refused' } });
    emulator.fail({ kind: 'late-answer', afterMs: 800, method: 'wait', name });
    const handle = await world.start('watchOperation', { name, whenNotCancellable: 'return' });
    await emulator.waitFor(() => emulator.requests(name, 'wait').length === 1);
    // The poll after the refusal gets a stale answer. The pending wait sees the end.
    emulator.fail({ kind: 'stale', method: 'get', name });
    await abortBySignal(handle);
    await emulator.waitFor(() => emulator.requests(name, 'cancel').some(({ status }) => status === 400));
    emulator.complete(name);
    const { outcome, operation, cancellation } = await handle.result();
    assert.equal(cancellation.status, 'REFUSED');
    assert.deepEqual([outcome, operation?.done], ['COMPLETED', true]);
  });
});
