import type { LookRequest, Loss, Sighting } from '../../contract/activities.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient } from '../../google/client.js';
import { OperationsError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { fit } from './truncate-operation.js';
import { judgeLook } from '../classify.js';

/** What is read of an Operation whose whole body is over the limit. */
const FIELDS = 'name,done,error';
/** A look from within a workflow task must not hold it up. */
const QUICK = 2_500;
/** Google's own limit for these calls (google.longrunning's gRPC service configuration). */
const PATIENT = 10_000;

/** How to ask for the Operation: `get`, or `wait` for so long. */
export type Method = { wait: number } | 'get';

/**
 * Looks once.
 *
 * @throws {OperationsError} what `wait` answered, for the caller to judge
 * @throws ApplicationFailure where a `get` failed: to look again, or for good
 */
export async function lookOnce(
  attempt: Attempt,
  operations: OperationsClient,
  request: LookRequest,
  method: Method = 'get',
): Promise<Sighting | Loss> {
  if (attempt.trail.large && method === 'get') return lookAtLess(attempt, operations, request);
  try {
    const operation = await read(attempt, operations, request, method);
    return seen(attempt, operation, false);
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    if (error.kind === 'TOO_LARGE') return lookAtLess(attempt, operations, request);
    if (method !== 'get') throw error;
    return judged(attempt, error, request);
  }
}

/** Ends the attempt where it may not look at all. @throws ApplicationFailure */
export function demandPermitted(attempt: Attempt, request: LookRequest): void {
  try {
    attempt.permit('get');
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    judged(attempt, error, request);
  }
}

/** Ends the attempt as a failed look has it. @throws ApplicationFailure unless the operation is lost */
export function judged(attempt: Attempt, error: OperationsError, request: LookRequest): Loss {
  const verdict = judgeLook(error, request, attempt.trail, Date.now());
  attempt.remember(verdict.trail);
  if (verdict.kind === 'lost') return { lost: true, at: Date.now(), trail: attempt.trail };
  throw verdict.kind === 'failed'
    ? attempt.failed(error, verdict.type)
    : attempt.again(error, verdict.afterMs);
}

async function lookAtLess(
  attempt: Attempt,
  operations: OperationsClient,
  request: LookRequest,
): Promise<Sighting | Loss> {
  try {
    const operation = await read(attempt, operations, request, 'get', FIELDS);
    // Only now: a body that less fields do not make smaller is no Operation of that size but a fault, which passes.
    attempt.remember({ ...attempt.trail, large: true });
    return seen(attempt, operation, true);
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    return judged(attempt, error, request);
  }
}

async function read(
  attempt: Attempt,
  operations: OperationsClient,
  { target }: LookRequest,
  method: Method,
  fields?: string,
): Promise<Operation> {
  const timeoutMs = attempt.limit(attempt.context.info.isLocal ? QUICK : PATIENT);
  const counted = (signal: AbortSignal) => {
    attempt.remember({ ...attempt.trail, polls: attempt.trail.polls + 1 });
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
      timeoutMs: Math.max(100, attempt.limit(method.wait + PATIENT) - method.wait),
    }),
  );
}

function seen(attempt: Attempt, whole: Operation, cut: boolean): Sighting {
  const { missingSince: _, deniedSince: __, ...trail } = attempt.trail;
  const at = Date.now();
  attempt.remember({ ...trail, failures: 0, seenAt: at });
  const { operation, omitted } = fit(whole);
  return { operation, omitted: omitted || cut, at, trail: attempt.trail };
}
