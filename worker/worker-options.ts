import { ApplicationFailure, Context } from '@temporalio/activity';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { type ActivityDeps, createActivities } from '../activities/index.js';
import { createGoogleClient } from '../config/google-client.js';
import type { WorkerConfig } from '../config/worker-config.js';
import { quoted } from '../contract/text.js';
import { createNexusService } from '../nexus/service.js';
import { activitySpans } from '../telemetry/activity-spans.js';
import { workflowSpans } from '../telemetry/workflow-spans.js';
import { boundEncoding } from './bound-encoding.js';
import { ownBuildId, workflowBundle } from './bundle.js';
import { withoutStacks } from './nexus-failures.js';

/** Activity attempts at once. One that waits holds a slot; the activities leave a share for cancels and first polls. */
const ACTIVITY_SLOTS = 200;
const WORKFLOW_SLOTS = 100;
/**
 * Executions kept in memory, at about 0.5 MB each. Any other is replayed from its two dozen events when
 * something happens to it.
 */
const CACHED_WORKFLOWS = 250;

/** The name of the deployment without Worker Versioning. */
const OWN_DEPLOYMENT = 'temporal-lro';

/** The part of a worker's configuration for the SDK. */
export type WorkerSettings = Pick<WorkerConfig, 'taskQueue' | 'google' | 'version' | 'patches'> & {
  temporal: { namespace: string };
  /** Default: Temporal's own. */
  dataConverter?: DataConverter | undefined;
};

/** The SDK runs it for an activity of any type that has none. @throws ApplicationFailure `UNIMPLEMENTED`, for good */
function unknownActivity(): never {
  const message = `This worker has no activity of type ${quoted(Context.current().info.activityType)}`;
  throw ApplicationFailure.create({ type: 'UNIMPLEMENTED', message, nonRetryable: true });
}

/**
 * The SDK's options for a worker that runs the prebuilt workflows, the activities and the Nexus service.
 *
 * @param onStats is given a function that reads the state of the activities, for gauges
 */
export async function workerOptions(
  { temporal, taskQueue, google, version, patches, dataConverter }: WorkerSettings,
  connection: NativeConnection,
  onStats?: ActivityDeps['onStats'],
): Promise<WorkerOptions> {
  const operations = createGoogleClient(google);
  const bundle = await workflowBundle(dataConverter);
  const { requestsPerMinute, attemptsPerSecond } = google;
  const limits = { requestsPerMinute, attemptsPerSecond, activitySlots: ACTIVITY_SLOTS };
  const activities = createActivities({ operations, ...limits, onStats });
  return {
    connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: bundle,
    // The SDK decodes with the last codec first, so this one sees what those of a host have decoded.
    dataConverter: { ...dataConverter, payloadCodecs: [boundEncoding, ...(dataConverter?.payloadCodecs ?? [])] },
    activities: { ...activities, default: unknownActivity },
    nexusServices: [createNexusService({ operations })],
    interceptors: {
      activity: [(context) => ({ inbound: activitySpans(context) })],
      nexus: [() => ({ inbound: withoutStacks })],
    },
    sinks: workflowSpans,
    maxConcurrentActivityTaskExecutions: ACTIVITY_SLOTS,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_SLOTS,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    // An attempt whose worker died times out after 7 s without a heartbeat: at this rate a lost heartbeat
    // does not cause that.
    maxHeartbeatThrottleInterval: '3s',
    // The wait before another worker gets the workflow tasks of a dead worker: 10 s by default.
    stickyQueueScheduleToStartTimeout: '2s',
    // A request under way gets this long to end, then its attempt ends for another worker, which takes over
    // within two seconds.
    shutdownGraceTime: '500ms',
    shutdownForceTime: '8s',
    ...(patches && { patchActivationCallback: ({ patchId }: { patchId: string }) => patches.includes(patchId) }),
    workerDeploymentOptions:
      version === undefined
        ? { version: { deploymentName: OWN_DEPLOYMENT, buildId: await ownBuildId(bundle) }, useWorkerVersioning: false }
        : {
            version,
            useWorkerVersioning: true,
            // A cancellation may take weeks, and must not keep an old version alive.
            defaultVersioningBehavior: 'AUTO_UPGRADE',
          },
  };
}
