import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as fc from 'fast-check';

import type { OperationScript } from '../../emulator/index.js';
import { decideCancel, nextChangeAt, stateAt } from '../../emulator/operations/state.js';
import type { OperationEvent, ScriptedOperation } from '../../emulator/operations/state.js';

const NAME = 'operations/1';
const RESPONSE = { response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
const cancelled = { error: { code: 1, message: 'The operation was cancelled.' } };

function operation(script: Omit<OperationScript, 'name'>, events: OperationEvent[] = []): ScriptedOperation {
  return { script: { name: NAME, ...script }, addedAt: 1_000, events };
}

function result(script: Omit<OperationScript, 'name'>, events: OperationEvent[], now: number): unknown {
  const state = stateAt(operation(script, events), now);
  return state.phase === 'done' ? state.result : state.phase;
}

describe('the race between a cancel and the operation', () => {
  const cancel: OperationEvent = { kind: 'cancel-accepted', at: 1_100 };

  it('is won by the cancel if it takes effect first', () => {
    const script = { completesAfterMs: 500, onCancel: { kind: 'wins', afterMs: 300 } } as const;
    assert.equal(result(script, [cancel], 1_399), 'running');
    assert.deepEqual(result(script, [cancel], 1_400), cancelled);
    assert.deepEqual(result(script, [cancel], 9_999), cancelled);
  });

  it('is won by the operation if it completes first, and in a tie', () => {
    for (const afterMs of [400, 401]) {
      const script = { completesAfterMs: 500, onCancel: { kind: 'wins', afterMs } } as const;
      assert.deepEqual(result(script, [cancel], 9_999), RESPONSE);
    }
  });

  it('is won by the operation if the script says that the cancel loses', () => {
    const script = { completesAfterMs: 500, onCancel: { kind: 'loses' } } as const;
    assert.equal(result(script, [cancel], 1_499), 'running');
    assert.deepEqual(result(script, [cancel], 1_500), RESPONSE);
    assert.deepEqual(result({ onCancel: { kind: 'loses', afterMs: 50 } }, [cancel], 1_150), RESPONSE);
  });

  it('has no winner if the cancel is ignored', () => {
    assert.equal(result({ onCancel: { kind: 'ignored' } }, [cancel], 1e12), 'running');
  });

  it('can end in another error', () => {
    const script = { onCancel: { kind: 'fails', code: 10, message: 'preempted', afterMs: 5 } } as const;
    assert.equal(result(script, [cancel], 1_104), 'running');
    assert.deepEqual(result(script, [cancel], 1_105), { error: { code: 10, message: 'preempted' } });
  });

  it('is won by the first of two events in the same millisecond', () => {
    const completed: OperationEvent = { kind: 'completed', at: 1_100, result: RESPONSE };
    assert.deepEqual(result({}, [cancel, completed], 1_100), cancelled);
    assert.deepEqual(result({}, [completed, cancel], 1_100), RESPONSE);
  });

  it('counts from the first accepted cancel, however many follow', () => {
    const script = { onCancel: { kind: 'wins', afterMs: 300 } } as const;
    assert.deepEqual(result(script, [cancel, { kind: 'cancel-accepted', at: 1_399 }], 1_400), cancelled);
  });
});

describe('a result', () => {
  it('may be a response, an error, neither or both', () => {
    for (const own of [{ response: { a: 1 } }, { error: { code: 3 } }, {}, { response: {}, error: { code: 1 } }]) {
      assert.deepEqual(result({ completesAfterMs: 0, result: own }, [], 1_000), own);
    }
  });
});

describe('an operation', () => {
  it('is hidden before its time and gone after it', () => {
    const script = { visibleAfterMs: 10, completesAfterMs: 20, expiresAfterMs: 30 };
    const phases = [1_009, 1_010, 1_020, 1_030].map((now) => stateAt(operation(script), now));
    assert.deepEqual(
      phases.map(({ phase }) => phase),
      ['hidden', 'running', 'done', 'gone'],
    );
  });

  it('has a next change that needs no event', () => {
    const script = { visibleAfterMs: 10, completesAfterMs: 20, expiresAfterMs: 30 };
    const changes = [1_000, 1_010, 1_020, 1_030].map((now) => nextChangeAt(operation(script), now));
    assert.deepEqual(changes, [1_010, 1_020, 1_030, Infinity]);
  });

  it('never changes its result and never runs again once it is done, whatever its script', () => {
    const ms = fc.nat({ max: 50 });
    const accepted = fc.oneof(
      fc.record({ kind: fc.constant('wins' as const), afterMs: ms }),
      fc.record({ kind: fc.constant('fails' as const), code: fc.constant(10), afterMs: ms }),
      fc.record({ kind: fc.constant('loses' as const), afterMs: ms }),
      fc.record({ kind: fc.constant('ignored' as const) }),
    );
    const scripts = fc.record(
      { completesAfterMs: ms, onCancel: accepted, visibleAfterMs: ms, expiresAfterMs: ms },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(scripts, fc.array(ms), (script, cancels) => {
        const events: OperationEvent[] = [];
        let seen: unknown;
        for (let now = 1_000; now < 1_110; now += 1) {
          const state = stateAt(operation(script, events), now);
          if (state.phase === 'gone') break;
          if (seen !== undefined) assert.deepEqual(state, seen);
          if (state.phase === 'done') seen = state;
          // Cancels may arrive at any time, also after the end.
          if (cancels.includes(now - 1_000)) events.push({ kind: 'cancel-accepted', at: now });
        }
      }),
    );
  });
});

const decision = (onCancel: OperationScript['onCancel'], now: number, events: OperationEvent[] = []): string =>
  decideCancel(operation({ onCancel }, events), now).kind;

describe('a refusal', () => {
  it('is for ever if it has no limit', () => {
    assert.equal(decision({ kind: 'refused' }, 1e12), 'refused');
  });

  it('ends at its time', () => {
    assert.equal(decision({ kind: 'refused', untilMs: 100 }, 1_099), 'refused');
    assert.equal(decision({ kind: 'refused', untilMs: 100 }, 1_100), 'accepted');
  });

  it('ends after a number of refused cancels', () => {
    const refused: OperationEvent = { kind: 'cancel-refused', at: 1_000 };
    assert.equal(decision({ kind: 'refused', times: 2 }, 1_001, [refused]), 'refused');
    assert.equal(decision({ kind: 'refused', times: 2 }, 1_001, [refused, refused]), 'accepted');
  });

  it('is followed by what its script has for afterwards', () => {
    const onCancel = { kind: 'refused', times: 1, afterwards: { kind: 'fails', code: 10 } } as const;
    const ended = result({ onCancel }, [{ kind: 'cancel-accepted', at: 1_100 }], 1_100);
    assert.deepEqual(ended, {
      error: { code: 10, message: 'The operation ended while it was being cancelled.' },
    });
  });
});
