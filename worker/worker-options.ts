import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { type ActivityDeps, createActivities } from '../activities/index.js';
import { workflowBundlePath } from './bundle.js';
import type { WorkerConfig } from '../config/worker-config.js';
import { createGoogleClient } from '../config/google-client.js';
import { createNexusService } from '../nexus/service.js';

/** Attempts at once. One that waits holds a slot; the activities keep a share free for cancels and first looks. */
const ACTIVITY_SLOTS = 200;
const WORKFLOW_SLOTS = 100;
/** Executions kept in memory, at some 0.2 MB each. Any other is replayed from its two dozen events when something happens to it. */
const CACHED_WORKFLOWS = 500;

/** What the SDK is told about this worker. @throws {NotBuiltError} without a workflow bundle. */
export function workerOptions(
  config: WorkerConfig,
  connection: NativeConnection,
  observe?: ActivityDeps['onStats'],
): WorkerOptions {
  const { temporal, taskQueue, google, version } = config;
  const operations = createGoogleClient(google);
  return {
    connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: { codePath: workflowBundlePath() },
    activities: createActivities({
      operations,
      requestsPerMinute: google.requestsPerMinute,
      onStats: observe,
    }),
    nexusServices: [createNexusService({ operations })],
    maxConcurrentActivityTaskExecutions: ACTIVITY_SLOTS,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_SLOTS,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    // Sent at least this often, a heartbeat that is lost is not yet a worker that died: that takes 7 s.
    maxHeartbeatThrottleInterval: '3s',
    // When a worker dies, what was sticky to it waits this long before another takes it: 10 s by default.
    stickyQueueScheduleToStartTimeout: '2s',
    // A request under way gets a moment to end; then attempts hand back. Temporal's timer takes up to a second more, and another
    // worker has to go on within two.
    shutdownGraceTime: '500ms',
    shutdownForceTime: '8s',
    ...(version && {
      workerDeploymentOptions: {
        version,
        useWorkerVersioning: true,
        // A cancellation may take weeks: it must not hold an old version alive.
        defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
      },
    }),
  };
}
