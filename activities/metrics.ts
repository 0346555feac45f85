import type { MetricMeter } from '@temporalio/common';
import type { GoogleApiError } from '../google/error.js';

/** The methods of google.longrunning.Operations that activities call. */
export type RequestMethod = 'get' | 'wait' | 'cancel' | 'list';

/** The answer to a cancel that was sent. After `UNANSWERED` it is sent again. */
type CancelResult = 'ACCEPTED' | 'REFUSED' | 'NOT_SUPPORTED' | 'UNANSWERED';

/** The number of services is limited because inputs name them, and each one is another Prometheus series. */
const MAX_SERVICE_LABELS = 100;
const OTHER_SERVICES = 'other';

/**
 * The counters of one process's activities. Prometheus sees the names with `_total`.
 *
 * Only a service that the worker's rules allow becomes a label, and only the first hundred do.
 */
export class ActivityMetrics {
  private readonly services = new Set<string>();

  /** A request to Google that was answered or failed, with its google.rpc code. */
  request(meter: MetricMeter, method: RequestMethod, service: string, code: string): void {
    meter
      .createCounter(
        'google_operation_requests',
        undefined,
        'Requests to google.longrunning, by method, service and code',
      )
      .add(1, { method, service: this.labelOf(service), code });
  }

  /** A request that was not sent: the worker's own rules forbid it, or its arguments are bad. */
  unsent(meter: MetricMeter, method: RequestMethod, reason: 'FORBIDDEN' | 'ARGUMENT'): void {
    meter
      .createCounter(
        'google_operation_requests_unsent',
        undefined,
        'Requests that were not sent: forbidden by the rules of the worker, or with bad arguments',
      )
      .add(1, { method, reason });
  }

  /** A cancel that was sent. */
  cancel(meter: MetricMeter, service: string, result: CancelResult): void {
    meter
      .createCounter('google_operation_cancels', undefined, 'Cancels that were sent, by service and result')
      .add(1, { service: this.labelOf(service), result });
  }

  /** A pause that Google asked for: no request goes to that project and location meanwhile. */
  pause(meter: MetricMeter, service: string): void {
    meter
      .createCounter('google_operation_pauses', undefined, 'Pauses that Google asked for, by service')
      .add(1, { service: this.labelOf(service) });
  }

  /** An activity that got nothing but errors, with the code of the last. */
  failing(meter: MetricMeter, service: string, code: string): void {
    meter
      .createCounter(
        'google_operation_failing',
        undefined,
        'Times that three requests in a row for an operation got errors, by service and code',
      )
      .add(1, { service: this.labelOf(service), code });
  }

  private labelOf(service: string): string {
    if (this.services.size < MAX_SERVICE_LABELS) this.services.add(service);
    return this.services.has(service) ? service : OTHER_SERVICES;
  }
}

/** The reason why a failed request was not sent, or `undefined` if it may have been sent. */
export function unsentReason({ kind }: GoogleApiError): 'FORBIDDEN' | 'ARGUMENT' | undefined {
  return kind === 'FORBIDDEN' || kind === 'ARGUMENT' ? kind : undefined;
}
