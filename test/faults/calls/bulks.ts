import { GoogleOperations } from '../../../client/index.js';
import type { CancelOperationsResult } from '../../../contract/bulk.js';
import type { Outcome } from '../../../contract/outcome.js';
import type { CallTarget } from './calls.js';
import type { Clock } from '../support/clock.js';
import type { PlannedBulk } from '../plan/plan.js';
import type { Execution, Problem } from '../oracle/records.js';
import type { TemporalRecord } from '../oracle/temporal-record.js';

const CALL_TIMEOUT_MS = 15_000;
const RETRY_MS = 400;

/** Starts a bulk cancellation, tried until it is accepted, and cancels it in Temporal where that is planned. */
export async function startBulk(
  { client, taskQueue }: CallTarget,
  clock: Clock,
  { atMs, names, parent, cancelAtMs }: PlannedBulk,
): Promise<void> {
  await clock.at(atMs);
  const operations = new GoogleOperations(client, { taskQueue });
  const again = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
      } catch {
        await clock.pause(RETRY_MS);
      }
    }
  };
  const input = {
    ...(names && { names }),
    ...(parent !== undefined && { parent }),
    maxConcurrent: 5,
    reason: 'all of them',
  };
  const bulk = await again(() => operations.cancelAll(input, { requestId: `bulk-${atMs}` }));
  if (cancelAtMs === undefined) return;
  await clock.at(cancelAtMs);
  await again(() => bulk.cancel());
}

/** Compares the counts of a bulk cancellation with the executions of its items. */
export function wrongInBulk(records: TemporalRecord, executions: readonly Execution[]): Problem[] {
  const wrong = (what: string): Problem => ({ kind: 'bulk', about: records.workflowId, what });
  if (records.ending.kind !== 'completed') return [wrong(`${records.ending.kind}: ${JSON.stringify(records.ending)}`)];
  const { matched, outcomes, failures, names } = records.ending.result as CancelOperationsResult;
  const wasCancelled = (records.history.events ?? []).some(
    (event) => event.workflowExecutionCancelRequestedEventAttributes,
  );
  const problems: Problem[] = [];
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (wasCancelled ? ended + failures.length > matched : ended + failures.length !== matched) {
    problems.push(wrong(`${matched} matched, ${ended} ended and ${failures.length} failed`));
  }
  if (names.length !== matched || new Set(names).size !== matched) problems.push(wrong('a name twice, or none'));
  for (const [outcome, count] of Object.entries(outcomes) as [Outcome, number][]) {
    const had = new Set(
      executions
        .filter(({ ending }) => ending.kind === 'completed' && ending.result.outcome === outcome)
        .map(({ request }) => request.name),
    );
    const possible = names.filter((name) => had.has(name)).length;
    if (count > possible) problems.push(wrong(`${count} ended as ${outcome}, and ${possible} did`));
  }
  return problems;
}
