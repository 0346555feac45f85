import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf } from '../../contract/names.js';
import { type Emulator, type Method, type OperationScript, startEmulator } from '../../emulator/index.js';
import { eventsOf, until } from './history.js';
import { type WorkerProcess, WorkerProcesses } from './worker-processes.js';
import { SERVICE, type Handle } from './world.js';

/** Requests that do not come within this time are not waited for. */
const GIVE_UP = 60_000;

// temporal.api.enums.v1.PendingActivityState
const SCHEDULED = 1;

type Type = 'cancelOperation' | 'watchOperation';

/** Worker processes between a Temporal server and an emulator, to be ended while they work. */
export class Crew {
  private constructor(
    readonly emulator: Emulator,
    readonly workers: WorkerProcesses,
    readonly client: Client,
    private readonly connection: Connection,
    readonly taskQueue: string,
  ) {}

  static async on(address: string): Promise<Crew> {
    const emulator = await startEmulator();
    const taskQueue = `crew-${randomUUID()}`;
    const connection = await Connection.connect({ address });
    const workers = new WorkerProcesses({
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      LOG_LEVEL: 'info',
    });
    return new Crew(emulator, workers, new Client({ connection }), connection, taskQueue);
  }

  /** Has so many workers running. */
  async have(count: number): Promise<void> {
    while (this.workers.running.length < count) await this.workers.start();
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

  /** Waits until a request is under way. */
  async underWay(name: string, method: Method): Promise<void> {
    await this.emulator.waitFor(
      () => this.emulator.requests(name, method).some(({ endedAt }) => endedAt === undefined),
      { timeoutMs: GIVE_UP },
    );
  }

  /** The worker that has an attempt of this activity. */
  async holderOf(handle: Handle, activityId: string): Promise<WorkerProcess> {
    const identity = await until(
      async () => {
        const { raw } = await handle.describe();
        const pending = raw.pendingActivities?.find((activity) => activity.activityId === activityId);
        return pending?.lastWorkerIdentity ?? '';
      },
      (found) => found !== '',
    );
    return this.byIdentity(identity);
  }

  /** Waits until an activity is in its back-off: Temporal's timer has it, and no worker. */
  async untilNobodyHolds(handle: Handle, activityId: string): Promise<void> {
    await until(
      async () => {
        const { raw } = await handle.describe();
        return raw.pendingActivities?.find((activity) => activity.activityId === activityId)?.state;
      },
      (state) => state === SCHEDULED,
    );
  }

  /** The worker that keeps the workflow in memory: its last workflow task was there. */
  async keeperOf(handle: Handle): Promise<WorkerProcess> {
    const events = await eventsOf(handle);
    const last = events.findLast((event) => event.workflowTaskStartedEventAttributes);
    return this.byIdentity(last?.workflowTaskStartedEventAttributes?.identity ?? '');
  }

  /** How long after a moment the next request of a method comes, in ms. */
  async nextRequest(name: string, method: Method | undefined, since: number): Promise<number> {
    const next = () => this.emulator.requests(name, method).find(({ at }) => at > since)?.at;
    await this.emulator.waitFor(() => next() !== undefined, { timeoutMs: GIVE_UP });
    return (next() ?? 0) - since;
  }

  async close(): Promise<void> {
    await this.workers.close();
    await this.connection.close();
    await this.emulator.close();
  }

  private byIdentity(identity: string): WorkerProcess {
    const worker = this.workers.running.find(({ pid }) => identity.startsWith(`${pid}@`));
    if (worker === undefined) throw new Error(`no worker is ${identity}`);
    return worker;
  }
}
