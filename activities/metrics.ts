import type { MetricMeter } from '@temporalio/common';
import type { GoogleApiError } from '../google/error.js';

/** How a cancel that was sent was answered; `UNANSWERED` is sent again. */
export type CancelResult = 'ACCEPTED' | 'REFUSED' | 'NOT_SUPPORTED' | 'UNANSWERED';

/** So many services get a label of their own: the name comes from a workflow's input, and each new one costs the scraper a series. */
const MOST_SERVICES = 100;
const OTHER = 'other';

/**
 * What the activities of one process count. Prometheus sees the names with `_total`.
 *
 * The service is a label only where the worker's rules let a request leave, and only for the first hundred.
 */
export class ActivityMetrics {
  private readonly services = new Set<string>();

  /** A request to Google that was answered or failed, by method (`get`, `wait`, `cancel`, `list`), service and google.rpc code. */
  request(meter: MetricMeter, method: string, service: string, code: string): void {
    meter
      .createCounter(
        'google_operation_requests',
        undefined,
        'Requests to google.longrunning, by method, service and code',
      )
      .add(1, { method, service: this.labelOf(service), code });
  }

  /** A request that never left: the worker's own rules forbid it, or its arguments are bad. */
  unsent(meter: MetricMeter, method: string, reason: 'FORBIDDEN' | 'ARGUMENT'): void {
    meter
      .createCounter(
        'google_operation_requests_unsent',
        undefined,
        'Requests that never left: forbidden by the rules of the worker, or with bad arguments',
      )
      .add(1, { method, reason });
  }

  /** A cancel that was sent. */
  cancel(meter: MetricMeter, service: string, result: CancelResult): void {
    meter
      .createCounter('google_operation_cancels', undefined, 'Cancels that were sent, by service and result')
      .add(1, { service: this.labelOf(service), result });
  }

  /** Google asked for a pause, and the requests to a project and location stop for it. */
  pause(meter: MetricMeter, service: string): void {
    meter
      .createCounter('google_operation_pauses', undefined, 'Pauses that Google asked for, by service')
      .add(1, { service: this.labelOf(service) });
  }

  private labelOf(service: string): string {
    if (this.services.size < MOST_SERVICES) this.services.add(service);
    return this.services.has(service) ? service : OTHER;
  }
}

/** Why a failed request never left, or `undefined` where it may have. */
export function unsentReason({ kind }: GoogleApiError): 'FORBIDDEN' | 'ARGUMENT' | undefined {
  return kind === 'FORBIDDEN' || kind === 'ARGUMENT' ? kind : undefined;
}
