import type { LogEntry } from '../../../emulator/index.js';
import type { Execution } from './records.js';

/** The requests about an operation that arrived while an execution ran. */
export function during(requests: readonly LogEntry[], { startedAt, closedAt = Infinity }: Execution): LogEntry[] {
  return requests.filter(({ at }) => at >= startedAt && at <= closedAt);
}

export function isPoll({ method }: LogEntry): boolean {
  return method === 'get' || method === 'wait';
}

/** Whether the answer was sent whole, and as the service made it. */
export function isClean({ fault, status, abandoned }: LogEntry): boolean {
  return fault === undefined && status !== undefined && abandoned !== true;
}

/** The moment whose state a poll shows: for a `wait` that of its answer. */
export function shownAt({ method, at, endedAt }: LogEntry): number {
  return method === 'wait' ? (endedAt ?? at) : at;
}
