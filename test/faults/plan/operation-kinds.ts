import type { WatchOperationInput } from '../../../contract/input.js';
import type { Fault, OperationScript } from '../../../emulator/index.js';
import type { Random } from './random.js';
import type { Step } from './plan.js';
import { abortedWatch, anyWay, cancelledOnce, terminated, watched } from './call-patterns.js';

/** The plan of a kind for one operation. Times count from its addition. */
export interface OperationPlan {
  script?: Omit<OperationScript, 'name'>;
  input: Omit<WatchOperationInput, 'name'>;
  steps: Step[];
  expireAfterMs?: number;
  trouble?: { atMs: number; label: string; fault: Fault };
}

interface KindInput {
  random: Random;
  /** How long it runs if nothing ends it. */
  lifeMs: number;
}

/**
 * The kinds of operations. Each of them ends for every caller and all options: by a cancel that cannot be refused,
 * or by itself.
 */
export const kinds = {
  wins: ({ random }: KindInput): OperationPlan => ({
    script: { onCancel: { kind: 'wins', afterMs: random.whole(0, 4_000) } },
    input: {},
    steps: anyWay(random),
  }),
  races: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'wins', afterMs: random.whole(0, lifeMs) } },
    input: {},
    steps: anyWay(random),
  }),
  loses: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'loses', afterMs: random.whole(0, 5_000) } },
    input: {},
    steps: anyWay(random),
  }),
  fails: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'fails', code: random.pick([2, 4, 10, 13]), afterMs: random.whole(0, 3_000) },
    },
    input: {},
    steps: anyWay(random),
  }),
  refused: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: {
        kind: 'refused',
        code: random.pick(['FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'NOT_FOUND']),
      },
    },
    input: { whenNotCancellable: random.pick(['return', 'follow'] as const) },
    steps: anyWay(random),
  }),
  refusedForAWhile: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 20_000, onCancel: { kind: 'refused', times: random.whole(1, 2) } },
    input: { whenNotCancellable: 'follow', resendCancelAfter: '2s' },
    steps: anyWay(random),
  }),
  denied: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'refused', code: 'PERMISSION_DENIED' } },
    input: { whenNotCancellable: random.pick(['return', 'return', 'follow'] as const) },
    steps: anyWay(random),
  }),
  unimplemented: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'unimplemented' } },
    input: { whenNotCancellable: random.pick(['return', 'follow'] as const) },
    steps: anyWay(random),
  }),
  noRoute: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'no-route', body: random.pick(['html', 'json'] as const) },
    },
    input: { whenNotCancellable: random.pick(['return', 'follow'] as const) },
    steps: anyWay(random),
  }),
  ignored: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, onCancel: { kind: 'ignored' }, result: resultOf(random) },
    input: { resendCancelAfter: random.pick(['2s', '5m'] as const) },
    steps: anyWay(random),
  }),
  alreadyDone: ({ random }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: 0,
      result: resultOf(random),
      cancelWhenDone: random.pick(['ok', { code: 'FAILED_PRECONDITION' }, { code: 'NOT_FOUND' }] as const),
    },
    input: {},
    steps: anyWay(random),
  }),
  visibleLate: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { visibleAfterMs: random.whole(1_000, 6_000), completesAfterMs: lifeMs + 6_000 },
    input: {},
    steps: anyWay(random),
  }),
  expires: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 60_000, onCancel: { kind: 'ignored' } },
    input: { notFoundGrace: '2s' },
    steps: anyWay(random),
    expireAfterMs: lifeMs,
  }),
  notThere: ({ random }: KindInput): OperationPlan => ({
    input: { notFoundGrace: '2s' },
    steps: cancelledOnce(random),
  }),
  timesOut: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 15_000, onCancel: { kind: 'ignored' } },
    input: { timeout: random.whole(1_000, 12_000) },
    steps: anyWay(random),
  }),
  abortsByItself: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: lifeMs + 20_000,
      onCancel: { kind: 'wins', afterMs: random.whole(0, 2_000) },
    },
    input: { abortAfter: random.whole(500, 5_000) },
    steps: watched(random),
  }),
  watched: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, result: resultOf(random) },
    input: {},
    steps: watched(random),
  }),
  abortedWatch: ({ random }: KindInput): OperationPlan => ({
    script: { onCancel: { kind: 'wins', afterMs: random.whole(0, 2_000) } },
    input: {},
    steps: abortedWatch(random),
  }),
  terminated: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 5_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: terminated(random),
  }),
  deniedForAWhile: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 12_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: cancelledOnce(random),
    trouble: {
      atMs: random.whole(500, 2_000),
      label: '403 or 401 for a while, to polls at one operation',
      fault: {
        kind: 'status',
        code: random.pick(['PERMISSION_DENIED', 'UNAUTHENTICATED']),
        method: ['get', 'wait'],
        untilMs: random.whole(3_000, 8_000),
      },
    },
  }),
  missingForAMoment: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs + 8_000, onCancel: { kind: 'ignored' } },
    input: {},
    steps: cancelledOnce(random),
    trouble: {
      atMs: random.whole(500, 2_000),
      label: '404 once, to a poll at one operation',
      fault: { kind: 'status', code: 'NOT_FOUND', method: 'get', times: 1 },
    },
  }),
  large: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: {
      completesAfterMs: lifeMs,
      onCancel: { kind: 'ignored' },
      responseBytes: random.pick([1_500_000, 9_000_000]),
    },
    input: {},
    steps: cancelledOnce(random),
  }),
  byNumber: ({ random, lifeMs }: KindInput): OperationPlan => ({
    script: { completesAfterMs: lifeMs, projectNumber: String(random.whole(100_000, 999_999_999)) },
    input: {},
    steps: anyWay(random),
  }),
} as const;

/** The name of a kind. */
export type OperationKind = keyof typeof kinds;

type Result = NonNullable<OperationScript['result']>;

/** Every shape of a result, also those that no service should give. */
function resultOf(random: Random): Result {
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const results: readonly [Result, ...Result[]] = [
    { response },
    {},
    { error: { code: 1 } },
    { error: { code: 10, message: 'Aborted.' } },
    { error: { code: 13, message: 'Internal.', details: [response] } },
    { response, error: { code: 1, message: 'Cancelled.' } },
  ];
  return random.pick(results);
}
