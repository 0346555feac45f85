import type { PollRequest, OperationLost, PollResult } from '../../contract/activities.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { truncateOperation } from './truncate-operation.js';
import { classifyPoll } from '../classify.js';

/** What is read of an Operation whose whole body is over the limit. */
const FIELDS = 'name,done,error';
/** A look from within a workflow task must not hold it up. */
const QUICK = 2_500;
/** Google's own limit for these calls (google.longrunning's gRPC service configuration). */
const PATIENT = 10_000;

/** How to ask for the Operation: `get`, or `wait` for so long. */
export type PollMethod = { wait: number } | 'get';

/**
 * Looks once.
 *
 * @throws {GoogleApiError} what `wait` answered, for the caller to judge
 * @throws ApplicationFailure where a `get` failed: to look again, or for good
 */
export async function pollOnce(
  attempt: Attempt,
  operations: OperationsClient,
  request: PollRequest,
  method: PollMethod = 'get',
): Promise<PollResult | OperationLost> {
  if (attempt.pollState.useFieldMask && method === 'get') return lookAtLess(attempt, operations, request);
  try {
    const operation = await read(attempt, operations, request, method);
    return seen(attempt, operation, false);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    if (error.kind === 'TOO_LARGE') return lookAtLess(attempt, operations, request);
    if (method !== 'get') throw error;
    return judged(attempt, error, request);
  }
}

/** Ends the attempt where it may not look at all. @throws ApplicationFailure */
export function assertPollAllowed(attempt: Attempt, request: PollRequest): void {
  try {
    attempt.assertAllowed('get');
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    judged(attempt, error, request);
  }
}

/** Ends the attempt as a failed look has it. @throws ApplicationFailure unless the operation is lost */
export function judged(attempt: Attempt, error: GoogleApiError, request: PollRequest): OperationLost {
  const verdict = classifyPoll(error, request, attempt.pollState, Date.now());
  attempt.update(verdict.pollState);
  if (verdict.kind === 'lost') return { lost: true, at: Date.now(), pollState: attempt.pollState };
  throw verdict.kind === 'failed'
    ? attempt.failed(error, verdict.type)
    : attempt.retry(error, verdict.afterMs);
}

async function lookAtLess(
  attempt: Attempt,
  operations: OperationsClient,
  request: PollRequest,
): Promise<PollResult | OperationLost> {
  try {
    const operation = await read(attempt, operations, request, 'get', FIELDS);
    // Only now: a body that less fields do not make smaller is no Operation of that size but a fault, which passes.
    attempt.update({ ...attempt.pollState, useFieldMask: true });
    return seen(attempt, operation, true);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    return judged(attempt, error, request);
  }
}

async function read(
  attempt: Attempt,
  operations: OperationsClient,
  { ref: target }: PollRequest,
  method: PollMethod,
  fields?: string,
): Promise<Operation> {
  const timeoutMs = attempt.timeoutFor(attempt.context.info.isLocal ? QUICK : PATIENT);
  const counted = (signal: AbortSignal) => {
    attempt.update({ ...attempt.pollState, polls: attempt.pollState.polls + 1 });
    return signal;
  };
  if (method === 'get') {
    const less = fields === undefined ? {} : { fields };
    return attempt.request('get', (signal) =>
      operations.get(target, { signal: counted(signal), timeoutMs, ...less }),
    );
  }
  return attempt.request('wait', (signal) =>
    operations.wait(target, {
      signal: counted(signal),
      waitMs: method.wait,
      timeoutMs: Math.max(100, attempt.timeoutFor(method.wait + PATIENT) - method.wait),
    }),
  );
}

function seen(attempt: Attempt, whole: Operation, cut: boolean): PollResult {
  const { notFoundSince: _, deniedSince: __, ...pollState } = attempt.pollState;
  const at = Date.now();
  attempt.update({ ...pollState, failures: 0, seenAt: at });
  const { operation, omitted } = truncateOperation(whole);
  return { operation, omitted: omitted || cut, at, pollState: attempt.pollState };
}
