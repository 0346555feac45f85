import { GoogleOperations } from '../../../client/index.js';
import type { CancelOperationsResult } from '../../../contract/bulk.js';
import type { Outcome } from '../../../contract/outcome.js';
import type { Calling } from './calls.js';
import type { Clock } from '../support/clock.js';
import type { PlannedBulk } from '../plan/plan.js';
import type { Execution, Problem } from '../oracle/records.js';
import type { Told } from '../oracle/temporal-truth.js';

const PATIENCE_MS = 15_000;
const PAUSE_MS = 400;

/** Starts a bulk cancellation, tried until it is taken, and cancels it in Temporal where that is planned. */
export async function startBulk(
  { client, taskQueue }: Calling,
  clock: Clock,
  { atMs, names, parent, cancelAtMs }: PlannedBulk,
): Promise<void> {
  await clock.at(atMs);
  const operations = new GoogleOperations(client, { taskQueue });
  const again = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await client.connection.withDeadline(Date.now() + PATIENCE_MS, call);
      } catch {
        await clock.pause(PAUSE_MS);
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

/** What is wrong with the counts of a bulk cancellation, next to what became of the executions of its items. */
export function wrongInBulk(told: Told, executions: readonly Execution[]): Problem[] {
  const wrong = (what: string): Problem => ({ kind: 'bulk', about: told.workflowId, what });
  if (told.ending.kind !== 'completed') return [wrong(`${told.ending.kind}: ${JSON.stringify(told.ending)}`)];
  const { matched, outcomes, failures, names } = told.ending.result as CancelOperationsResult;
  const wasCancelled = (told.history.events ?? []).some(
    (event) => event.workflowExecutionCancelRequestedEventAttributes,
  );
  const problems: Problem[] = [];
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (wasCancelled ? ended + failures.length > matched : ended + failures.length !== matched) {
    problems.push(wrong(`${matched} matched, ${ended} ended and ${failures.length} failed`));
  }
  if (names.length !== matched || new Set(names).size !== matched)
    problems.push(wrong('a name twice, or none'));
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
