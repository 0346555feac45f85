import { explainTemporal } from './errors.js';
import { ANSWER_WITHIN_MS } from './grpc.js';
import type { Session } from './session.js';
import { temporalLine, workerLine } from '../output/follow-up-command.js';

/** A poll lasts a minute at most: who has not come back after that is gone. Temporal remembers pollers for five. */
const GONE_AFTER_MS = 75_000;
/** `WORKER_VERSIONING_MODE_VERSIONED` of Temporal's API. */
const VERSIONED = 2;

/** Whether there is a worker that Temporal gives work to. */
export interface Presence {
  there: boolean;
  /** Who polls in vain: a version that is not the current one of its deployment, or workers without one where there is one. */
  idle?: { deploymentName: string; buildId: string } | 'unversioned' | undefined;
}

/**
 * Whether a worker polls the task queue that gets work, as far as Temporal knows; one that was killed a moment ago still counts.
 * It is the first thing a command asks Temporal, and so finds out whether the namespace is there.
 *
 * @throws {CommandError} `NO_NAMESPACE`, `NOT_ALLOWED` or `NO_CONNECTION`
 */
export async function findWorker(session: Session): Promise<Presence> {
  const { client, address, namespace, taskQueue } = session;
  try {
    const { pollers, versioningInfo } = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
      }),
    );
    const alive = pollers.filter(
      ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < GONE_AFTER_MS,
    );
    return presenceOf(alive, versioningInfo ?? {});
  } catch (error) {
    throw explainTemporal(error, { address, namespace });
  }
}

type Version = { deploymentName?: string | null; buildId?: string | null } | null | undefined;

interface Poller {
  deploymentOptions?: (NonNullable<Version> & { workerVersioningMode?: unknown }) | null;
}

/** Without a current version Temporal gives work to workers that have none. What an older server does not tell counts as a worker. */
export function presenceOf(
  pollers: readonly Poller[],
  routing: { currentDeploymentVersion?: Version; rampingDeploymentVersion?: Version },
): Presence {
  const { currentDeploymentVersion: current, rampingDeploymentVersion: ramping } = routing;
  const versions = pollers.map(({ deploymentOptions }) =>
    deploymentOptions?.workerVersioningMode === VERSIONED ? deploymentOptions : undefined,
  );
  if (versions.some((version) => isSame(version, current) || (ramping && isSame(version, ramping))))
    return { there: true };
  const idle = versions.find((version) => version !== undefined);
  if (idle === undefined) return { there: false, idle: pollers.length > 0 ? 'unversioned' : undefined };
  const { deploymentName, buildId } = idle;
  return { there: false, idle: { deploymentName: deploymentName ?? '', buildId: buildId ?? '' } };
}

function isSame(one: Version, other: Version): boolean {
  return one?.deploymentName === other?.deploymentName && one?.buildId === other?.buildId;
}

/** Says that no worker is there, what that means for `what`, and what to do. */
export function noWorker(session: Session, what: string, { idle }: Presence): string {
  const { taskQueue, namespace, address, flags } = session;
  const place = `the task queue ${taskQueue} in namespace ${namespace} at ${address}`;
  if (idle === undefined) return `No worker polls ${place}. ${what} Start one: ${workerLine(flags)}`;
  if (idle === 'unversioned') {
    return (
      `No worker gets the work of ${place}: those that poll it have no version, and a version of a deployment is current. ` +
      `${what} Start a worker of that version, with WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID.`
    );
  }
  const { deploymentName, buildId } = idle;
  const words = ['worker', 'deployment', 'set-current-version', '--yes'];
  const makeCurrent = temporalLine(
    flags,
    ...words,
    '--deployment-name',
    deploymentName,
    '--build-id',
    buildId,
  );
  return (
    `No worker gets the work of ${place}: version ${deploymentName}.${buildId} polls it and is not the current version of its ` +
    `deployment. ${what} Make it current: ${makeCurrent}`
  );
}

/** Says that a worker should be there and does not answer. */
export function silentWorker({ taskQueue, namespace, address, flags }: Session, what: string): string {
  return (
    `No worker answers on the task queue ${taskQueue} in namespace ${namespace} at ${address}, although one polled it ` +
    `within the last minute. ${what} Start one: ${workerLine(flags)}`
  );
}
