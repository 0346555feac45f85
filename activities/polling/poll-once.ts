import type { OperationLost, PollRequest, PollResult } from '../../contract/activities.js';
import type { Operation } from '../../contract/operation.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { classifyPoll } from '../classify.js';
import { failed, retry } from '../failures.js';
import type { PollMethod } from './choose-method.js';
import { truncateOperation } from './truncate-operation.js';

/** What is read of an Operation whose whole body is over the limit. */
const FIELD_MASK = 'name,done,error';
/** A local activity must not hold up its workflow task. */
const LOCAL_TIMEOUT_MS = 2_500;
/** Google's own timeout for these calls (google/longrunning/longrunning_grpc_service_config.json). */
const TIMEOUT_MS = 10_000;
const MIN_WAIT_OVERTIME_MS = 100;

/**
 * Polls once. A body over the limit is read again without response and metadata.
 *
 * @throws {GoogleApiError} what `wait` failed with, for the caller to decide
 * @throws ApplicationFailure where `get` failed: to poll again, or for good
 */
export async function pollOnce(
  attempt: Attempt,
  request: PollRequest,
  method: PollMethod = 'get',
): Promise<PollResult | OperationLost> {
  if (attempt.pollState.useFieldMask && method === 'get') return pollWithFieldMask(attempt, request);
  const { operations } = attempt;
  try {
    const operation =
      method === 'get'
        ? await operations.get(request.ref, { timeoutMs: getTimeout(attempt) })
        : await operations.wait(request.ref, { ...method, timeoutMs: waitOvertime(attempt, method.waitMs) });
    return recordOperation(attempt, operation, false);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (error.kind === 'TOO_LARGE') return pollWithFieldMask(attempt, request);
    if (method !== 'get') throw error;
    return handlePollError(attempt, error, request);
  }
}

/** Ends the attempt if the worker's rules forbid the operation. @throws ApplicationFailure */
export function assertPollAllowed(attempt: Attempt, request: PollRequest): void {
  try {
    attempt.operations.check(request.ref);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    handlePollError(attempt, error, request);
  }
}

async function pollWithFieldMask(attempt: Attempt, request: PollRequest): Promise<PollResult | OperationLost> {
  try {
    const options = { timeoutMs: getTimeout(attempt), fields: FIELD_MASK };
    const operation = await attempt.operations.get(request.ref, options);
    // Only now: a body that the mask makes no smaller is a fault that may pass, and no large operation.
    attempt.update({ ...attempt.pollState, useFieldMask: true });
    return recordOperation(attempt, operation, true);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    return handlePollError(attempt, error, request);
  }
}

/** @throws ApplicationFailure unless the operation is lost */
function handlePollError(attempt: Attempt, error: GoogleApiError, request: PollRequest): OperationLost {
  const decision = classifyPoll(error, request, attempt.pollState, Date.now());
  attempt.update(decision.pollState);
  if (decision.kind === 'lost') return { lost: true, at: Date.now(), pollState: attempt.pollState };
  throw decision.kind === 'failed' ? failed(attempt, error, decision.type) : retry(attempt, error, decision.afterMs);
}

function recordOperation(attempt: Attempt, whole: Operation, isPartial: boolean): PollResult {
  const { notFoundSince: _, deniedSince: __, ...pollState } = attempt.pollState;
  const at = Date.now();
  attempt.update({ ...pollState, failures: 0, seenAt: at });
  const { operation, omitted } = truncateOperation(whole);
  return { operation, omitted: omitted || isPartial, at, pollState: attempt.pollState };
}

function getTimeout(attempt: Attempt): number {
  return attempt.timeoutFor(attempt.context.info.isLocal ? LOCAL_TIMEOUT_MS : TIMEOUT_MS);
}

/** The timeout beyond the `wait` itself, in ms. */
function waitOvertime(attempt: Attempt, waitMs: number): number {
  return Math.max(MIN_WAIT_OVERTIME_MS, attempt.timeoutFor(waitMs + TIMEOUT_MS) - waitMs);
}
