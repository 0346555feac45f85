import type { Status } from '../../client/status.js';
import { formatDuration } from '../../contract/duration.js';
import { answerOf, count, troubleOf } from '../output/words.js';
import { printable } from '../output/printable.js';
import { WIDTH, wrap } from '../output/text.js';

/** A status for people: the name, then a line for each thing that is known. */
export function textOfStatus(status: Status, workflowId: string, now = Date.now()): string {
  const { name, state, outcome, cancellation, operation, polls, startedAt, pending } = status;
  const { requestedBy, reason, aborts, timesSent } = cancellation;
  const asked = [requestedBy && `by ${requestedBy}`, reason && `because: ${reason}`]
    .filter(Boolean)
    .join(', ');
  const trouble = troubleOf(status);
  const next = pending?.nextAttemptAt;
  const rows: [string, string | undefined][] = [
    ['state', outcome === undefined ? state : `${state}, ${outcome}`],
    ['cancel', answerOf(cancellation)],
    ['asked for', aborts === 0 ? undefined : `${times(aborts)}${asked === '' ? '' : ` ${asked}`}`],
    ['sent', timesSent === 0 ? undefined : times(timesSent)],
    ['looks', `${polls}${next === undefined ? '' : `, the next in ${until(next, now)}`}`],
    ['error', operation?.error && `${operation.error.code} ${operation.error.message ?? ''}`.trim()],
    ['pending', pending && `${pending.activity}, attempt ${pending.attempt}`],
    ['last error', trouble],
    ['started', `${startedAt} (${formatDuration(now - Date.parse(startedAt))} ago)`],
    ['workflow', workflowId],
  ];
  const lines = rows.flatMap(([what, text]) =>
    text === undefined
      ? []
      : wrap(printable(text), WIDTH - 14).map(
          (line, at) => `  ${(at === 0 ? what : '').padEnd(10)}  ${line}`,
        ),
  );
  return [printable(name), ...lines].join('\n');
}

function times(number: number): string {
  return count(number, 'time');
}

function until(time: string, now: number): string {
  return formatDuration(Math.max(0, Date.parse(time) - now));
}
