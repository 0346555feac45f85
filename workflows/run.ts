import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type AbortInput,
  type ParsedInput,
  parseAbort,
  parseOperationInput,
  parseAbortLeniently,
} from '../contract/input.js';
import { searchAttributes } from '../contract/messages.js';
import type { OperationResult } from '../contract/result.js';
import { isContinued } from './continued.js';
import { detailsOf } from './details.js';
import { parseOrThrow, failure } from './failures.js';
import { type End, Follower } from './follower.js';
import { abortSignal, abortUpdate, statusQuery } from './messages.js';
import { countFailure, countOutcome, type RunContext } from './metrics.js';
import {
  initialProgress,
  cancellationOf,
  recordAbort,
  type Progress,
  resultOf,
  statusOf,
} from './progress.js';

type Continued = (input: unknown, carried: Progress) => Promise<OperationResult>;

/** Runs a workflow of either type: input, messages and record around the way of {@link Follower}. */
export async function run(
  type: 'cancelOperation' | 'watchOperation',
  input: unknown,
  carried: Progress | undefined,
): Promise<OperationResult> {
  const known: RunContext = {};
  try {
    const request = parseOrThrow(() => parseOperationInput(type, input));
    const progress =
      (isContinued() ? carried : undefined) ?? initialProgress(request, workflowInfo().startTime.getTime());
    Object.assign(known, { request, progress });
    const show = () => setCurrentDetails(detailsOf(progress, request));

    takeMessages(type, request, progress, show);
    // Temporal's cancellation is an abort like any other: what it asks for is followed to the end.
    const end = await CancellationScope.nonCancellable(() => new Follower(request, progress, show).run());
    if (end === undefined) return await continueAsNew<Continued>(input, progress);
    progress.end = end;
    show();
    return record(request, progress, end);
  } catch (error) {
    countFailure(error, known);
    throw error;
  }
}

/** The abort that starts `cancelOperation`, and all that come later: by signal, by update, or by Temporal's cancellation. */
function takeMessages(
  type: 'cancelOperation' | 'watchOperation',
  request: ParsedInput,
  progress: Progress,
  show: () => void,
): void {
  const isBegun = progress.abort !== undefined;
  const firstTask = workflowInfo().historyLength;
  const asked: AbortInput = {
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
  };
  let cameWithStart = type === 'cancelOperation' && !isBegun;

  const abort = (given: AbortInput) => {
    if (cameWithStart && workflowInfo().historyLength === firstTask) {
      // update-with-start and signal-with-start ask once, in two ways. What came with the start is in the first workflow task,
      // and the history is as long as it was when that began.
      progress.abort = { ...given, ...progress.abort, at: progress.abort?.at ?? Date.now() };
      cameWithStart = false;
    } else {
      recordAbort(progress, { ...asked, ...given }, Date.now());
    }
    show();
  };

  if (type === 'cancelOperation' && !isBegun) recordAbort(progress, asked, Date.now());
  setHandler(statusQuery, () => statusOf(progress, request), {
    description: 'Where the workflow stands, and what is known of the operation.',
  });
  setHandler(abortSignal, (given?: AbortInput) => abort(parseAbortLeniently(given)), {
    description: 'Cancel the operation. Takes { reason, requestedBy }.',
  });
  setHandler(
    abortUpdate,
    (given?: AbortInput) => {
      abort(parseOrThrow(() => parseAbort(given)));
      return statusOf(progress, request);
    },
    {
      description: 'Cancel the operation and answer with the status. Takes { reason, requestedBy }.',
      validator: (given?: AbortInput) => {
        parseOrThrow(() => parseAbort(given));
        if (progress.end !== undefined || progress.operation?.done) {
          throw failure(
            'FAILED_PRECONDITION',
            `${request.name} is already final: there is nothing to abort.`,
          );
        }
      },
    },
  );
  void CancellationScope.current().cancelRequested.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
    abort({ reason: request.reason ?? 'the workflow was cancelled' });
  });
}

/** Writes the outcome where people and programs look for it: the memo, the search attribute the starter set, the result. */
function record(request: ParsedInput, progress: Progress, end: End): OperationResult {
  const { outcome } = end;
  upsertMemo({ operation: request.name, outcome, won: cancellationOf(progress).won });
  const key = { name: searchAttributes.outcome, type: 'KEYWORD' as const };
  if (workflowInfo().typedSearchAttributes.get(key) !== undefined)
    upsertSearchAttributes([{ key, value: outcome }]);
  countOutcome(request, progress, end);
  return resultOf(progress, request, end);
}
