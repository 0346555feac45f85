import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { startTemporal, type TemporalServer } from '../../devserver/index.js';
import { workerEnvironment } from '../../devserver/worker-environment.js';
import { WorkerProcess } from '../../devserver/worker-process.js';
import { startEmulator } from '../../emulator/index.js';
import type { Cleanup } from '../../devserver/cleanup.js';
import { writeEmptyProfile } from '../../devserver/empty-profile.js';
import type { DemoLog } from './log.js';
import { services } from './scenarios.js';

/** The services that the demonstration runs on. */
export type DemoEnvironment = Awaited<ReturnType<typeof createEnvironmentOn>>;

/**
 * Starts Temporal and the emulator. `TEMPORAL_ADDRESS` is not used: both are new, and no other
 * worker polls the task queue.
 *
 * @param cleanup gets how to end each service as soon as it runs
 * @param fail ends the demonstration with an error; it is also called when a service ends by itself
 * @param ui whether to serve the Temporal UI too
 * @throws {TemporalServerError} where there is no Temporal CLI on this machine and none can be downloaded or built
 */
export async function createEnvironment(log: DemoLog, cleanup: Cleanup, fail: (error: Error) => void, ui: boolean) {
  log.event('Temporal', 'starting a server for the demonstration');
  const temporal = await startTemporal({ ui, say: (line) => log.event('Temporal', line) });
  cleanup.add(() => temporal.stop());
  void temporal.exited.then(({ code, signal }) =>
    fail(new Error(`The Temporal server ended unexpectedly (${signal ?? `exit code ${code}`}). Run the demo again.`)),
  );
  log.event('Temporal', `server ${temporal.version} ready at ${temporal.address}`);
  if (temporal.uiUrl !== undefined) log.event('Temporal', `UI at ${temporal.uiUrl}`);
  return createEnvironmentOn(temporal, log, cleanup, fail);
}

/** Starts the emulator beside a Temporal server. */
export async function createEnvironmentOn(
  { address, namespace, uiUrl }: Pick<TemporalServer, 'address' | 'namespace' | 'uiUrl'>,
  log: DemoLog,
  cleanup: Cleanup,
  fail: (error: Error) => void,
) {
  const emulator = await startEmulator();
  cleanup.add(() => emulator.close());
  log.event('Google', `an emulator at ${emulator.host}`);

  // A proxy of the environment does not apply to this machine.
  const connection = await Connection.connect({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  cleanup.add(() => connection.close());
  const taskQueue = `demo-${randomUUID()}`;
  const workerEnv = workerEnvironment(process.env, {
    // The user's own profile may contain keys and certificates for another server.
    TEMPORAL_CONFIG_FILE: await writeEmptyProfile(),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
    GOOGLE_SERVICES: services.join(','),
    LOG_LEVEL: 'info',
  });
  return {
    client: new Client({ connection, namespace }),
    emulator,
    log,
    taskQueue,
    /** `http://host:port/namespaces/…/workflows` of the Temporal UI, if it is served. */
    workflowsUrl: uiUrl && `${uiUrl}/namespaces/${namespace}/workflows`,
    async startWorker() {
      const worker = new WorkerProcess(workerEnv);
      cleanup.add(() => worker.kill());
      void worker.exited.then(({ reason }) => {
        if (!worker.isEnding) fail(new Error(`The worker ended unexpectedly (${reason}).`));
      });
      await worker.ready();
      log.event('worker', `ready, process ${worker.pid}`);
      return worker;
    },
    fail,
  };
}
