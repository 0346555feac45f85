import type { MetricMeter } from '@temporalio/common';

/**
 * Counts one answer of Google's: `google_operation_requests`, with the method (`get`, `wait`, `cancel`, `list`), the service,
 * and the google.rpc code by name.
 */
export function count(meter: MetricMeter, method: string, service: string, code: string): void {
  meter
    .createCounter(
      'google_operation_requests',
      'requests',
      'Requests to google.longrunning, by method, service and code',
    )
    .add(1, { method, service, code });
}
