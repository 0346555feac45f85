import { setTimeout as delay } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig, WorkerVersion } from '../config/worker-config.js';
import type { Logger } from './log.js';

/** Which version of a deployment Temporal gives its work to; one that is left out is the workers without a version. */
export interface Routing {
  current?: WorkerVersion | undefined;
  /** Gets a share. */
  ramping?: WorkerVersion | undefined;
}

/** `undefined` where Temporal does not know the deployment yet, which takes a moment after the first poll. */
export type AskRouting = () => Promise<Routing | undefined>;

const ASK_EVERY = 1_000;
const ASK_WITHIN = 2_000;
/** So long a version that was just deployed may take to be made current before anybody hears of it. */
const PATIENCE = 3_000;

/**
 * Says what to do where a version gets no work, once, and when it gets some. It returns then, or when the signal aborts: a
 * version is ready before it is current, so that this is no reason to be unready.
 */
export async function watchVersion(
  config: Pick<WorkerConfig, 'temporal'> & { version: WorkerVersion },
  ask: AskRouting,
  { log, signal, askEvery = ASK_EVERY }: { log: Logger; signal: AbortSignal; askEvery?: number },
): Promise<void> {
  const { version, temporal } = config;
  const begun = Date.now();
  for (let told = false; !signal.aborted;) {
    const routing = await ask().catch(() => undefined);
    if (routing !== undefined && getsWork(version, routing)) {
      log.info(`${written(version)} gets work: it is current, or gets a share`);
      return;
    }
    if (routing !== undefined && !told && Date.now() - begun >= PATIENCE) {
      told = true;
      log.warn(adviceOn(version, routing, temporal));
    }
    await delay(told ? 5 * askEvery : askEvery, undefined, { signal }).catch(() => undefined);
  }
}

/** Asks Temporal for the routing of a worker's deployment; `undefined` where the worker has no version. */
export async function routingOf(
  { temporal: { namespace }, version }: WorkerConfig,
  connection: NativeConnection,
): Promise<Routing | undefined> {
  if (version === undefined) return undefined;
  const { deploymentName } = version;
  const { workerDeploymentInfo } = await connection.withDeadline(Date.now() + ASK_WITHIN, () =>
    connection.workflowService.describeWorkerDeployment({ namespace, deploymentName }),
  );
  const { currentDeploymentVersion, rampingDeploymentVersion } = workerDeploymentInfo?.routingConfig ?? {};
  return { current: asVersion(currentDeploymentVersion), ramping: asVersion(rampingDeploymentVersion) };
}

/** Whether Temporal gives new work to a version. */
export function getsWork(version: WorkerVersion, { current, ramping }: Routing): boolean {
  return [current, ramping].some(
    (other) => other?.deploymentName === version.deploymentName && other.buildId === version.buildId,
  );
}

/** What to do so that a version gets work. */
export function adviceOn(
  version: WorkerVersion,
  { current }: Routing,
  { address, namespace }: { address: string; namespace: string },
): string {
  const who = current === undefined ? 'only workers without a version would' : `${written(current)} does`;
  const command = [
    'temporal worker deployment set-current-version --yes',
    `--deployment-name ${shellWord(version.deploymentName)} --build-id ${shellWord(version.buildId)}`,
    `--address ${shellWord(address)} --namespace ${shellWord(namespace)}`,
  ].join(' ');
  return `${written(version)} gets no work: it is not the current version of its deployment, and ${who}. Make it current: ${command}`;
}

function written({ deploymentName, buildId }: WorkerVersion): string {
  return `Version ${deploymentName}.${buildId}`;
}

function shellWord(word: string): string {
  return /^[\w\-./:=@%+,~]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function asVersion(
  given: { deploymentName?: string | null; buildId?: string | null } | null | undefined,
): WorkerVersion | undefined {
  return given ? { deploymentName: given.deploymentName ?? '', buildId: given.buildId ?? '' } : undefined;
}
