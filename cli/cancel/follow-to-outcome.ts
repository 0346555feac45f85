import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/google-operations.js';
import type { OperationHandle } from '../../client/operation-handle.js';
import { CommandError } from '../command-error.js';
import { combineExitCodes, EXIT_ERROR, exitCodes } from '../exit-code.js';
import type { OperationArgument } from '../input/operation-name.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import type { Results } from '../output/results.js';
import type { ShownOperation, View } from '../output/view.js';
import { textOfResult } from '../output/words.js';
import { toCommandError } from '../temporal/errors.js';
import { describeFailure, failureLine } from '../temporal/failure.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';
import { forEachConcurrently } from './for-each.js';
import { WorkerMonitor } from './worker-monitor.js';

/** An operation, and how to start or join its workflow; `start` settles once Temporal has stored the request. */
export interface StartRequest {
  target: OperationArgument;
  start: () => Promise<OperationHandle>;
}

/** An operation that is followed to its outcome. */
export interface FollowedOperation extends ShownOperation, StartRequest {
  /** Its place among the names. */
  index: number;
  /** Its workflow, once Temporal has stored the request. */
  workflow?: OperationHandle;
}

/** What following operations needs. */
export interface FollowOptions {
  session: Session;
  results: Results;
  view: View;
  /** Writes a message beside the view. */
  tell: (line: string) => void;
  /** What messages say about a request that no worker takes. */
  withoutWorker: string;
  /** Ends the following; the workflows go on. */
  signal: AbortSignal;
}

export const MAX_CONCURRENT_STARTS = 20;
const MAX_CONCURRENT_QUERIES = 8;
const REFRESH_INTERVAL_MS = 500;
const MAX_OUTAGE_MS = 120_000;

/**
 * Starts every operation and shows it until its outcome or its failure, which goes to the results.
 *
 * @returns the operations, updated in place, and the exit code, which settles when all are done
 */
export function followToOutcome(
  requests: readonly StartRequest[],
  options: FollowOptions,
): { operations: readonly FollowedOperation[]; exitCode: Promise<number> } {
  const operations: FollowedOperation[] = requests.map((request, index) => ({
    ...request,
    index,
    startedAt: Date.now(),
    isDone: false,
  }));
  return { operations, exitCode: followAll(operations, options) };
}

/** Whether Temporal has stored the request for an operation that is not done. */
export function isUnderWay({ workflow, isDone }: FollowedOperation): boolean {
  return workflow !== undefined && !isDone;
}

async function followAll(operations: readonly FollowedOperation[], options: FollowOptions): Promise<number> {
  const finished = new AbortController();
  const refreshing = refreshStatuses(operations, {
    ...options,
    signal: AbortSignal.any([options.signal, finished.signal]),
  });
  try {
    const codes: Promise<number>[] = [];
    await forEachConcurrently(operations, MAX_CONCURRENT_STARTS, async (operation) => {
      if (options.signal.aborted) return;
      try {
        operation.workflow = await operation.start();
        codes.push(awaitOutcome(operation, operation.workflow, options));
      } catch (error) {
        codes.push(Promise.resolve(recordFailure(operation, error, options)));
      }
    });
    return combineExitCodes(await Promise.all(codes));
  } finally {
    finished.abort();
    await refreshing;
  }
}

async function awaitOutcome(
  operation: FollowedOperation,
  workflow: OperationHandle,
  options: FollowOptions,
): Promise<number> {
  try {
    const result = await retryDuringOutage(() => workflow.result(), options);
    operation.isDone = true;
    if (!options.signal.aborted)
      options.view.aside(() => options.results.add(result, textOfResult(result), operation.index));
    return exitCodes[result.outcome];
  } catch (error) {
    return recordFailure(operation, error, options);
  }
}

/** Calls again while Temporal does not answer, for two minutes: a server that restarts is no reason to give up. */
async function retryDuringOutage<T>(call: () => Promise<T>, { session, signal }: FollowOptions): Promise<T> {
  let outageBegan: number | undefined;
  for (;;) {
    const calledAt = Date.now();
    try {
      return await call();
    } catch (error) {
      const known = toCommandError(error, session);
      const isOutage = known instanceof CommandError && known.code === 'NO_CONNECTION';
      const now = Date.now();
      // A call that took longer than that had a server to wait for, so this is a new outage.
      if (outageBegan === undefined || now - calledAt > MAX_OUTAGE_MS) outageBegan = now;
      if (!isOutage || signal.aborted || now - outageBegan > MAX_OUTAGE_MS) throw known;
      await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function recordFailure(
  operation: FollowedOperation,
  error: unknown,
  { session, results, tell, signal }: FollowOptions,
): number {
  if (signal.aborted) return EXIT_ERROR;
  operation.isDone = true;
  const { target, workflow, index } = operation;
  const failure = describeFailure(error, target, session);
  if (failure.error.type === 'NO_CONNECTION' && workflow !== undefined)
    failure.error.message += `. The workflow goes on; to see its status: ${commandLine(session.flags, 'status', ...nameWords(target))}`;
  tell(failureLine(failure));
  results.add(failure, '', index);
  return EXIT_ERROR;
}

/** Reads and shows the status of every operation under way, and says if no worker answers, until the signal. */
async function refreshStatuses(
  operations: readonly FollowedOperation[],
  { session, view, tell, withoutWorker, signal }: FollowOptions,
): Promise<void> {
  const monitor = new WorkerMonitor(session, withoutWorker, tell);
  while (!signal.aborted) {
    await monitor.check(operations.filter(isUnderWay));
    await forEachConcurrently(operations.filter(isUnderWay), MAX_CONCURRENT_QUERIES, async (operation) => {
      if (signal.aborted) return;
      if (await refreshStatus(operation, session)) monitor.recordAnswer(operation);
    });
    if (signal.aborted) return;
    view.update(operations);
    await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Returns whether a worker answered. If none did, or the workflow has just closed, the outcome or the failure
 * will follow.
 */
async function refreshStatus(operation: FollowedOperation, { client }: Session): Promise<boolean> {
  try {
    operation.status = await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
      new GoogleOperations(client).getHandle(operation.target.name, operation.target).status(),
    );
    return true;
  } catch {
    return false;
  }
}
