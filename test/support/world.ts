import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { GoogleOperations } from '../../client/index.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';
import { type Emulator, type OperationScript, startEmulator } from '../../emulator/index.js';
import { createLogger, installRuntime, readWorkerConfig, startWorker } from '../../worker/index.js';
import type { Logger } from '../../worker/log.js';
import { type TestTemporal, testTemporal } from './temporal.js';

export const SERVICE = 'aiplatform.googleapis.com';

/** Tests of a file run beside each other, because they mostly wait; too many at once would be late even on an idle machine. */
export const TOGETHER = { concurrency: 12, timeout: 300_000 };

type Workflow = (input: unknown) => Promise<OperationResult>;
export type Handle = WorkflowHandle<Workflow>;

/** A Temporal server, an emulator of Google's operations and a worker between them, with names that nobody else uses. */
export interface World {
  address: string;
  taskQueue: string;
  client: Client;
  /** The client library, for the worker's task queue. */
  operations: GoogleOperations;
  emulator: Emulator;
  /** Every execution that was started here. */
  started: Handle[];
  /** Adds an operation to the emulator and returns its name. */
  operation(script?: Omit<OperationScript, 'name'>, place?: Place): string;
  /** Starts a workflow as the contract requires, with search attributes. */
  start(type: 'cancelOperation' | 'watchOperation', input: { name: string } & Record<string, unknown>): Promise<Handle>;
  /** Starts a workflow with any input under any id. */
  startRaw(type: string, input: unknown): Promise<Handle>;
  status(handle: Handle): Promise<OperationStatus>;
  /** The number of polls that reached the emulator. */
  polls(name: string): number;
  cancels(name: string): number;
  close(): Promise<void>;
}

/** The location and collection of an operation. */
export interface Place {
  /** A Retry-After holds for a whole project and location: a test of it needs a project of its own. */
  project?: string;
  /** A worker remembers by collection whether there is a `wait`: a test of that needs one of its own, such as `indexes`. */
  collection?: string;
}

let runtime: Promise<unknown> | undefined;

/** Installs the SDK's runtime, of which a process has one, with errors as its only output, or with its output in a log. */
export async function quietRuntime(log?: Logger): Promise<void> {
  const errors = log ?? (await createLogger({ level: 'error', format: 'json' }));
  await (runtime ??= installRuntime(errors, undefined));
}

/**
 * @param env more of the worker's environment
 * @param own the Temporal server to use, which stops with the world; by default that of the test run
 * @param ownLog the log of the worker; by default errors are on stderr
 */
export async function startWorld(
  env: Record<string, string> = {},
  own?: TestTemporal,
  ownLog?: Logger,
): Promise<World> {
  const temporal = own ?? (await testTemporal());
  const emulator = await startEmulator();
  const taskQueue = `test-${randomUUID()}`;
  const config = readWorkerConfig({
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: emulator.host,
    LOG_LEVEL: 'error',
    LOG_FORMAT: 'json',
    ...env,
  });
  const log = ownLog ?? (await createLogger(config.log));
  await quietRuntime(ownLog);
  const worker = await startWorker(config, { log });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });

  const started: Handle[] = [];

  const startAs = async (
    type: string,
    workflowId: string,
    input: unknown,
    attributes: { name: string; value: string }[],
  ) => {
    const handle = await client.workflow.start<Workflow>(type, {
      workflowId,
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: attributes.map(({ name, value }) => ({
        key: defineSearchAttributeKey(name, 'KEYWORD'),
        value,
      })),
    });
    started.push(handle);
    return handle;
  };

  return {
    address: temporal.address,
    taskQueue,
    client,
    operations: new GoogleOperations(client, { taskQueue }),
    emulator,
    started,
    operation(script = {}, { project = 'p', collection } = {}) {
      const nested = collection === undefined ? '' : `${collection}/7/`;
      const name = `projects/${project}/locations/us-central1/${nested}operations/${randomUUID()}`;
      emulator.add({ name, ...script });
      return name;
    },
    start: (type, input) =>
      startAs(type, workflowIdOf(SERVICE, input.name), input, [
        { name: 'GoogleOperationName', value: input.name },
        { name: 'GoogleOperationOutcome', value: 'RUNNING' },
      ]),
    startRaw: (type, input) => startAs(type, `test-${randomUUID()}`, input, []),
    status: (handle) => handle.query<OperationStatus>('status'),
    polls: (name) => emulator.requests(name, 'get').length + emulator.requests(name, 'wait').length,
    cancels: (name) => emulator.requests(name, 'cancel').length,
    async close() {
      await worker.stop();
      await connection.close();
      await emulator.close();
      await temporal.stop();
    },
  };
}
