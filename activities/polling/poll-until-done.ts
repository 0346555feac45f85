import type { AwaitRequest, OperationLost, PollResult } from '../../contract/activities.js';
import type { OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import type { Semaphore, WaitSupport } from './semaphore.js';
import { classifyWait, isWaitUnsupported, atLeastRetryAfter } from '../classify.js';
import { assertPollAllowed, pollOnce, type PollMethod } from './poll-once.js';
import { adaptiveInterval, backoff, fixedInterval, jittered } from './interval.js';
import type { OperationListCache } from '../listing/operation-list-cache.js';
import type { RetrySpreader } from './retry-spreader.js';

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
  holds: Semaphore;
  waitSupport: WaitSupport;
  snapshots: OperationListCache;
  turns: RetrySpreader;
}

/** Looks until the operation is final or lost, as far as one attempt goes. @throws ApplicationFailure to be woken for the next */
export async function pollUntilDone(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
): Promise<PollResult | OperationLost> {
  assertPollAllowed(attempt, request);
  if (!attempt.isRetry) await attempt.waitUntil(request.notBefore);
  const mayStay = shared.holds.tryAcquire();
  try {
    return await pollLoop(attempt, request, shared, mayStay);
  } finally {
    if (mayStay) shared.holds.release();
  }
}

async function pollLoop(
  attempt: Attempt,
  request: AwaitRequest,
  shared: Shared,
  mayStay: boolean,
): Promise<PollResult | OperationLost> {
  const stayUntil = mayStay ? Math.min(attempt.startedAt + STAY, attempt.closesAt - MARGIN) : 0;
  const pause = (gap = nextInterval(attempt, request)) => waitForNextPoll(attempt, shared, stayUntil, gap);
  // The workflow may have looked a moment ago; only a long poll has something to add at once.
  if (!attempt.isRetry && chooseMethod(attempt, request, shared, stayUntil) === 'get')
    await pause(Math.max(0, nextInterval(attempt, request) - sinceLastPoll(attempt, request)));
  let { isReset } = attempt;
  for (;;) {
    // Who resets a wait wants a look, whatever a list says.
    const isListed = isReset ? false : await askList(attempt, request, shared);
    isReset = false;
    if (isListed !== false) {
      const gap = Math.max(LISTED, nextInterval(attempt, request));
      await pause(isListed ? gap : Math.min(LIST_COMES, gap));
      continue;
    }
    const way = chooseMethod(attempt, request, shared, stayUntil);
    const method = shared.snapshots.isCovered(request.ref) ? 'get' : way;
    const began = Date.now();
    const look = await poll(attempt, request, shared, method);
    if (look === undefined) continue;
    if ('lost' in look) return look;
    shared.snapshots.recordPoll(request.ref, look.operation.done);
    if (look.operation.done) return look;
    // A `wait` that answered early did not wait: the service is looked at like any other.
    const waited = method !== 'get' && Date.now() - began >= method.wait / 2;
    if (!waited) await pause();
    else if (Date.now() >= stayUntil - SHORTEST_POLL)
      throw attempt.running(shared.turns.schedule(HAND_OVER, Date.now()));
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
  const { failures, notFoundSince, deniedSince } = attempt.pollState;
  const isMany = snapshots.track(request.ref);
  // Whoever has seen something odd looks for itself.
  if (!isMany || failures > 0 || notFoundSince !== undefined || deniedSince !== undefined) return false;
  const gap = nextInterval(attempt, request);
  // A list that is wrong is found out by looks that are due now and then. Where all are as rare as that, each is one.
  if (gap > RARE) return false;
  return snapshots.isListedAsRunning(request.ref, gap, async (query, fields) => {
    try {
      // Whoever asks next asks for it too.
      const send = (signal: AbortSignal) => operations.list(query, { signal, fields });
      return await attempt.request('list', send, { comesBack: false });
    } catch (error) {
      if (error instanceof GoogleApiError) throw error;
      return undefined;
    }
  });
}

/** Looks once; `undefined` where it has to be `get`. */
export async function poll(
  attempt: Attempt,
  request: AwaitRequest,
  { operations, waitSupport }: Shared,
  method: PollMethod,
): Promise<PollResult | OperationLost | undefined> {
  try {
    return await pollOnce(attempt, operations, request, method);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    // Whatever is wrong with `wait`, only `get` decides what it means for the operation.
    if (isWaitUnsupported(error)) waitSupport.markUnsupported(request.ref);
    if (classifyWait(error) === 'lacking') {
      attempt.update({ ...attempt.pollState, waitUnsupported: true });
      return undefined;
    }
    const failures = attempt.pollState.failures + 1;
    attempt.update({ ...attempt.pollState, failures });
    throw attempt.retry(error, atLeastRetryAfter(backoff(failures), error));
  }
}

/** How to look next: by a long poll where there is time for one and the service has it. */
export function chooseMethod(
  attempt: Attempt,
  { ref: target }: AwaitRequest,
  { waitSupport }: Shared,
  stayUntil: number,
): PollMethod {
  const wait = Math.min(LONG_POLL, stayUntil - Date.now());
  const { useFieldMask: large, failures } = attempt.pollState;
  // Of a large operation a `wait` would read all there is each time. The workflow is told: its cancel has the pace begin anew.
  if (large || waitSupport.isUnsupported(target))
    attempt.update({ ...attempt.pollState, waitUnsupported: true });
  if (wait < SHORTEST_POLL || attempt.pollState.waitUnsupported || failures > 0) return 'get';
  return { wait };
}

/** How long ago it was looked at or, at the adaptive pace, something changed, in ms. */
function sinceLastPoll({ pollState }: Attempt, { since, polling: pace }: AwaitRequest): number {
  const changed = pace === undefined ? since : 0;
  return Math.max(0, Date.now() - Math.max(pollState.seenAt ?? since, changed));
}

/** Waits for the next look: within the attempt while that is close, else by ending it. */
async function waitForNextPoll(
  attempt: Attempt,
  { turns }: Shared,
  stayUntil: number,
  gap: number,
): Promise<void> {
  const now = Date.now();
  if (gap > CLOSE || now + gap >= stayUntil) throw attempt.running(turns.schedule(gap, now));
  await attempt.sleep(gap);
}

/** How long to wait before the next look, in ms. */
export function nextInterval(
  { pollState, context }: Attempt,
  { since, polling: pace }: AwaitRequest,
): number {
  if (pace === undefined) return jittered(adaptiveInterval(Date.now() - since));
  // What a list told is no look, and yet a step of the pace.
  return fixedInterval(pace, Math.max(pollState.polls, context.info.attempt));
}
