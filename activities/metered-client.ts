import type { CallOptions, OperationsClient } from '../google/client.js';
import { GoogleApiError } from '../google/error.js';
import { kindNameOf } from '../google/kinds/find-kind.js';
import type { Attempt } from './attempt.js';
import { atLeastRetryAfter, isWaitUnsupported } from './classify.js';
import { endAttempt } from './failures.js';
import { quotaScope } from '../google/limiter.js';
import { type RequestMethod, unsentReason } from './metrics.js';
import { acquireSlot } from './rate-slot.js';

/** With these codes a Retry-After is meant for every client of the project and location. */
const PAUSING_CODES: readonly string[] = ['RESOURCE_EXHAUSTED', 'UNAVAILABLE'];

/**
 * The client of one attempt. Each request waits for a slot of the limiter, is counted with its answer, and
 * ends with the attempt; a pause that Google asks for holds for all requests to the project and location.
 * `get` and `wait` are counted as polls in the attempt's poll state, and a collection without `wait` is
 * remembered for the whole process. A request that the rules forbid takes no
 * slot, and is counted without its service, which callers choose freely; `assertAllowed` counts as a `get`.
 *
 * Its calls fail as those of {@link OperationsClient}, and with an ApplicationFailure where no slot is free
 * or the attempt has to end.
 *
 * @param willRetry whether the attempt asks again if no slot is free at once; if not, none is booked
 */
export function meteredClient(attempt: Attempt, willRetry = true): OperationsClient {
  const { ref, context, process } = attempt;
  const { operations, limiter, metrics, waitSupport } = process;
  const kind = kindNameOf(ref);

  async function metered<T>(
    method: RequestMethod,
    send: (options: Required<Pick<CallOptions, 'signal' | 'beforeSend'>>) => Promise<T>,
  ): Promise<T> {
    try {
      const answer = await send({ signal: context.cancellationSignal, beforeSend: (step) => begin(method, step) });
      countAnswer(method, 'OK');
      if (method === 'get' || method === 'wait') limiter.confirm(quotaScope(ref));
      return answer;
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      countFailure(method, error);
      if (method === 'wait' && isWaitUnsupported(error)) waitSupport.markUnsupported(ref);
      if (error.kind === 'ABORTED') throw endAttempt(attempt.pollState);
      if (PAUSING_CODES.includes(error.code) && error.retryAfterMs !== undefined) {
        limiter.pause(quotaScope(ref), Date.now() + atLeastRetryAfter(0, error));
        metrics.count(context.metricMeter, 'google_operation_pauses', { service: ref.service });
      }
      throw error;
    }
  }

  async function begin(method: RequestMethod, step?: 'lookup'): Promise<void> {
    await acquireSlot(attempt, method, willRetry);
    if (method === 'cancel' && step !== 'lookup') attempt.update({ ...attempt.pollState, cancelUnanswered: true });
    if (method !== 'get' && method !== 'wait') return;
    attempt.update({ ...attempt.pollState, polls: attempt.pollState.polls + 1 });
  }

  function countAnswer(method: RequestMethod, code: string): void {
    metrics.count(context.metricMeter, 'google_operation_requests', { method, service: ref.service, kind, code });
  }

  function countFailure(method: RequestMethod, error: GoogleApiError): void {
    const unsent = unsentReason(error);
    if (unsent === undefined) countAnswer(method, error.code);
    else metrics.count(context.metricMeter, 'google_operation_requests_unsent', { method, reason: unsent });
  }

  return {
    assertAllowed(target) {
      try {
        operations.assertAllowed(target);
      } catch (error) {
        if (error instanceof GoogleApiError) countFailure('get', error);
        throw error;
      }
    },
    get: (target, options) => metered('get', (own) => operations.get(target, { ...options, ...own })),
    wait: (target, options) => metered('wait', (own) => operations.wait(target, { ...options, ...own })),
    cancel: (target, options) => metered('cancel', (own) => operations.cancel(target, { ...options, ...own })),
    list: (query, options) => metered('list', (own) => operations.list(query, { ...options, ...own })),
  };
}
