import { temporalLine, workerLine } from '../output/follow-up-command.js';
import { toCommandError } from './errors.js';
import { SERVER_TIMEOUT_MS, type Session } from './session.js';

/** A task queue poll lasts a minute at most; Temporal lists a poller for five minutes after its last one. */
const POLLER_GONE_AFTER_MS = 75_000;
/** `WORKER_VERSIONING_MODE_VERSIONED` of Temporal's API. */
const VERSIONED = 2;

/** The state of a task queue's workers: whether Temporal gives one of them work. */
export interface WorkerPresence {
  isAvailable: boolean;
  /**
   * Workers that poll and get no work: a version that is not the current one of its deployment, or workers
   * without a version where a version is current.
   */
  idle?: { deploymentName: string; buildId: string } | 'unversioned' | undefined;
}

/**
 * Asks Temporal whether a worker polls the session's task queue. A worker that was killed less than 75 s ago
 * still counts. Commands call this first, so it also finds out whether the namespace exists.
 *
 * @throws {CommandError} `NO_NAMESPACE`, `NOT_ALLOWED` or `NO_CONNECTION`
 */
export async function findWorker(session: Session): Promise<WorkerPresence> {
  const { client, namespace, taskQueue } = session;
  try {
    const { pollers, versioningInfo } = await client.withDeadline(Date.now() + SERVER_TIMEOUT_MS, () =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
    );
    const alive = pollers.filter(
      ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < POLLER_GONE_AFTER_MS,
    );
    return presenceOf(alive, versioningInfo ?? {});
  } catch (error) {
    throw toCommandError(error, session);
  }
}

type Version = { deploymentName?: string | null; buildId?: string | null } | null | undefined;

interface Poller {
  deploymentOptions?: (NonNullable<Version> & { workerVersioningMode?: unknown }) | null;
}

/**
 * The pollers that get work: without a current version those without a version. A poller without version
 * information from an older server counts as one without.
 */
export function presenceOf(
  pollers: readonly Poller[],
  routing: { currentDeploymentVersion?: Version; rampingDeploymentVersion?: Version },
): WorkerPresence {
  const { currentDeploymentVersion: current, rampingDeploymentVersion: ramping } = routing;
  const versions = pollers.map(({ deploymentOptions }) =>
    deploymentOptions?.workerVersioningMode === VERSIONED ? deploymentOptions : undefined,
  );
  if (versions.some((version) => isSame(version, current) || (ramping && isSame(version, ramping))))
    return { isAvailable: true };
  const idle = versions.find((version) => version !== undefined);
  if (idle === undefined) return { isAvailable: false, idle: pollers.length > 0 ? 'unversioned' : undefined };
  const { deploymentName, buildId } = idle;
  return { isAvailable: false, idle: { deploymentName: deploymentName ?? '', buildId: buildId ?? '' } };
}

function isSame(one: Version, other: Version): boolean {
  return one?.deploymentName === other?.deploymentName && one?.buildId === other?.buildId;
}

/**
 * The message that no worker is available, or that the available one does not answer.
 *
 * @param consequence the consequence: a sentence
 * @param heldBy the id of the workflow that is on the queue; the message then has how to get it to another one
 */
export function noWorkerMessage(
  session: Session,
  consequence: string,
  presence: WorkerPresence,
  heldBy?: string,
): string {
  const message = `${noWorkerProblem(session, presence)} ${consequence} ${wayToStart(session, presence)}`;
  // A worker that is only slow needs no other queue.
  if (heldBy === undefined || presence.isAvailable) return message;
  return [
    message,
    `The execution ${heldBy} is on that queue and holds the id; no flag moves it. To have another queue, end it, and run ` +
      'the command again with --task-queue:',
    `  ${temporalLine(session.flags, 'workflow', 'terminate', '--workflow-id', heldBy)}`,
  ].join('\n');
}

function noWorkerProblem({ taskQueue, namespace, address }: Session, { isAvailable, idle }: WorkerPresence): string {
  const queue = `the task queue ${taskQueue} in namespace ${namespace} at ${address}`;
  if (isAvailable) return `No worker answers on ${queue}, although one polled it within the last minute.`;
  if (idle === undefined) return `No worker polls ${queue}.`;
  if (idle === 'unversioned')
    return `No worker gets work from ${queue}: those that poll it have no version, and a version of a deployment is current.`;
  const { deploymentName, buildId } = idle;
  return (
    `No worker gets work from ${queue}: version ${deploymentName}.${buildId} polls it and is not the current version of its ` +
    'deployment.'
  );
}

function wayToStart({ flags }: Session, { isAvailable, idle }: WorkerPresence): string {
  if (isAvailable || idle === undefined) return `Start one: ${workerLine(flags)}`;
  if (idle === 'unversioned') return 'Start a worker of that version, with WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID.';
  const words = ['worker', 'deployment', 'set-current-version', '--yes'];
  const version = ['--deployment-name', idle.deploymentName, '--build-id', idle.buildId];
  return `Make it current: ${temporalLine(flags, ...words, ...version)}`;
}
