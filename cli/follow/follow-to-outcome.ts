import { setTimeout as delay } from 'node:timers/promises';
import type { OperationHandle } from '../../client/operation-handle.js';
import { isOutcome } from '../../contract/outcome.js';
import { CommandError } from '../command-error.js';
import { combineExitCodes, EXIT_ERROR, exitCodes } from '../exit-code.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import type { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import type { ShownOperation, View } from '../output/view.js';
import { textOfResult } from '../output/words.js';
import { toCommandError } from '../temporal/errors.js';
import { operationFailure, reportFailure } from '../temporal/failure.js';
import { queryStatus, type Session } from '../temporal/session.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { WorkerMonitor } from './worker-monitor.js';

/** An operation that is followed to its outcome. */
export interface FollowedOperation extends ShownOperation {
  /** Its place among the names. */
  index: number;
  /** Starts or joins its workflow; settles once Temporal has stored the request. */
  start: () => Promise<OperationHandle>;
  /** Its workflow, once Temporal has stored the request. */
  workflow?: OperationHandle;
}

/** The dependencies of following operations. */
export interface FollowOptions {
  session: Session;
  results: Results;
  view: View;
  /** The text of messages about a request that no worker takes. */
  withoutWorker: string;
  /** Ends the following; the workflows go on. */
  signal: AbortSignal;
}

export const MAX_CONCURRENT_STARTS = 20;
const MAX_CONCURRENT_QUERIES = 8;
const REFRESH_INTERVAL_MS = 500;
const MAX_OUTAGE_MS = 120_000;

/** Whether Temporal has stored the request for an operation that is not done. There is none beside an earlier record. */
export function isUnderWay({ workflow, isDone }: FollowedOperation): boolean {
  return workflow !== undefined && workflow.origin !== 'earlier' && !isDone;
}

/**
 * Starts every operation, and shows its progress until its outcome or its failure, which is added to the results.
 *
 * @returns the exit code
 */
export async function followToOutcome(
  operations: readonly FollowedOperation[],
  options: FollowOptions,
): Promise<number> {
  const finished = new AbortController();
  const signal = AbortSignal.any([options.signal, finished.signal]);
  const refreshing = [
    readStatuses(operations, { ...options, signal }),
    // An answer that does not come must not stop the clock.
    repeat(() => options.view.update(operations), signal),
  ];
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
    await Promise.all(refreshing);
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
    // A worker of a later version, or of somebody else, may write another outcome.
    return isOutcome(result.outcome) ? exitCodes[result.outcome] : EXIT_ERROR;
  } catch (error) {
    return recordFailure(operation, error, options);
  }
}

/** Calls again while Temporal does not answer, for two minutes, because the server may be restarting. */
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
      // A call that took longer than that had reached a server, so this is a new outage.
      if (outageBegan === undefined || now - calledAt > MAX_OUTAGE_MS) outageBegan = now;
      if (!isOutage || signal.aborted || now - outageBegan > MAX_OUTAGE_MS) throw known;
      await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function recordFailure(
  operation: FollowedOperation,
  error: unknown,
  { session, results, view, signal }: FollowOptions,
): number {
  if (signal.aborted) return EXIT_ERROR;
  operation.isDone = true;
  const { target, workflow, index } = operation;
  const failure = operationFailure(error, target, session);
  if (failure.error.type === 'NO_CONNECTION' && workflow !== undefined)
    failure.error.message += `. The workflow goes on; to see its status: ${commandLine(session.flags, 'status', ...nameWords(target))}`;
  return reportFailure(failure, results, index, (line) => view.aside(() => say(line)));
}

/** Reads the status of every operation under way, and says if no worker answers, until the signal. */
async function readStatuses(
  operations: readonly FollowedOperation[],
  { session, view, withoutWorker, signal }: FollowOptions,
): Promise<void> {
  const monitor = new WorkerMonitor(session, withoutWorker, (line) => view.aside(() => say(line)));
  await repeat(async () => {
    await monitor.check(operations.filter(isUnderWay));
    await forEachConcurrently(operations.filter(isUnderWay), MAX_CONCURRENT_QUERIES, async (operation) => {
      if (signal.aborted) return;
      // If no worker answers, or the workflow has just closed, the outcome or the failure will follow.
      const status = await queryStatus(session, operation.target).catch(() => undefined);
      if (status === undefined) return;
      operation.status = status;
      operation.answeredAt = Date.now();
      monitor.recordAnswer(operation);
    });
  }, signal);
}

async function repeat(step: () => unknown, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await step();
    await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
