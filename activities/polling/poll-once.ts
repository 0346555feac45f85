import type { OperationLost, OperationRef, PollRequest, PollResult } from '../../contract/activities.js';
import type { Operation } from '../../contract/operation.js';
import { GoogleApiError } from '../../google/error.js';
import { meaningOf } from '../../google/meaning.js';
import { BASE_FIELD_MASK, fieldMaskOf } from '../../google/verdict.js';
import type { Attempt } from '../attempt.js';
import { atLeastRetryAfter, classifyPoll, classifyWait } from '../classify.js';
import { failed, retry } from '../failures.js';
import type { PollMethod } from './choose-method.js';
import { backoff } from './interval.js';
import { truncateOperation } from './truncate-operation.js';

/** A local activity must not hold up its workflow task. */
const LOCAL_TIMEOUT_MS = 2_500;
/** Google's own timeout for these calls (google/longrunning/longrunning_grpc_service_config.json). */
const TIMEOUT_MS = 10_000;
const MIN_WAIT_OVERTIME_MS = 100;

/**
 * Polls once, by `get` unless a method is given. A body over the limit is read again without response and
 * metadata.
 *
 * @returns `undefined` where `wait` does not work, and the operation has to be polled by `get` instead
 * @throws ApplicationFailure to poll again, or for good
 */
export function pollOnce(attempt: Attempt, request: PollRequest): Promise<PollResult | OperationLost>;
export function pollOnce(
  attempt: Attempt,
  request: PollRequest,
  method: PollMethod,
): Promise<PollResult | OperationLost | undefined>;
export async function pollOnce(
  attempt: Attempt,
  request: PollRequest,
  method: PollMethod = 'get',
): Promise<PollResult | OperationLost | undefined> {
  if (attempt.pollState.useFieldMask && method === 'get') return pollWithFieldMask(attempt, request);
  const { operations, ref } = attempt;
  try {
    const operation =
      method === 'get'
        ? await operations.get(ref, { timeoutMs: getTimeout(attempt) })
        : await operations.wait(ref, { ...method, timeoutMs: waitOvertime(attempt, method.waitMs) });
    return recordOperation(attempt, operation, false);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (error.kind === 'TOO_LARGE') return pollWithFieldMask(attempt, request);
    return method === 'get' ? handleGetError(attempt, error, request) : handleWaitError(attempt, error);
  }
}

/** Ends the attempt if the worker's rules forbid the operation. @throws ApplicationFailure */
export function assertPollAllowed(attempt: Attempt, request: PollRequest): void {
  try {
    attempt.operations.assertAllowed(request.ref);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    handleGetError(attempt, error, request);
  }
}

async function pollWithFieldMask(attempt: Attempt, request: PollRequest): Promise<PollResult | OperationLost> {
  try {
    const operation = await getWithFieldMask(attempt, request.ref);
    // This is set only now, because a body that the mask does not make smaller is a transient fault, not a large operation.
    attempt.update({ ...attempt.pollState, useFieldMask: true });
    return recordOperation(attempt, operation, true);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    return handleGetError(attempt, error, request);
  }
}

/** Reads what a verdict needs, or less where that is refused for good or still too large. @throws {GoogleApiError} */
async function getWithFieldMask(attempt: Attempt, ref: OperationRef): Promise<Operation> {
  const get = (fields: string) => attempt.operations.get(ref, { timeoutMs: getTimeout(attempt), fields });
  const mask = fieldMaskOf(ref.service);
  return get(mask).catch((error: unknown) => {
    const isRefused =
      error instanceof GoogleApiError && (error.kind === 'TOO_LARGE' || error.code === 'INVALID_ARGUMENT');
    if (!isRefused || mask === BASE_FIELD_MASK) throw error;
    return get(BASE_FIELD_MASK);
  });
}

/** @throws ApplicationFailure unless the operation is lost */
function handleGetError(attempt: Attempt, error: GoogleApiError, request: PollRequest): OperationLost {
  const decision = classifyPoll(error, request, attempt.pollState, Date.now());
  attempt.update(decision.pollState);
  if (decision.kind === 'lost') return { lost: true, at: Date.now(), pollState: attempt.pollState };
  throw decision.kind === 'failed' ? failed(attempt, error, decision.type) : retry(attempt, error, decision.afterMs);
}

/** Only `get` decides what an error means for the operation. @throws ApplicationFailure unless `get` is to follow */
function handleWaitError(attempt: Attempt, error: GoogleApiError): undefined {
  if (classifyWait(error) === 'unsupported') {
    attempt.update({ ...attempt.pollState, waitUnsupported: true });
    return undefined;
  }
  const failures = attempt.pollState.failures + 1;
  attempt.update({ ...attempt.pollState, failures });
  throw retry(attempt, error, atLeastRetryAfter(backoff(failures), error));
}

function recordOperation(attempt: Attempt, whole: Operation, isPartial: boolean): PollResult {
  const { notFoundSince: _, deniedSince: __, streak: ___, ...pollState } = attempt.pollState;
  const at = Date.now();
  attempt.update({ ...pollState, failures: 0, seenAt: at });
  // Before anything is cut off.
  const { verdict, isBeingCancelled } = meaningOf(whole, attempt.ref);
  // Of a response that was not read nobody knows whether there is one.
  if (isPartial && verdict?.evidence === 'neither') verdict.evidence = 'error.code';
  const { operation, omitted } = truncateOperation(verdict?.error ? { ...whole, error: verdict.error } : whole);
  return {
    operation,
    ...(verdict && { verdict }),
    ...(isBeingCancelled && { beingCancelled: true }),
    omitted: omitted || isPartial,
    at,
    pollState: attempt.pollState,
  };
}

function getTimeout(attempt: Attempt): number {
  return attempt.timeoutFor(attempt.context.info.isLocal ? LOCAL_TIMEOUT_MS : TIMEOUT_MS);
}

/** The timeout beyond the `wait` itself, in ms. */
function waitOvertime(attempt: Attempt, waitMs: number): number {
  return Math.max(MIN_WAIT_OVERTIME_MS, attempt.timeoutFor(waitMs + TIMEOUT_MS) - waitMs);
}
