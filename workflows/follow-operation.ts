import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isCodeName } from '../contract/code.js';
import {
  type AbortInput,
  type AdjustInput,
  parseAbort,
  parseAbortLeniently,
  parseAdjust,
  type ParsedInput,
  parseOperationInput,
} from '../contract/input.js';
import { searchAttributes } from '../contract/messages.js';
import type { FailingReport, OperationResult } from '../contract/result.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { adjust, applyAdjustment } from './adjustment.js';
import { assertOwnPredecessor, isContinued } from './continued.js';
import { detailsOf } from './details.js';
import { failure, parseOrThrow } from './failures.js';
import { Follower } from './follower.js';
import {
  abortSignal,
  abortUpdate,
  adjustUpdate,
  failingSignal,
  pollSignal,
  resumeSignal,
  statusQuery,
} from './messages.js';
import { countFailure, countOutcome } from './metrics.js';
import { type End, initialProgress, mergeAbort, type Progress, recordAbort } from './progress.js';
import { cancellationOf, resultOf, statusOf } from './status.js';
import { decoded, isUndecodable } from './undecodable.js';

type WorkflowType = 'cancelOperation' | 'watchOperation';
type Continued = (input: unknown, carried: Progress) => Promise<OperationResult>;

/** Runs a workflow of either type: parses its input, handles its messages, and records how {@link Follower} ended. */
export async function followOperation(
  type: WorkflowType,
  rawInput: unknown,
  carried: Progress | undefined,
): Promise<OperationResult> {
  let run: [ParsedInput?, Progress?] = [];
  try {
    const input = parseOrRefuse(type, decoded(rawInput));
    const own = isContinued() ? decoded(carried) : undefined;
    const progress = own ?? initialProgress(input, workflowInfo().startTime.getTime());
    applyAdjustment(input, progress.adjustment ?? {});
    setHandler(statusQuery, () => statusOf(progress, input), {
      description: 'The state of the workflow, and what is known of the operation.',
    });
    const showDetails = () => setCurrentDetails(detailsOf(progress, input));
    // Before anything is awaited: the SDK rejects an update that has no handler at the end of the first activation.
    handleMessages(type, input, progress, showDetails);
    if (own !== undefined) await assertOwnPredecessor();
    run = [input, progress];
    // Temporal's cancellation only aborts: the operation is still followed to its end.
    const end = await CancellationScope.nonCancellable(() => new Follower(input, progress, showDetails).follow());
    if (end === undefined) return await continueAsNew<Continued>(rawInput, progress);
    progress.end = end;
    showDetails();
    return recordEnd(input, progress, end);
  } catch (error) {
    if (error instanceof ApplicationFailure) {
      const type = error.type ?? 'UNKNOWN';
      countFailure(type, ...run);
      showOutcome(type);
    }
    throw error;
  }
}

/** The parsed input. An update that came with the start is rejected with the same failure as the workflow has. */
function parseOrRefuse(type: WorkflowType, rawInput: unknown): ParsedInput {
  try {
    return parseOrThrow(() => parseOperationInput(type, rawInput));
  } catch (error) {
    const reject: (given?: AbortInput) => never = () => {
      throw error;
    };
    setHandler(abortUpdate, reject, { validator: reject });
    throw error;
  }
}

/**
 * Takes the aborts, which are the start of `cancelOperation`, signals, updates and Temporal's cancellation, and the
 * other messages.
 */
function handleMessages(type: WorkflowType, input: ParsedInput, progress: Progress, showDetails: () => void): void {
  const initialHistoryLength = workflowInfo().historyLength;
  const defaults: AbortInput = withoutUndefined({ reason: input.reason, requestedBy: input.requestedBy });
  const isAbortedByStart = type === 'cancelOperation' && progress.abort === undefined;
  let mayComeWithStart = isAbortedByStart;

  const assertNotFinal = (what: string) => {
    if (progress.end !== undefined || progress.operation?.done)
      throw failure('FAILED_PRECONDITION', `${input.name} is already final: there is nothing to ${what}.`);
  };
  // An abort aborts, whether or not its argument can be decoded.
  const parseUpdate = (given: unknown) => parseOrThrow(() => parseAbort(isUndecodable(given) ? undefined : given));
  const requestIds = new Set<string>();
  const abort = (given: AbortInput, requestId?: string) => {
    if (typeof requestId === 'string') {
      if (requestIds.has(requestId)) return;
      requestIds.add(requestId);
    }
    if (mayComeWithStart && workflowInfo().historyLength === initialHistoryLength) {
      // update-with-start and signal-with-start ask once, by the start and by the message. A message that came with the
      // start is in the first workflow task, during which the length of the history does not change.
      mergeAbort(progress, given, Date.now());
      mayComeWithStart = false;
    } else {
      recordAbort(progress, { ...defaults, ...given }, Date.now());
    }
    showDetails();
  };

  if (isAbortedByStart) recordAbort(progress, defaults, Date.now());
  setHandler(abortSignal, (given, requestId) => abort(parseAbortLeniently(given), requestId), {
    description: 'Cancel the operation. Takes { reason, requestedBy }.',
  });
  setHandler(
    abortUpdate,
    (given?: AbortInput) => {
      abort(parseUpdate(given));
      return statusOf(progress, input);
    },
    {
      description: 'Cancel the operation and answer with the status. Takes { reason, requestedBy }.',
      validator: (given?: AbortInput) => {
        parseUpdate(given);
        assertNotFinal('abort');
      },
    },
  );
  setHandler(
    adjustUpdate,
    (given) => {
      adjust(
        input,
        progress,
        parseOrThrow(() => parseAdjust(given)),
      );
      showDetails();
      return statusOf(progress, input);
    },
    {
      description: 'Replace options and answer with the status. Takes { abortAfter, timeout, resendCancelAfter }.',
      validator: (given: AdjustInput) => {
        parseOrThrow(() => parseAdjust(given));
        assertNotFinal('adjust');
      },
    },
  );
  setHandler(
    pollSignal,
    () => {
      if (progress.pollState.seenAt !== undefined) progress.pollRequested = true;
    },
    { description: 'Poll once now.' },
  );
  setHandler(resumeSignal, () => void (progress.resumeRequested = true), {
    description: 'Internal: no list watches the operation any more.',
  });
  setHandler(
    failingSignal,
    (given?: FailingReport) => {
      if (isCodeName(given?.status) && typeof given?.message === 'string')
        progress.failing = { at: new Date().toISOString(), status: given.status, message: given.message };
      else delete progress.failing;
      showDetails();
    },
    { description: 'The worker says that requests get nothing but errors, or an answer again.' },
  );
  void CancellationScope.current().cancelRequested.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
    // Not with the starter's words: somebody else may have cancelled it.
    recordAbort(progress, { reason: 'the workflow was cancelled' }, Date.now());
    showDetails();
  });
}

/**
 * Writes the outcome to the memo, the search attribute and the metrics.
 *
 * @returns the result
 */
function recordEnd(input: ParsedInput, progress: Progress, end: End): OperationResult {
  const { outcome } = end;
  const { kind } = progress.pollState;
  const { won, reason, requestedBy } = cancellationOf(progress);
  upsertMemo(withoutUndefined({ operation: input.name, outcome, won, kind, reason, requestedBy }));
  showOutcome(outcome);
  countOutcome(input, progress, end);
  return resultOf(progress, input, end);
}

/** Sets the search attribute to an outcome or the type of the failure, if the starter set it. */
function showOutcome(value: string): void {
  const key = { name: searchAttributes.outcome, type: 'KEYWORD' as const };
  if (workflowInfo().typedSearchAttributes.get(key) !== undefined) upsertSearchAttributes([{ key, value }]);
}
