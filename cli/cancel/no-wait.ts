import { GoogleOperationsError } from '../../client/errors.js';
import { GoogleOperations } from '../../client/google-operations.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import type { AbortInput } from '../../contract/input.js';
import { combineExitCodes, EXIT_ERROR } from '../exit-code.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { textOfStatus } from '../status/text.js';
import { unansweredStatus } from '../status/unanswered-status.js';
import { describeFailure, failureLine } from '../temporal/failure.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { MAX_CONCURRENT_STARTS, type StartRequest } from './follow-to-outcome.js';
import { forEachConcurrently } from './for-each.js';

/**
 * Starts every operation and prints its status, for `--no-wait`.
 *
 * @param more.withoutWorker what a message says about a request that no worker takes
 * @param more.abort the abort that comes with the start, if any
 * @returns the exit code
 */
export async function startWithoutWaiting(
  requests: readonly StartRequest[],
  session: Session,
  results: Results,
  { withoutWorker, abort }: { withoutWorker: string; abort?: AbortInput },
): Promise<number> {
  const presence = await findWorker(session);
  if (!presence.isAvailable) say(noWorkerMessage(session, withoutWorker, presence));
  const exitCodes: number[] = [];
  await forEachConcurrently([...requests.entries()], MAX_CONCURRENT_STARTS, async ([index, request]) => {
    const { target, start } = request;
    try {
      await start();
      const answer = presence.isAvailable ? await statusFromWorker(session, target) : undefined;
      const current = answer ?? (await unansweredStatus(session, target, abort));
      results.add(current, textOfStatus(current, target.workflowId), index);
      exitCodes.push(0);
    } catch (error) {
      const failure = describeFailure(error, target, session);
      say(failureLine(failure));
      results.add(failure, '', index);
      exitCodes.push(EXIT_ERROR);
    }
  });
  results.end();
  return combineExitCodes(exitCodes);
}

async function statusFromWorker({ client }: Session, target: OperationArgument): Promise<LiveStatus | undefined> {
  const handle = new GoogleOperations(client).getHandle(target.name, target);
  try {
    return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handle.status());
  } catch (error) {
    if (error instanceof GoogleOperationsError) throw error;
    // The worker has gone since Temporal last heard of it.
    return undefined;
  }
}
