import { GoogleOperationsError } from '../../client/errors.js';
import type { AbortInput } from '../../contract/input.js';
import { combineExitCodes } from '../exit-code.js';
import type { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { textOfStatus } from '../status/text.js';
import { unansweredStatus } from '../status/unanswered-status.js';
import { operationFailure, reportFailure } from '../temporal/failure.js';
import { queryStatus, type Session } from '../temporal/session.js';
import { unpolledReporter } from '../temporal/unpolled.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { type FollowedOperation, MAX_CONCURRENT_STARTS } from './follow-to-outcome.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';

/**
 * Starts every operation and prints its status, for `--no-wait`.
 *
 * @param more.withoutWorker the text of a message about a request that no worker takes
 * @param more.abort the abort that comes with the start, if any
 * @returns the exit code
 */
export async function startWithoutWaiting(
  operations: readonly FollowedOperation[],
  session: Session,
  results: Results,
  { withoutWorker, abort }: { withoutWorker: string; abort?: AbortInput },
): Promise<number> {
  const presence = await findWorker(session);
  if (!presence.isAvailable) say(noWorkerMessage(session, withoutWorker, presence));
  const reportUnpolled = unpolledReporter(session, withoutWorker);
  const exitCodes: number[] = [];
  await forEachConcurrently(operations, MAX_CONCURRENT_STARTS, async ({ target, index, start }) => {
    try {
      const { origin } = await start();
      if (origin === 'joined') await reportUnpolled([target]);
      if (origin === 'earlier') say(`${target.name}: nothing was started, because its end was recorded before.`);
      const answer =
        presence.isAvailable || origin === 'earlier' ? await queryStatus(session, target).catch(orNoAnswer) : undefined;
      const found = answer ?? (await unansweredStatus(session, target, abort));
      const status = origin === 'earlier' ? { ...found, earlier: true } : found;
      results.add(status, textOfStatus(status, target.workflowId), index);
      exitCodes.push(0);
    } catch (error) {
      exitCodes.push(reportFailure(operationFailure(error, target, session), results, index));
    }
  });
  results.end();
  return combineExitCodes(exitCodes);
}

/** No status if the query was not answered: the worker may have gone since Temporal last heard of it. */
function orNoAnswer(error: unknown): undefined {
  if (error instanceof GoogleOperationsError) throw error;
}
