import type { Random } from './random.js';
import type { Call, Step } from './plan.js';

const ASKING: readonly [Call, ...Call[]] = [
  'cancel',
  'cancel-kept',
  'update-with-start',
  'signal-with-start',
  'start',
];
const WATCHING: readonly [Call, ...Call[]] = ['watch', 'start-watch'];
const ABORTING: readonly [Call, ...Call[]] = ['abort', 'signal-abort', 'update-abort', 'temporal-cancel'];
// A plain start joins a watcher and cancels nothing, so it is not among these.
const CANCELLING_A_WATCHER: readonly [Call, ...Call[]] = [
  'cancel',
  'cancel-kept',
  'update-with-start',
  'signal-with-start',
  ...ABORTING,
];

/** One caller asks for the cancel. */
export function askedOnce(dice: Random): Step[] {
  return [{ atMs: 0, calls: [dice.pick(ASKING)] }];
}

/** Several callers ask at once. */
function askedByMany(dice: Random): Step[] {
  return [{ atMs: 0, calls: many(dice, ASKING, 3, 6) }];
}

/** Asked for, and then aborted again and again in every way. */
function stormed(dice: Random): Step[] {
  return [...askedOnce(dice), { atMs: dice.whole(200, 2_000), calls: many(dice, ABORTING, 6, 15) }];
}

/** Asked for again some time later, when it may have ended. */
function askedAgain(dice: Random): Step[] {
  return [...askedOnce(dice), { atMs: dice.whole(3_000, 12_000), calls: [dice.pick(ASKING)] }];
}

/** Watched, and cancelled while it is. */
export function abortedWatch(dice: Random): Step[] {
  return [
    { atMs: 0, calls: [dice.pick(WATCHING)] },
    { atMs: dice.whole(200, 4_000), calls: many(dice, CANCELLING_A_WATCHER, 1, 3) },
  ];
}

/** Watched, by one or by several. */
export function watched(dice: Random): Step[] {
  return [{ atMs: 0, calls: many(dice, WATCHING, 1, 3) }];
}

/** Asked for, terminated by an operator, and asked for again. */
export function terminated(dice: Random): Step[] {
  return [
    ...askedOnce(dice),
    { atMs: dice.whole(200, 2_000), calls: ['terminate'] },
    { atMs: dice.whole(2_000, 4_000), calls: [dice.pick(ASKING)] },
  ];
}

/** Any of the ways to cancel. */
export function anyWay(dice: Random): Step[] {
  return dice.pick([askedOnce, askedOnce, askedByMany, stormed, askedAgain, abortedWatch] as const)(dice);
}

function many(dice: Random, from: readonly [Call, ...Call[]], least: number, most: number): Call[] {
  return Array.from({ length: dice.whole(least, most) }, () => dice.pick(from));
}
