import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, createGoogleClient, createNexusService, readWorkerConfig } from 'temporal-lro';

/** Activity attempts at once. The activities leave a share of them for cancels, and for yours. */
const activitySlots = 200;

// The variables of temporal-lro's own worker: TEMPORAL_*, GOOGLE_SERVICES, ALLOWED_OPERATIONS and the rest.
const { temporal, taskQueue, google } = readWorkerConfig(process.env);

// Activities and Nexus service share the client, and with it the rules of what this worker may touch.
const operations = createGoogleClient(google);

const connection = await NativeConnection.connect(temporal.connection);
try {
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    activities: {
      // Put your own beside these.
      ...createActivities({ operations, requestsPerMinute: google.requestsPerMinute, activitySlots }),
    },
    maxConcurrentActivityTaskExecutions: activitySlots,
    nexusServices: [createNexusService({ operations })],
    // With these, another worker takes over from a killed one within seconds.
    maxHeartbeatThrottleInterval: '3s',
    stickyQueueScheduleToStartTimeout: '2s',
    shutdownGraceTime: '500ms',
  });
  await worker.run();
} finally {
  await connection.close();
}
