import type { BulkHandle } from '../../client/bulk-handle.js';
import type { CancelOperationsResult } from '../../contract/bulk.js';
import { DEFAULT_SERVICE } from '../../contract/names.js';
import { EXIT_ERROR } from '../exit-code.js';
import type { CtrlC } from '../input/ctrl-c.js';
import type { OutputFlag, TemporalFlags } from '../input/flags.js';
import { commandLine } from '../output/follow-up-command.js';
import { say } from '../output/terminal.js';
import type { Session } from '../temporal/session.js';
import { BulkResults } from './bulk-results.js';
import { showBulkProgress } from './bulk-progress.js';

/**
 * Shows a bulk until its result, or until Ctrl-C, after which it goes on.
 *
 * @param complete adds to the result what the command itself knows
 * @returns the exit code
 */
export async function followBulk(
  bulk: BulkHandle,
  session: Session,
  flags: TemporalFlags & OutputFlag & { service?: string; parent?: string },
  ctrlC: CtrlC,
  complete = (result: CancelOperationsResult) => result,
): Promise<number> {
  const results = new BulkResults(flags.output, (matched) => say(cutMessage(matched, flags)));
  const endProgress = showBulkProgress(bulk, session, flags.service ?? DEFAULT_SERVICE, (progress) =>
    results.write(progress),
  );
  const result = await Promise.race([bulk.result(), ctrlC.exitCode]).finally(endProgress);
  if (typeof result === 'number') {
    say(interruptedMessage(bulk.workflowId, flags));
    return result;
  }
  const whole = complete(result);
  results.end(whole);
  return bulkExitCode(whole, whole.started > 0);
}

/**
 * The exit code of a bulk: 1 where something failed or could not be reached.
 *
 * @param isWhole where everything that matched should have ended; somebody may have stopped the bulk before that
 */
export function bulkExitCode(
  { failures, unreachable, outcomes, matched }: CancelOperationsResult,
  isWhole = false,
): number {
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0) + failures.length;
  return failures.length + unreachable.length > 0 || (isWhole && ended < matched) ? EXIT_ERROR : 0;
}

function cutMessage(matched: number, { parent, ...flags }: TemporalFlags & { parent?: string }): string {
  const under = parent === undefined || parent.includes('/-') ? [] : ['--parent', parent];
  return [
    'More have ended than a bulk lists, which is 1,000 at most; the counts go on. To see how each ended:',
    `  ${commandLine(flags, 'ls', ...under, '--limit', String(matched))}`,
  ].join('\n');
}

function interruptedMessage(workflowId: string, flags: TemporalFlags): string {
  return [
    'Interrupted. The cancellations go on in Temporal. To see them, to wait for them again, or to start no more of them:',
    ...['status', 'watch', 'abort'].map((command) => `  ${commandLine(flags, command, workflowId)}`),
  ].join('\n');
}
