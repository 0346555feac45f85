import type { MetricMeter } from '@temporalio/common';
import type { GoogleApiError } from '../google/error.js';

/** The methods of google.longrunning.Operations that activities call. */
export type RequestMethod = 'get' | 'wait' | 'cancel' | 'list';

/** The number of services is limited because inputs name them, and each one is another Prometheus series. */
const MAX_SERVICE_LABELS = 100;
const OTHER_SERVICES = 'other';

const UNSENT = ['FORBIDDEN', 'NO_METHOD', 'ARGUMENT'] as const;
type Unsent = (typeof UNSENT)[number];

/** The counters with their labels, and their descriptions. `kind` is `operation`, or one of the table of kinds. Prometheus sees the names with `_total`. */
interface Labels {
  /** A request to Google that was answered or failed, with its google.rpc code. */
  google_operation_requests: { method: RequestMethod; service: string; kind: string; code: string };
  google_operation_requests_unsent: { method: RequestMethod; reason: Unsent };
  /** After `UNANSWERED` the cancel is sent again. */
  google_operation_cancels: {
    service: string;
    kind: string;
    result: 'ACCEPTED' | 'REFUSED' | 'NOT_SUPPORTED' | 'UNANSWERED';
  };
  /** No request goes to that project and location meanwhile. */
  google_operation_pauses: { service: string };
  google_operation_failing: { service: string; code: string };
}
const DESCRIPTIONS: Record<keyof Labels, string> = {
  google_operation_requests: 'Requests to Google, by method, service, kind and code',
  google_operation_requests_unsent:
    'Requests that were not sent: forbidden by the rules of the worker, without a method of Google, or with bad arguments',
  google_operation_cancels: 'Cancels that were sent, by service, kind and result',
  google_operation_pauses: 'Pauses that Google asked for, by service',
  google_operation_failing: 'Times that three requests in a row for an operation got errors, by service and code',
};

/**
 * The counters of one process's activities.
 *
 * Only a service that the worker's rules allow becomes a label, and only the first hundred do.
 */
export class ActivityMetrics {
  private readonly services = new Set<string>();

  count<Name extends keyof Labels>(meter: MetricMeter, name: Name, labels: Labels[Name]): void {
    const tags = 'service' in labels ? { ...labels, service: this.labelOf(labels.service) } : { ...labels };
    meter.createCounter(name, undefined, DESCRIPTIONS[name]).add(1, tags);
  }

  private labelOf(service: string): string {
    if (this.services.size < MAX_SERVICE_LABELS) this.services.add(service);
    return this.services.has(service) ? service : OTHER_SERVICES;
  }
}

/** The reason why a failed request was not sent, or `undefined` if it may have been sent. */
export function unsentReason({ kind }: GoogleApiError): Unsent | undefined {
  return UNSENT.find((reason) => reason === kind);
}
