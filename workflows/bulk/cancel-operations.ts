import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type CancelOperationsInput, type CancelOperationsResult, parseBulkInput } from '../../contract/bulk.js';
import { assertOwnPredecessor, isContinued } from '../continued.js';
import { parseOrThrow } from '../failures.js';
import { progressQuery } from '../messages.js';
import { decoded } from '../undecodable.js';
import { BulkCanceller } from './canceller.js';
import { continueAsNewArgs } from './carry.js';
import { bulkDetails } from './details.js';
import { type BulkProgress, bulkResult, bulkStatus, initialBulkProgress } from './progress.js';
import { SeenNames } from './seen-names.js';

/**
 * Cancels many operations: those of `names`, or all that are running under `parent`. Each is the same
 * execution of `cancelOperation` that anybody else would start or join, and goes on when this workflow ends.
 * Temporal's cancellation of this workflow starts no further operation, and waits for those under way.
 *
 * @param input validated in the workflow; invalid input fails it with `INVALID_ARGUMENT`
 * @param carried the progress of the run that continued as new with this one, and `seen` the names it listed;
 * otherwise ignored
 * @throws ApplicationFailure `INVALID_ARGUMENT`, or what the first `operations.list` fails with
 */
export async function cancelOperations(
  input: CancelOperationsInput,
  carried?: BulkProgress,
  seen?: string,
): Promise<CancelOperationsResult> {
  const parsed = parseOrThrow(() => parseBulkInput(decoded(input)));
  const continued = isContinued();
  const progress = { ...initialBulkProgress(workflowInfo().firstExecutionRunId), ...(continued && decoded(carried)) };
  const seenNames = new SeenNames(continued ? decoded(seen) : undefined);
  const showDetails = () => setCurrentDetails(bulkDetails(progress, parsed, canceller.underWay.size));
  const canceller = new BulkCanceller(parsed, progress, seenNames, showDetails);

  setHandler(progressQuery, () => bulkStatus(progress, canceller.underWay.keys()), {
    description: 'How many operations matched, were started and ended with each outcome, and which are under way.',
  });
  if (continued) await assertOwnPredecessor();
  void CancellationScope.current().cancelRequested.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
    canceller.stop();
  });

  const isOver = await CancellationScope.nonCancellable(() => canceller.run());
  if (!isOver) return continueAsNew<typeof cancelOperations>(input, ...continueAsNewArgs(progress, input, seenNames));
  showDetails();
  return bulkResult(progress);
}
