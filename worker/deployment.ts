import { setTimeout as delay } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig, WorkerVersion } from '../config/worker-config.js';
import { shellWord } from '../contract/text.js';
import type { Logger } from './log.js';

/** The versions of a deployment that Temporal routes tasks to. Without a current one: the unversioned workers. */
type Routing = Awaited<ReturnType<typeof readRouting>>;
/** A version as Temporal's API writes it. */
type Version = { deploymentName?: string | null; buildId?: string | null };

const POLL_INTERVAL_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
/** The time that a deployment may take to make a new version current before the worker warns. */
const WARN_AFTER_MS = 3_000;

/**
 * Logs once how to make a worker's version current if Temporal routes no work to it, and logs when it does. It returns
 * then, or when the signal aborts. A version that is not current is ready all the same: it has to be, to be made current.
 */
export async function logVersionRouting(
  { version, temporal }: WorkerConfig,
  connection: NativeConnection,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<void> {
  if (version === undefined) return;
  const startedAt = Date.now();
  for (let warned = false; !signal.aborted;) {
    // Temporal does not know the deployment until just after the first poll.
    const routing = await readRouting(version, temporal, connection).catch(() => undefined);
    if (routing !== undefined && isRoutedTo(version, routing)) {
      log.info(`${versionLabel(version)} gets work: it is the current or the ramping version`);
      return;
    }
    if (routing !== undefined && !warned && Date.now() - startedAt >= WARN_AFTER_MS) {
      warned = true;
      log.warn(howToMakeCurrent(version, routing, temporal));
    }
    await delay(warned ? 5 * POLL_INTERVAL_MS : POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function readRouting(
  { deploymentName }: WorkerVersion,
  { namespace }: { namespace: string },
  connection: NativeConnection,
) {
  const { workerDeploymentInfo } = await connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, () =>
    connection.workflowService.describeWorkerDeployment({ namespace, deploymentName }),
  );
  return workerDeploymentInfo?.routingConfig ?? {};
}

function isRoutedTo(version: WorkerVersion, routing: Routing): boolean {
  return [routing.currentDeploymentVersion, routing.rampingDeploymentVersion].some(
    (other) => other?.deploymentName === version.deploymentName && other.buildId === version.buildId,
  );
}

function howToMakeCurrent(
  version: WorkerVersion,
  { currentDeploymentVersion: current }: Routing,
  { address, namespace }: { address: string; namespace: string },
): string {
  const receiver = !current ? 'only unversioned workers do' : `${versionLabel(current)} does`;
  const command = [
    'temporal worker deployment set-current-version --yes',
    `--deployment-name ${shellWord(version.deploymentName)} --build-id ${shellWord(version.buildId)}`,
    `--address ${shellWord(address)} --namespace ${shellWord(namespace)}`,
  ].join(' ');
  return `${versionLabel(version)} gets no work: it is not the current version of its deployment; ${receiver}. Make it current: ${command}`;
}

function versionLabel({ deploymentName, buildId }: Version): string {
  return `Version ${deploymentName}.${buildId}`;
}
