import type { LiveStatus } from '../../client/operation-handle.js';
import { formatDuration } from '../../contract/duration.js';
import { printable } from '../output/printable.js';
import { labelledLines } from '../output/text.js';
import { cancelAnswer, count, lastErrorOf } from '../output/words.js';

/** A status for people: the name, then a line for each known field. */
export function textOfStatus(status: LiveStatus, workflowId: string, now = Date.now()): string {
  const { name, kind, state, outcome, cancellation, operation, polls, startedAt, failing, pending } = status;
  const { requestedBy, reason, aborts, timesSent } = cancellation;
  const request = [requestedBy && `by ${requestedBy}`, reason && `because: ${reason}`].filter(Boolean).join(', ');
  const nextAt = pending?.nextAttemptAt;
  const lines = labelledLines({
    kind,
    state: outcome === undefined ? state : `${state}, ${outcome}`,
    cancel: cancelAnswer(cancellation),
    requested: aborts === 0 ? undefined : `${count(aborts, 'time')} ${request}`.trim(),
    sent: timesSent === 0 ? undefined : count(timesSent, 'time'),
    polls: `${polls}${nextAt === undefined ? '' : `, next in ${until(nextAt, now)}`}`,
    error: operation?.error && `${operation.error.code} ${operation.error.message ?? ''}`.trim(),
    pending: pending && `${pending.activity}, attempt ${pending.attempt}`,
    failing: failing && `since ${failing.at}: ${failing.message}`,
    'last error': lastErrorOf(status),
    started: `${startedAt} (${formatDuration(now - Date.parse(startedAt))} ago)`,
    workflow: workflowId,
  });
  return [printable(name), ...lines].join('\n');
}

function until(time: string, now: number): string {
  return formatDuration(Math.max(0, Date.parse(time) - now));
}
