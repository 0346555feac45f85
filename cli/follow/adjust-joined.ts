import type { OperationHandle } from '../../client/operation-handle.js';
import { formatDuration, parseDuration } from '../../contract/duration.js';
import type { AdjustInput } from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { errorMessage } from '../command-error.js';
import type { FollowFlags } from '../input/follow-flags.js';
import { isUnanswered } from '../temporal/errors.js';
import type { Session } from '../temporal/session.js';

const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Gives a workflow that followed the operation already the limits that the command has, and says so. It never fails:
 * the operation is followed either way.
 */
export async function adjustJoined(
  { client }: Session,
  handle: OperationHandle,
  { abortAfter, timeout, resendCancelAfter, whenNotCancellable }: FollowFlags,
  tell: (line: string) => void,
): Promise<void> {
  if (whenNotCancellable !== undefined)
    tell(`${handle.name} is followed already: its --when-not-cancellable stays as it is.`);
  const asked: AdjustInput = withoutUndefined({ abortAfter, timeout, resendCancelAfter });
  if (Object.keys(asked).length === 0) return;
  const flagsOf = (adjustment: AdjustInput) =>
    Object.entries(adjustment).map(([field, value]) => {
      const ms = parseDuration(value) ?? 0;
      return ms === 0 ? `no ${flagOf(field)}` : `${flagOf(field)} ${formatDuration(ms)}`;
    });
  let flags = flagsOf(asked);
  try {
    const deadline = Date.now() + ANSWER_TIMEOUT_MS;
    const adjustment = { ...asked };
    const timeoutMs = parseDuration(timeout) ?? 0;
    const since = timeoutMs > 0 && Date.parse((await client.withDeadline(deadline, () => handle.status())).startedAt);
    if (since && since + timeoutMs <= Date.now()) {
      // It would end at once for everybody who waits for the outcome.
      tell(`${handle.name} has been followed for longer than --timeout ${formatDuration(timeoutMs)}: its own stays.`);
      delete adjustment.timeout;
    }
    flags = flagsOf(adjustment);
    if (flags.length === 0) return;
    const { state, startedAt } = await client.withDeadline(deadline, () => handle.adjust(adjustment));
    // Otherwise it has ended, and its outcome follows.
    if (state !== 'DONE')
      tell(`${handle.name} is followed already. It has now ${flags.join(' and ')}, counted from ${startedAt}.`);
  } catch (error) {
    const why = isUnanswered(error) ? 'no worker has answered' : errorMessage(error);
    tell(`${handle.name} is followed already, and could not be given ${flags.join(' and ')}: ${why}.`);
  }
}

function flagOf(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
