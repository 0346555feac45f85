import type { Client } from '@temporalio/client';
import { msOf } from '../../client/pending-activity.js';
import type { ReconcileRequest } from '../../contract/activities.js';
import { RECONCILED, workflowTypes } from '../../contract/messages.js';
import { parseWorkflowId, reconcileIdOf } from '../../contract/workflow-id.js';
import { kindOf } from '../../google/kinds/find-kind.js';
import type { Attempt } from '../attempt.js';
import type { FollowedSets } from './followed-sets.js';
import { type FollowedCollection, visibilityProblem } from '../../client/followed.js';
import { grpcError } from '../../client/grpc-error.js';

/** Up to 50 operations of a collection are polled one by one: by long polls they use half of the default request limit. */
export const DEFAULT_LIST_THRESHOLD = 50;
/** How long a process takes for granted that a loop covers a collection. */
export const COVERAGE_TTL_MS = 15_000;
/** The first round of a loop takes a second or two. */
const STARTING_TTL_MS = 2_000;
const UNCOVERED_TTL_MS = 30_000;
/** A loop that could not be used, and a Temporal that lists no workflows, are tried again after an hour. */
const UNUSABLE_MS = 3_600_000;
/** A round that is this late does not come. */
const MAX_LATE_MS = 30_000;
/** Temporal is asked about a collection once this process has met so many of its operations, as a share of the threshold. */
const SEEN_SHARE = 1 / 5;
/** An attempt holds a slot no longer than this for the answer; until then what was known counts. */
const MAX_CHECK_WAIT_MS = 1_000;
const DESCRIBE_TIMEOUT_MS = 5_000;
/** Operations of further collections, whose names callers may have made up, are polled one by one. */
const MAX_COLLECTIONS = 5_000;
/** Temporal's first priority: a round spares the attempts that wait before it. */
const FIRST_KEY = 1;
const RUNNING = 1;
const FAILED = 3;

interface Known {
  /** Names that were asked about, up to the number from which on Temporal is asked. */
  names: Set<string>;
  isCovered: boolean;
  /** When to ask Temporal again, in ms since 1970. */
  checkAt: number;
  checking?: Promise<void> | undefined;
}

/** The knowledge of this process about the reconcile loops, each for a few seconds; Temporal has the truth. */
export type Coverage = ReturnType<typeof createCoverage>;

/** @param listThreshold with more that are followed a collection has a loop */
export function createCoverage(listThreshold: number, followedSets: FollowedSets) {
  const collections = new Map<string, Known>();
  let problem: { code: string; until: number } | undefined;
  const recordProblem = (code: string): void => {
    problem = { code, until: Date.now() + UNUSABLE_MS };
  };
  const check = async (known: Known, { context }: Attempt, request: ReconcileRequest): Promise<void> => {
    let ttlMs = UNCOVERED_TTL_MS;
    let isCovered = false;
    try {
      const loop = { taskQueue: context.info.taskQueue, ...request };
      const state = await stateOfLoop(context.client, loop);
      isCovered = state === 'covers';
      if (isCovered) ttlMs = COVERAGE_TTL_MS;
      if (state === 'starting') ttlMs = STARTING_TTL_MS;
      if (state !== 'none' || (await followedSets.read(context.client, loop)).size <= listThreshold) return;
      await startLoop(context.client, loop.taskQueue, request);
      ttlMs = STARTING_TTL_MS;
    } catch (error) {
      const code = visibilityProblem(error);
      if (code === undefined) return;
      if (problem === undefined)
        context.log.warn(
          `Temporal answers ${code} to lists of workflows: many operations of a collection are polled one by one`,
        );
      recordProblem(code);
    } finally {
      known.isCovered = isCovered;
      known.checkAt = Date.now() + ttlMs;
    }
  };
  return {
    /** The code by which Temporal refuses to list workflows for this worker, if it does. */
    get problem() {
      return problem && Date.now() < problem.until ? problem.code : undefined;
    },
    recordProblem,
    /**
     * Whether a reconcile loop wakes the workflow of this attempt when its operation has ended. If many of its collection
     * are followed and there is no loop, one is started.
     */
    async isCovered(attempt: Attempt): Promise<boolean> {
      const request = requestFor(attempt);
      if (request === undefined || (problem && Date.now() < problem.until)) return false;
      const key = `${request.service} ${request.collection}`;
      const known = collections.get(key) ?? { names: new Set(), isCovered: false, checkAt: 0 };
      collections.delete(key);
      collections.set(key, known);
      for (const oldest of collections.size > MAX_COLLECTIONS ? collections.keys() : []) {
        collections.delete(oldest);
        break;
      }
      const enough = Math.ceil(listThreshold * SEEN_SHARE);
      if (known.names.size < enough) known.names.add(attempt.ref.name);
      if (known.names.size < enough) return false;
      if (Date.now() >= known.checkAt) {
        known.checking ??= check(known, attempt, request).finally(() => (known.checking = undefined));
        await Promise.race([known.checking, attempt.sleep(MAX_CHECK_WAIT_MS)]);
      }
      return known.isCovered;
    },
  };
}

/** The collection of an attempt's operation; `undefined` under another workflow id, or where there is no list of all. */
function requestFor({ ref, context }: Attempt): ReconcileRequest | undefined {
  const { service, apiVersion, name } = ref;
  const own = parseWorkflowId(context.info.workflowExecution?.workflowId ?? '');
  if (own?.name !== name || own.service !== service || !name.includes('/')) return undefined;
  const { none, leavesOut } = kindOf({ service, name })?.list ?? {};
  if (none !== undefined || leavesOut !== undefined) return undefined;
  return { service, apiVersion, collection: name.slice(0, name.lastIndexOf('/')) };
}

/**
 * Whether a loop covers its collection, has begun or ends, was of no use in the last hour or cannot run because something
 * else has its id, or does not run.
 */
async function stateOfLoop(
  client: Client,
  { taskQueue, service, collection }: FollowedCollection,
): Promise<'covers' | 'starting' | 'unusable' | 'none'> {
  const execution = { workflowId: reconcileIdOf(taskQueue, service, collection) };
  const request = { namespace: client.options.namespace, execution };
  try {
    const { workflowExecutionInfo: info, pendingActivities } = await client.connection.withDeadline(
      Date.now() + DESCRIBE_TIMEOUT_MS,
      () => client.workflowService.describeWorkflowExecution(request),
    );
    const ago = Date.now() - UNUSABLE_MS;
    if (info?.status === FAILED && info.closeTime && msOf(info.closeTime) > ago) return 'unusable';
    if (info?.status !== RUNNING) return 'none';
    const isLoop = info.type?.name === workflowTypes.reconcileOperations && info.taskQueue === taskQueue;
    if (!isLoop) return 'unusable';
    const [round] = pendingActivities ?? [];
    const dueAt = round?.nextAttemptScheduleTime ?? round?.lastStartedTime;
    const isCurrent = dueAt != null && msOf(dueAt) > Date.now() - MAX_LATE_MS;
    return isCurrent && round?.lastFailure?.applicationFailureInfo?.type === RECONCILED ? 'covers' : 'starting';
  } catch (error) {
    if (grpcError(error)?.code === 'NOT_FOUND') return 'none';
    throw error;
  }
}

async function startLoop(client: Client, taskQueue: string, request: ReconcileRequest): Promise<void> {
  await client.workflow.start(workflowTypes.reconcileOperations, {
    workflowId: reconcileIdOf(taskQueue, request.service, request.collection),
    taskQueue,
    args: [request],
    workflowIdConflictPolicy: 'USE_EXISTING',
    // Its first task goes to this worker, and does not wait behind those of thousands that have just been started.
    requestEagerStart: true,
    priority: { priorityKey: FIRST_KEY },
  });
}
