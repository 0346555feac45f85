import type { WatchOperationInput } from '../../../contract/input.js';
import type { Fault, OperationScript } from '../../../emulator/index.js';
import type { Random } from './random.js';
import type { Step } from './plan.js';
import { abortedWatch, anyWay, askedOnce, terminated, watched } from './call-patterns.js';

/** What is drawn for an operation of a kind. Times count from when it is added. */
export interface Drawn {
  script?: Omit<OperationScript, 'name'>;
  input: Omit<WatchOperationInput, 'name'>;
  steps: Step[];
  expireAfterMs?: number;
  trouble?: { atMs: number; label: string; fault: Fault };
}

interface Draw {
  dice: Random;
  /** How long it runs where it ends by itself. */
  lifeMs: number;
}

/**
 * The kinds of operations. Each of them ends, whoever follows it with whatever options: by a cancel that cannot be refused,
 * or by itself.
 */
export const kinds = {
  wins: ({ dice }: Draw): Drawn => ({
    script: { onCancel: { kind: 'wins', afterMs: dice.whole(0, 4_000) } },
    input: {},
    steps: anyWay(dice),
  }),
  races: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'wins', afterMs: dice.whole(0, lifeMs) } },
    input: {},
    steps: anyWay(dice),
  }),
  loses: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'loses', afterMs: dice.whole(0, 5_000) } },
    input: {},
    steps: anyWay(dice),
  }),
  fails: ({ dice, lifeMs }: Draw): Drawn => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'fails', code: dice.pick([2, 4, 10, 13]), afterMs: dice.whole(0, 3_000) },
    },
    input: {},
    steps: anyWay(dice),
  }),
  refused: ({ dice, lifeMs }: Draw): Drawn => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: {
        kind: 'refused',
        code: dice.pick(['FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'NOT_FOUND']),
      },
    },
    input: { whenNotCancellable: dice.pick(['return', 'follow'] as const) },
    steps: anyWay(dice),
  }),
  refusedForAWhile: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 20_000, onCancel: { kind: 'refused', times: dice.whole(1, 2) } },
    input: { whenNotCancellable: 'follow', resendCancelAfter: '2s' },
    steps: anyWay(dice),
  }),
  denied: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'refused', code: 'PERMISSION_DENIED' } },
    input: { whenNotCancellable: dice.pick(['return', 'return', 'follow'] as const) },
    steps: anyWay(dice),
  }),
  unimplemented: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'unimplemented' } },
    input: { whenNotCancellable: dice.pick(['return', 'follow'] as const) },
    steps: anyWay(dice),
  }),
  noRoute: ({ dice, lifeMs }: Draw): Drawn => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'no-route', body: dice.pick(['html', 'json'] as const) },
    },
    input: { whenNotCancellable: dice.pick(['return', 'follow'] as const) },
    steps: anyWay(dice),
  }),
  ignored: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'ignored' }, result: resultOf(dice) },
    input: { resendCancelAfter: dice.pick(['2s', '5m'] as const) },
    steps: anyWay(dice),
  }),
  alreadyDone: ({ dice }: Draw): Drawn => ({
    script: {
      completesAfterMs: 0,
      result: resultOf(dice),
      cancelWhenDone: dice.pick(['ok', { code: 'FAILED_PRECONDITION' }, { code: 'NOT_FOUND' }] as const),
    },
    input: {},
    steps: anyWay(dice),
  }),
  visibleLate: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { visibleAfterMs: dice.whole(1_000, 6_000), completesAfterMs: lifeMs + 6_000 },
    input: {},
    steps: anyWay(dice),
  }),
  expires: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 60_000, onCancel: { kind: 'ignored' } },
    input: { notFoundGrace: '2s' },
    steps: anyWay(dice),
    expireAfterMs: lifeMs,
  }),
  notThere: ({ dice }: Draw): Drawn => ({ input: { notFoundGrace: '2s' }, steps: askedOnce(dice) }),
  timesOut: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 15_000, onCancel: { kind: 'ignored' } },
    input: { timeout: dice.whole(1_000, 12_000) },
    steps: anyWay(dice),
  }),
  abortsByItself: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 20_000, onCancel: { kind: 'wins', afterMs: dice.whole(0, 2_000) } },
    input: { abortAfter: dice.whole(500, 5_000) },
    steps: watched(dice),
  }),
  watched: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, result: resultOf(dice) },
    input: {},
    steps: watched(dice),
  }),
  abortedWatch: ({ dice }: Draw): Drawn => ({
    script: { onCancel: { kind: 'wins', afterMs: dice.whole(0, 2_000) } },
    input: {},
    steps: abortedWatch(dice),
  }),
  terminated: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 5_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: terminated(dice),
  }),
  deniedForAWhile: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 12_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: askedOnce(dice),
    trouble: {
      atMs: dice.whole(500, 2_000),
      label: '403 or 401 for a while, to looks at one operation',
      fault: {
        kind: 'status',
        code: dice.pick(['PERMISSION_DENIED', 'UNAUTHENTICATED']),
        method: ['get', 'wait'],
        untilMs: dice.whole(3_000, 8_000),
      },
    },
  }),
  missingForAMoment: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs + 8_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: askedOnce(dice),
    trouble: {
      atMs: dice.whole(500, 2_000),
      label: '404 once, to a look at one operation',
      fault: { kind: 'status', code: 'NOT_FOUND', method: 'get', times: 1 },
    },
  }),
  large: ({ dice, lifeMs }: Draw): Drawn => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'ignored' },
      responseBytes: dice.pick([1_500_000, 9_000_000]),
    },
    input: {},
    steps: askedOnce(dice),
  }),
  byNumber: ({ dice, lifeMs }: Draw): Drawn => ({
    script: { completesAfterMs: lifeMs, projectNumber: String(dice.whole(100_000, 999_999_999)) },
    input: {},
    steps: anyWay(dice),
  }),
} as const;

/** The name of a kind. */
export type OperationKind = keyof typeof kinds;

type Result = NonNullable<OperationScript['result']>;

/** Every shape of a result, those included that no service should give. */
function resultOf(dice: Random): Result {
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const results: readonly [Result, ...Result[]] = [
    { response },
    {},
    { error: { code: 1 } },
    { error: { code: 10, message: 'Aborted.' } },
    { error: { code: 13, message: 'Internal.', details: [response] } },
    { response, error: { code: 1, message: 'Cancelled.' } },
  ];
  return dice.pick(results);
}
