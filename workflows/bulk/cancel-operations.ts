import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CancelOperationsInput,
  type CancelOperationsResult,
  parseBulkInput,
} from '../../contract/bulk.js';
import { BulkCanceller } from './canceller.js';
import { continueAsNewArgs } from './carry.js';
import { bulkDetails } from './details.js';
import { initialBulkProgress, type BulkProgress, bulkResult, bulkStatus } from './progress.js';
import { isContinued } from '../continued.js';
import { parseOrThrow } from '../failures.js';
import { progressQuery } from '../messages.js';
import { SeenNames } from './seen-names.js';

/**
 * Cancels many operations: those of `names`, or all that run under `parent`. Each is the ordinary execution that anybody else
 * would start or join, and goes on when this one ends. Cancelling this one begins nothing new and waits for what is under way.
 *
 * @param input checked in the workflow; a bad one fails it with `INVALID_ARGUMENT`
 * @param carried what a run before this one knew, and `seen` the names it listed; only a continued run uses them
 * @throws ApplicationFailure `INVALID_ARGUMENT`, or what the first `operations.list` fails with
 */
export async function cancelOperations(
  input: CancelOperationsInput,
  carried?: BulkProgress,
  seen?: string,
): Promise<CancelOperationsResult> {
  const request = parseOrThrow(() => parseBulkInput(input));
  const continued = isContinued();
  const progress =
    (continued ? carried : undefined) ?? initialBulkProgress(workflowInfo().firstExecutionRunId);
  const names = new SeenNames(continued ? seen : undefined);
  const show = () => setCurrentDetails(bulkDetails(progress, request, [...canceller.names].length));
  const canceller = new BulkCanceller(request, progress, names, show);

  setHandler(progressQuery, () => bulkStatus(progress, canceller.names), {
    description: 'How many operations matched, were started, ended how, and what is under way.',
  });
  void CancellationScope.current().cancelRequested.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
    canceller.stop();
  });

  const isOver = await CancellationScope.nonCancellable(() => canceller.run());
  if (!isOver)
    return continueAsNew<typeof cancelOperations>(input, ...continueAsNewArgs(progress, input, names));
  show();
  return bulkResult(progress);
}
