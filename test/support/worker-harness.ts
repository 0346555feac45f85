import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { WorkerProcess } from '../../devserver/worker-process.js';
import {
  type Emulator,
  type LogEntry,
  type Method,
  type OperationScript,
  startEmulator,
} from '../../emulator/index.js';
import { eventsOf, toMs } from './history.js';
import { until } from './until.js';
import { WorkerProcesses } from './worker-process.js';
import { SERVICE, type Handle } from './world.js';

// temporal.api.enums.v1.PendingActivityState
const SCHEDULED = 1;

type Type = 'cancelOperation' | 'watchOperation';
type Description = Awaited<ReturnType<Handle['describe']>>['raw'];
export type PendingActivity = NonNullable<Description['pendingActivities']>[number];

/** Worker processes between a Temporal server and an emulator of their own, to be ended while they work. */
export class WorkerHarness {
  private constructor(
    readonly emulator: Emulator,
    readonly workers: WorkerProcesses,
    readonly client: Client,
    private readonly connection: Connection,
    readonly taskQueue: string,
  ) {}

  /** @param address of the Temporal server */
  static async create(address: string): Promise<WorkerHarness> {
    const emulator = await startEmulator();
    const taskQueue = `harness-${randomUUID()}`;
    const connection = await Connection.connect({ address });
    const workers = new WorkerProcesses({
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      LOG_LEVEL: 'info',
    });
    return new WorkerHarness(emulator, workers, new Client({ connection }), connection, taskQueue);
  }

  /** Starts workers until so many run. */
  async ensureWorkers(count: number): Promise<void> {
    const missing = Math.max(0, count - this.workers.running.length);
    await Promise.all(Array.from({ length: missing }, () => this.workers.start()));
  }

  /** Adds an operation and starts a workflow of it. */
  async start(
    type: Type,
    script: Omit<OperationScript, 'name'> = {},
    input: Record<string, unknown> = {},
  ): Promise<{ name: string; handle: Handle }> {
    const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
    this.emulator.add({ name, ...script });
    const handle = (await this.client.workflow.start(type, {
      workflowId: workflowIdOf(SERVICE, name),
      taskQueue: this.taskQueue,
      args: [{ name, ...input }],
    })) as WorkflowHandle as Handle;
    return { name, handle };
  }

  /** Waits until a request has arrived that is not answered yet. */
  async untilRequested(name: string, method: Method): Promise<void> {
    await this.waitFor(name, ({ endedAt, ...entry }) => endedAt === undefined && entry.method === method);
  }

  /** The worker that makes an attempt of this activity. */
  async workerOfActivity(handle: Handle, activityId: string): Promise<WorkerProcess> {
    const { lastWorkerIdentity } = await this.pendingActivity(
      handle,
      activityId,
      (pending) => (pending.lastWorkerIdentity ?? '') !== '',
    );
    return this.byIdentity(lastWorkerIdentity ?? '');
  }

  /** Waits until an activity is in its backoff, in which Temporal has a timer and no worker has the activity. */
  untilInBackoff(handle: Handle, activityId: string): Promise<PendingActivity> {
    return this.pendingActivity(
      handle,
      activityId,
      ({ state, nextAttemptScheduleTime }) => state === SCHEDULED && toMs(nextAttemptScheduleTime) > Date.now(),
    );
  }

  /** Waits until an activity is pending and satisfies the condition. */
  async pendingActivity(
    handle: Handle,
    activityId: string,
    isWanted: (pending: PendingActivity) => boolean = () => true,
  ): Promise<PendingActivity> {
    const found = await until(
      async () => {
        const { raw } = await handle.describe();
        return raw.pendingActivities?.find((activity) => activity.activityId === activityId);
      },
      (pending) => pending !== undefined && isWanted(pending),
    );
    return found ?? {};
  }

  /** The worker that keeps the workflow in memory: its last workflow task was there. */
  async workerOfWorkflow(handle: Handle): Promise<WorkerProcess> {
    const events = await eventsOf(handle);
    const last = events.findLast((event) => event.workflowTaskStartedEventAttributes);
    return this.byIdentity(last?.workflowTaskStartedEventAttributes?.identity ?? '');
  }

  /** Waits for the next request after a moment, in ms since 1970. @returns how long after, in ms */
  async nextRequest(name: string, method: Method | undefined, since: number): Promise<number> {
    const isNext = (entry: LogEntry) => entry.at > since && (method === undefined || entry.method === method);
    await this.waitFor(name, isNext);
    return (this.emulator.requests(name).find(isNext)?.at ?? 0) - since;
  }

  async close(): Promise<void> {
    await this.workers.close();
    await this.connection.close();
    await this.emulator.close();
  }

  private async waitFor(name: string, isMeant: (entry: LogEntry) => boolean): Promise<void> {
    await this.emulator.waitFor((log) => log.some((entry) => entry.name === name && isMeant(entry)));
  }

  private byIdentity(identity: string): WorkerProcess {
    const worker = this.workers.running.find(({ pid }) => identity.startsWith(`${pid}@`));
    if (worker === undefined) throw new Error(`no worker is ${identity}`);
    return worker;
  }
}
