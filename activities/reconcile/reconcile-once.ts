import { ApplicationFailure, Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { LoopState, ReconcileRequest } from '../../contract/activities.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { messages, RECONCILED, RESUME_SIGNAL } from '../../contract/messages.js';
import { reconcileIdOf, workflowIdOf } from '../../contract/workflow-id.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { atLeastRetryAfter } from '../classify.js';
import { failed, retry, retryLater } from '../failures.js';
import { backoff } from '../polling/interval.js';
import { chooseWakes } from './choose-wakes.js';
import { COVERAGE_TTL_MS } from './coverage.js';
import { type FollowedCollection, visibilityProblem } from '../../client/followed.js';
import { isLasting, listRunning, type Running } from './list-running.js';
import { listInterval, maxWakes } from './pace.js';

/** Up to this many signals are under way at once. */
const MAX_CONCURRENT_SIGNALS = 20;
/**
 * A list that is refused so often in a row is given up: after 31 s, when no process takes it for granted any more that the
 * loop covers anything.
 */
const MAX_REFUSALS = 6;
const HAND_BACK_RETRY_MS = 5_000;
const FIRST_STATE: LoopState = { woken: [], at: 0 };

/** There is one loop for a collection: that under its id. @throws ApplicationFailure `INVALID_ARGUMENT` for any other workflow */
export function assertOwnLoop(request: ReconcileRequest): ReconcileRequest {
  const { taskQueue, workflowExecution } = Context.current().info;
  // Anybody may start the workflow, with anything.
  const { service, collection } = Object(request) as Partial<ReconcileRequest>;
  if (workflowExecution?.workflowId === reconcileIdOf(taskQueue, String(service), String(collection))) return request;
  const message = 'The id of this workflow is not that of its service and collection';
  throw ApplicationFailure.create({ type: 'INVALID_ARGUMENT', message, nonRetryable: true });
}

/**
 * One round of a reconcile loop: reads what is followed, then what runs, and wakes what is followed and does not seem to
 * run. Every decision about an operation is that of the `get` of its own workflow.
 *
 * The loop ends when few have been followed for as long as processes take it for granted. What is still followed is then
 * signalled to poll at its own pace again.
 *
 * @throws ApplicationFailure: `OperationsReconciled` until the next round while the loop covers what is followed, retryable
 * with another type while it does not, non-retryable where there is no usable list
 */
export async function reconcileOnce(attempt: Attempt, request: ReconcileRequest): Promise<void> {
  const { service, collection } = request;
  const { taskQueue } = attempt.context.info;
  const loop = attempt.pollState.loop ?? FIRST_STATE;
  const startedAt = Date.now();
  // An operation that starts after this is not in it, and each that it names was started before the list is read.
  const followed = await readFollowed(attempt, request, { taskQueue, service, collection });
  const running = await readRunning(attempt, request, loop, followed);
  const { requestsPerMinute, listThreshold } = attempt.process;
  const max = maxWakes(startedAt - loop.at, requestsPerMinute);
  const { wake, waiting } = chooseWakes(followed, running.ids, loop, max, startedAt);
  const woken = new Map(waiting.map((entry) => [entry[0], entry]));
  await forEachConcurrently(wake, MAX_CONCURRENT_SIGNALS, async ({ id, times }) => {
    if (await signal(attempt, request, id, messages.poll)) woken.set(id, [id, times + 1, Date.now()]);
  });
  const isFew = followed.size <= listThreshold / 2;
  const fewSince = isFew ? (loop.fewSince ?? Date.now()) : undefined;
  attempt.update({
    ...attempt.pollState,
    failures: 0,
    loop: {
      woken: [...woken.values()],
      at: startedAt,
      ...(running.noFilter && { noFilter: true }),
      ...(fewSince && { fewSince }),
    },
  });
  if (fewSince !== undefined && startedAt - fewSince > COVERAGE_TTL_MS) return handBack(attempt, request, followed);
  const ended = wake.filter(({ times }) => times === 0).length;
  const intervalMs = listInterval({ pages: running.pages, followed: followed.size, ended }, requestsPerMinute);
  const message = `${followed.size} of ${collection} are followed, ${running.ids.size} run, ${wake.length} were woken`;
  throw retryLater(isFew ? 'FewFollowed' : RECONCILED, message, startedAt + intervalMs - Date.now());
}

async function readFollowed(
  attempt: Attempt,
  request: ReconcileRequest,
  followed: FollowedCollection,
): Promise<ReadonlySet<string>> {
  const { context, process } = attempt;
  try {
    return await process.followedSets.read(context.client, followed);
  } catch (error) {
    const problem = visibilityProblem(error);
    const failures = countFailure(attempt);
    const message = `Temporal does not list the workflows that follow ${followed.collection}`;
    if (problem === undefined || failures < MAX_REFUSALS)
      throw retryLater(problem ?? 'UNAVAILABLE', message, backoff(failures), undefined, false);
    process.coverage.recordProblem(problem);
    await handBack(attempt, request, process.followedSets.last(followed));
    throw ApplicationFailure.create({ type: problem, message, nonRetryable: true });
  }
}

async function readRunning(
  attempt: Attempt,
  { service, apiVersion, collection }: ReconcileRequest,
  loop: LoopState,
  followed: ReadonlySet<string>,
): Promise<Running> {
  try {
    return await listRunning(attempt.operations, { service, apiVersion, parent: collection }, loop);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const failures = countFailure(attempt);
    if (!isLasting(error) || failures < MAX_REFUSALS)
      throw retry(attempt, error, atLeastRetryAfter(backoff(failures), error));
    await handBack(attempt, { service, apiVersion, collection }, followed);
    throw failed(attempt, error, 'FAILED_PRECONDITION');
  }
}

function countFailure(attempt: Attempt): number {
  const failures = attempt.pollState.failures + 1;
  attempt.update({ ...attempt.pollState, failures });
  return failures;
}

/** @throws ApplicationFailure, retryable, where Temporal did not take a signal */
async function handBack(attempt: Attempt, request: ReconcileRequest, followed: ReadonlySet<string>): Promise<void> {
  let untold = 0;
  await forEachConcurrently([...followed], MAX_CONCURRENT_SIGNALS, async (id) => {
    if (!(await signal(attempt, request, id, RESUME_SIGNAL))) untold += 1;
  });
  if (untold === 0) return;
  const message = `Temporal did not take the signal to ${untold} of ${followed.size} workflows that they poll by themselves again`;
  throw retryLater('UNAVAILABLE', message, HAND_BACK_RETRY_MS, undefined, false);
}

/** @returns whether Temporal has taken the signal; if not, the next round tries again */
async function signal(
  { context }: Attempt,
  { service, collection }: ReconcileRequest,
  id: string,
  name: string,
): Promise<boolean> {
  try {
    await context.client.workflow.getHandle(workflowIdOf(service, `${collection}/${id}`)).signal(name);
    return true;
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}
