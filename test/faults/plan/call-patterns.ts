import type { Random } from './random.js';
import type { Call, Step } from './plan.js';

const CANCEL_CALLS: readonly [Call, ...Call[]] = [
  'cancel',
  'cancel-kept',
  'update-with-start',
  'signal-with-start',
  'start',
];
const WATCH_CALLS: readonly [Call, ...Call[]] = ['watch', 'start-watch'];
const ABORT_CALLS: readonly [Call, ...Call[]] = ['abort', 'signal-abort', 'update-abort', 'temporal-cancel'];
// A plain start joins a watcher and cancels nothing, so it is not among these.
const CANCEL_A_WATCH_CALLS: readonly [Call, ...Call[]] = [
  'cancel',
  'cancel-kept',
  'update-with-start',
  'signal-with-start',
  ...ABORT_CALLS,
];

/** One caller cancels. */
export function cancelledOnce(random: Random): Step[] {
  return [{ atMs: 0, calls: [random.pick(CANCEL_CALLS)] }];
}

/** Several callers cancel at once. */
function cancelledByMany(random: Random): Step[] {
  return [{ atMs: 0, calls: many(random, CANCEL_CALLS, 3, 6) }];
}

/** Cancelled, and then aborted many times in every way. */
function abortedRepeatedly(random: Random): Step[] {
  return [...cancelledOnce(random), { atMs: random.whole(200, 2_000), calls: many(random, ABORT_CALLS, 6, 15) }];
}

/** Cancelled again some time later, when it may have ended. */
function cancelledAgain(random: Random): Step[] {
  return [...cancelledOnce(random), { atMs: random.whole(3_000, 12_000), calls: [random.pick(CANCEL_CALLS)] }];
}

/** Watched, and cancelled while it is. */
export function abortedWatch(random: Random): Step[] {
  return [
    { atMs: 0, calls: [random.pick(WATCH_CALLS)] },
    { atMs: random.whole(200, 4_000), calls: many(random, CANCEL_A_WATCH_CALLS, 1, 3) },
  ];
}

/** Watched, by one or by several. */
export function watched(random: Random): Step[] {
  return [{ atMs: 0, calls: many(random, WATCH_CALLS, 1, 3) }];
}

/** Cancelled, terminated by an operator, and cancelled again. */
export function terminated(random: Random): Step[] {
  return [
    ...cancelledOnce(random),
    { atMs: random.whole(200, 2_000), calls: ['terminate'] },
    { atMs: random.whole(2_000, 4_000), calls: [random.pick(CANCEL_CALLS)] },
  ];
}

/** Any of the ways to cancel. */
export function anyWay(random: Random): Step[] {
  return random.pick([
    cancelledOnce,
    cancelledOnce,
    cancelledByMany,
    abortedRepeatedly,
    cancelledAgain,
    abortedWatch,
  ] as const)(random);
}

function many(random: Random, from: readonly [Call, ...Call[]], min: number, max: number): Call[] {
  return Array.from({ length: random.whole(min, max) }, () => random.pick(from));
}
