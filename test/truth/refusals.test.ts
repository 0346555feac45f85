import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { Fault, OperationScript } from '../../emulator/index.js';
import { closeChecked, timersOf, until } from '../support/history.js';
import { answered } from '../support/moments.js';
import { isAtLeast, pausesOf } from '../support/pauses.js';
import { abortBySignal } from '../support/starts.js';
import { type Handle, startWorld, TOGETHER, type World } from '../support/world.js';

const ALREADY = 'Operation has already been canceled';
const CANCELLING = 'Operation is in state CANCELLING and cannot be cancelled.';
const PLAIN = 'The operation is not cancellable.';
const CANCELLED = { error: { code: 1 } };

const refusal = (message: string): Fault => ({ kind: 'status', code: 'FAILED_PRECONDITION', message });
const GATEWAY_TIMEOUT: Fault = { kind: 'status', code: 'DEADLINE_EXCEEDED', carriedOut: true };
const LOST: Fault = { kind: 'lost-answer' };
const RESET: Fault = { kind: 'reset' };
const TOO_MANY: Fault = { kind: 'too-many-requests' };

describe('a refusal of the cancel means what it says', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  /** An operation whose cancels are answered so, one after the other; each further one as its script says. */
  function operation(answers: readonly Fault[], script: Omit<OperationScript, 'name'> = {}): string {
    const name = world.operation({ onCancel: { kind: 'ignored' }, ...script }, { project: `p${answers.length}` });
    for (const fault of answers) world.emulator.fail({ ...fault, name, method: 'cancel', times: 1 });
    return name;
  }

  /** Waits until the answer to a cancel is recorded, and following goes on. */
  async function untilAnswered(handle: Handle, timesSent = 1) {
    const status = await until(
      () => world.status(handle),
      ({ cancellation }) => cancellation.timesSent >= timesSent,
    );
    assert.equal(status.outcome, undefined, 'the operation is followed on');
    return status;
  }

  for (const [what, unanswered] of [
    ['a 504', GATEWAY_TIMEOUT],
    ['a lost answer', LOST],
    ['a reset', RESET],
  ] as const) {
    for (const message of [ALREADY, CANCELLING]) {
      test(`after ${what}, "${message}" is the acceptance of the cancel before, and it may win`, async () => {
        const name = operation([unanswered, refusal(message)]);
        const handle = await world.start('cancelOperation', { name });
        const { cancellation } = await untilAnswered(handle);
        assert.equal(cancellation.status, 'ACCEPTED');
        assert.equal(cancellation.error?.message, message);
        world.emulator.complete(name, CANCELLED);
        const result = await handle.result();
        assert.equal(result.outcome, 'CANCELLED');
        assert.equal(result.cancellation.won, true);
        assert.equal(result.cancellation.error?.status, 'FAILED_PRECONDITION');
        assert.equal(result.cancellation.timesSent, 1);
        assert.equal(world.cancels(name), 2);
      });
    }

    test(`after ${what}, a refusal that says no more is followed on, and nothing won`, async () => {
      const name = operation([unanswered, refusal(PLAIN)]);
      const handle = await world.start('cancelOperation', { name });
      const { cancellation } = await untilAnswered(handle);
      assert.equal(cancellation.status, 'REFUSED');
      world.emulator.complete(name, CANCELLED);
      const result = await handle.result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.status, 'REFUSED');
      assert.equal(result.cancellation.won, false);
    });
  }

  test('a 403 after a 504 is followed on as well, and no failure', async () => {
    const name = operation([GATEWAY_TIMEOUT, { kind: 'status', code: 'PERMISSION_DENIED' }]);
    const handle = await world.start('cancelOperation', { name });
    await untilAnswered(handle);
    world.emulator.complete(name, {});
    const result = await handle.result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(outcomeSentence(result), 'the operation completed');
  });

  test('after a 504, metadata that say CANCELLING are the acceptance too', async () => {
    const name = operation([GATEWAY_TIMEOUT, refusal(PLAIN)], {
      metadata: { '@type': 'x', state: 'RUNNING' },
      cancellingMetadata: { '@type': 'x', state: 'CANCELLING' },
    });
    const handle = await world.start('cancelOperation', { name });
    const { cancellation } = await until(
      () => world.status(handle),
      (status) => status.cancellation.status === 'ACCEPTED',
    );
    assert.equal(cancellation.error?.message, PLAIN);
    assert.notEqual(cancellation.acceptedAt, undefined);
    world.emulator.complete(name, CANCELLED);
    assert.equal((await handle.result()).cancellation.won, true);
  });

  test('a later refusal still counts the cancel that went unanswered long before', async () => {
    const name = operation([GATEWAY_TIMEOUT, refusal(PLAIN), refusal(ALREADY)]);
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
    const { cancellation } = await untilAnswered(handle, 2);
    assert.equal(cancellation.status, 'ACCEPTED');
    world.emulator.complete(name, CANCELLED);
    assert.equal((await handle.result()).cancellation.won, true);
  });

  for (const [what, answers, metadata] of [
    [`"${CANCELLING}"`, [refusal(CANCELLING)], undefined],
    ['a plain refusal beside metadata that say CANCELLING', [refusal(PLAIN)], { state: 'CANCELLING' }],
    ['a plain refusal beside requestedCancellation', [refusal(PLAIN)], { requestedCancellation: true }],
    [
      'UNIMPLEMENTED beside a cancelTime',
      [{ kind: 'status', code: 'UNIMPLEMENTED' }],
      { cancelTime: '2030-01-01T00:00:00Z' },
    ],
  ] as [string, Fault[], Record<string, unknown> | undefined][]) {
    test(`somebody else's cancel is under way, by ${what}: it is followed on, and nothing won`, async () => {
      const name = operation(answers, metadata && { metadata: { '@type': 'x', ...metadata } });
      const handle = await world.start('cancelOperation', { name });
      await untilAnswered(handle);
      world.emulator.complete(name, CANCELLED);
      const result = await handle.result();
      assert.equal(result.outcome, 'CANCELLED');
      assert.notEqual(result.cancellation.status, 'ACCEPTED');
      assert.equal(result.cancellation.won, false);
      assert.equal(outcomeSentence(result), 'cancelled, but not by a cancel that was accepted here');
    });
  }

  test("somebody else's cancel was under way at the first poll: a cancel that went unanswered does not win by it", async () => {
    const name = operation([GATEWAY_TIMEOUT, refusal(ALREADY)], { metadata: { '@type': 'x', state: 'CANCELLING' } });
    const handle = await world.start('cancelOperation', { name });
    const { cancellation } = await untilAnswered(handle);
    assert.equal(cancellation.status, 'REFUSED');
    world.emulator.complete(name, CANCELLED);
    assert.equal((await handle.result()).cancellation.won, false);
  });

  test('"not yet" is followed on, and the cancel is sent again until it is accepted', async () => {
    const name = world.operation({
      onCancel: {
        kind: 'refused',
        times: 2,
        message: "Cannot cancel job in state: 'SETUP_DONE'; cancellable states: '[PENDING, RUNNING]'",
        afterwards: { kind: 'wins', afterMs: 100 },
      },
    });
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: '700ms' });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(result.cancellation.timesSent, 3);
    assert.equal(result.cancellation.error, undefined);
    const [first, second] = pausesOf(world, name, 'cancel');
    assert.ok(isAtLeast(first, 700) && isAtLeast(second, 1_400), 'not sooner than resendCancelAfter has it');
  });

  test('"not yet" is sent again after five seconds, and not after resendCancelAfter, which is longer', async () => {
    const name = operation([refusal('The operation cannot be cancelled yet.')], { onCancel: { kind: 'wins' } });
    const handle = await world.start('cancelOperation', { name });
    await untilAnswered(handle);
    const timers = await until(
      () => timersOf(handle),
      (all) => all.length > 0,
    );
    assert.ok(
      timers.every((ms) => ms > 3_000 && ms <= 5_000),
      `timers of ${timers.join()} ms`,
    );
    assert.equal((await handle.result()).outcome, 'CANCELLED');
    assert.equal(world.cancels(name), 2);
  });

  test('with resendCancelAfter 0, "not yet" is followed on and not sent again', async () => {
    const name = operation([refusal('The operation cannot be cancelled yet.')]);
    const handle = await world.start('cancelOperation', { name, resendCancelAfter: 0 });
    await untilAnswered(handle);
    world.emulator.complete(name, {});
    assert.equal((await handle.result()).outcome, 'COMPLETED');
    assert.equal(world.cancels(name), 1);
  });

  test('a watcher that returns follows on too', async () => {
    const name = operation([LOST, refusal(CANCELLING)]);
    const handle = await world.start('watchOperation', { name, whenNotCancellable: 'return' });
    await answered(world, name, 'get');
    await abortBySignal(handle);
    await untilAnswered(handle);
    world.emulator.complete(name, CANCELLED);
    assert.equal((await handle.result()).cancellation.won, true);
  });

  for (const [what, answers] of [
    ['that says no more than no', [refusal(PLAIN)]],
    ['that says "not yet supported"', [refusal('Cancelling is not yet supported.')]],
    [
      'of a service without a cancel, whatever its text',
      [{ kind: 'status', code: 'UNIMPLEMENTED', message: 'It cannot be cancelled yet.' }],
    ],
    ['after a 429, which turned the cancel away', [TOO_MANY, refusal(PLAIN)]],
    ['after a 401, which turned the cancel away', [{ kind: 'status', code: 'UNAUTHENTICATED' }, refusal(PLAIN)]],
  ] as [string, Fault[]][]) {
    test(`a refusal ${what} is NOT_CANCELLABLE`, async () => {
      const name = operation(answers);
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'NOT_CANCELLABLE');
      assert.equal(result.evidence, undefined);
      assert.match(result.cancellation.status, /REFUSED|NOT_SUPPORTED/);
    });
  }
});
