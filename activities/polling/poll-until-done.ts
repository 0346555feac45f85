import type { AwaitRequest, Loss, Sighting } from '../../contract/activities.js';
import type { OperationsClient } from '../../google/client.js';
import { OperationsError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import type { Holds, WaitSupport } from './semaphore.js';
import { judgeWait, lacksWait, wishOr } from '../classify.js';
import { demandPermitted, lookOnce, type Method } from './poll-once.js';
import { adaptiveGap, backoff, fixedGap, jittered } from './interval.js';
import type { Snapshots } from '../listing/operation-list-cache.js';
import type { Turns } from './retry-spreader.js';

/** How long an attempt stays: then Temporal's timer takes over for a second, and people see what it saw. */
const STAY = 60_000;
/** A long poll goes on in the next attempt this soon: Temporal's timers are no faster. */
const HAND_OVER = 1_000;
/** A gap up to this long is waited within the attempt: a heartbeat, of which one comes so often, costs no more than another attempt. */
const CLOSE = 3_000;
/** What a list tells is not asked again sooner, whatever the pace; and a list that is on its way is asked again this soon. */
const LISTED = 1_000;
const LIST_COMES = 4_000;
const LONG_POLL = 20_000;
/** Less is not worth a `wait`. */
const SHORTEST_POLL = 1_000;
/** The last request of an attempt has to end this long before the activity's time is up. */
export const MARGIN = 500;

const RARE = 300_000;

/** What all attempts of a process share. */
export interface Shared {
  operations: OperationsClient;
  holds: Holds;
  waitSupport: WaitSupport;
  snapshots: Snapshots;
  turns: Turns;
}

/** Looks until the operation is final or lost, as far as one attempt goes. @throws ApplicationFailure to be woken for the next */
export async function awaitOnce(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<Sighting | Loss> {
  demandPermitted(attempt, request);
  if (!attempt.isRetry) await attempt.until(request.notBefore);
  const mayStay = shared.holds.enter();
  try {
    return await lookOn(attempt, request, shared, mayStay);
  } finally {
    if (mayStay) shared.holds.leave();
  }
}

async function lookOn(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
  mayStay: boolean,
): Promise<Sighting | Loss> {
  const stayUntil = mayStay ? Math.min(attempt.startedAt + STAY, attempt.closesAt - MARGIN) : 0;
  const pause = (gap = gapOf(attempt, request)) => untilNext(attempt, shared, stayUntil, gap);
  // The workflow may have looked a moment ago; only a long poll has something to add at once.
  if (!attempt.isRetry && methodFor(attempt, request, shared, stayUntil) === 'get')
    await pause(Math.max(0, gapOf(attempt, request) - sinceLast(attempt, request)));
  let { isReset } = attempt;
  for (;;) {
    // Who resets a wait wants a look, whatever a list says.
    const isListed = isReset ? false : await askList(attempt, request, shared);
    isReset = false;
    if (isListed !== false) {
      const gap = Math.max(LISTED, gapOf(attempt, request));
      await pause(isListed ? gap : Math.min(LIST_COMES, gap));
      continue;
    }
    const way = methodFor(attempt, request, shared, stayUntil);
    const method = shared.snapshots.serves(request.target) ? 'get' : way;
    const began = Date.now();
    const look = await tryLook(attempt, request, shared, method);
    if (look === undefined) continue;
    if ('lost' in look) return look;
    shared.snapshots.found(request.target, look.operation.done);
    if (look.operation.done) return look;
    // A `wait` that answered early did not wait: the service is looked at like any other.
    const waited = method !== 'get' && Date.now() - began >= method.wait / 2;
    if (!waited) await pause();
    else if (Date.now() >= stayUntil - SHORTEST_POLL)
      throw attempt.running(shared.turns.book(HAND_OVER, Date.now()));
  }
}

/**
 * Whether no look is needed this time: so many are followed that a list is asked, and it shows this one as running. `undefined`
 * where the list is on its way.
 */
async function askList(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<boolean | undefined> {
  const { operations, snapshots } = shared;
  const { failures, missingSince, deniedSince } = attempt.trail;
  const isMany = snapshots.follows(request.target);
  // Whoever has seen something odd looks for itself.
  if (!isMany || failures > 0 || missingSince !== undefined || deniedSince !== undefined) return false;
  const gap = gapOf(attempt, request);
  // A list that is wrong is found out by looks that are due now and then. Where all are as rare as that, each is one.
  if (gap > RARE) return false;
  return snapshots.showsRunning(request.target, gap, async (query, fields) => {
    try {
      // Whoever asks next asks for it too.
      const send = (signal: AbortSignal) => operations.list(query, { signal, fields });
      return await attempt.request('list', send, { comesBack: false });
    } catch (error) {
      if (error instanceof OperationsError) throw error;
      return undefined;
    }
  });
}

/** Looks once; `undefined` where it has to be `get`. */
export async function tryLook(
  attempt: Attempt,
  request: AwaitRequest,
  { operations, waitSupport }: Shared,
  method: Method,
): Promise<Sighting | Loss | undefined> {
  try {
    return await lookOnce(attempt, operations, request, method);
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    // Whatever is wrong with `wait`, only `get` decides what it means for the operation.
    if (lacksWait(error)) waitSupport.learnLacking(request.target);
    if (judgeWait(error) === 'lacking') {
      attempt.remember({ ...attempt.trail, noWait: true });
      return undefined;
    }
    const failures = attempt.trail.failures + 1;
    attempt.remember({ ...attempt.trail, failures });
    throw attempt.again(error, wishOr(backoff(failures), error));
  }
}

/** How to look next: by a long poll where there is time for one and the service has it. */
export function methodFor(
  attempt: Attempt,
  { target }: AwaitRequest,
  { waitSupport }: Shared,
  stayUntil: number,
): Method {
  const wait = Math.min(LONG_POLL, stayUntil - Date.now());
  const { large, failures } = attempt.trail;
  // Of a large operation a `wait` would read all there is each time. The workflow is told: its cancel has the pace begin anew.
  if (large || waitSupport.isLacking(target)) attempt.remember({ ...attempt.trail, noWait: true });
  if (wait < SHORTEST_POLL || attempt.trail.noWait || failures > 0) return 'get';
  return { wait };
}

/** How long ago it was looked at or, at the adaptive pace, something changed, in ms. */
function sinceLast({ trail }: Attempt, { since, pace }: AwaitRequest): number {
  const changed = pace === undefined ? since : 0;
  return Math.max(0, Date.now() - Math.max(trail.seenAt ?? since, changed));
}

/** Waits for the next look: within the attempt while that is close, else by ending it. */
async function untilNext(attempt: Attempt, { turns }: Shared, stayUntil: number, gap: number): Promise<void> {
  const now = Date.now();
  if (gap > CLOSE || now + gap >= stayUntil) throw attempt.running(turns.book(gap, now));
  await attempt.sleep(gap);
}

/** How long to wait before the next look, in ms. */
export function gapOf({ trail, context }: Attempt, { since, pace }: AwaitRequest): number {
  if (pace === undefined) return jittered(adaptiveGap(Date.now() - since));
  // What a list told is no look, and yet a step of the pace.
  return fixedGap(pace, Math.max(trail.polls, context.info.attempt));
}
