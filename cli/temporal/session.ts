import { Client, Connection } from '@temporalio/client';
import { describeWorkflow } from '../../client/describe.js';
import { GoogleOperations } from '../../client/google-operations.js';
import type { LiveStatus, OperationHandle } from '../../client/operation-handle.js';
import { loadPayloadCodecs } from '../../config/payload-codec.js';
import { readTemporalConfig } from '../../config/temporal-config.js';
import { DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { clientSpans } from '../../telemetry/client-spans.js';
import { CommandError } from '../command-error.js';
import type { TemporalFlags } from '../input/flags.js';
import type { OperationArgument } from '../input/operation-name.js';
import { noConnection, type TemporalPlace, toCommandError } from './errors.js';
import { problemOfPort } from './port.js';

/** The time limit of a call to Temporal that needs no worker. */
export const SERVER_TIMEOUT_MS = 5_000;

/** The time limit of a worker's answer to a query about progress, which is repeated soon. */
export const QUERY_TIMEOUT_MS = 3_000;

/** A connection to Temporal, and its settings. It ends with the process. */
export interface Session extends TemporalPlace {
  client: Client;
  taskQueue: string;
  /** The flags as given: follow-up commands repeat them. */
  flags: TemporalFlags;
}

/**
 * Connects to Temporal by the flags, `TEMPORAL_*` and the profile.
 *
 * @throws {CommandError} `NO_CONNECTION` or `NOT_ALLOWED`
 * @throws {ConfigError}
 */
export async function openSession(flags: TemporalFlags): Promise<Session> {
  const { address, namespace, connection: options, payloadCodec } = readTemporalConfig(process.env, flags);
  const dataConverter = { payloadCodecs: await loadPayloadCodecs(payloadCodec) };
  const place = { address, namespace };
  // gRPC would retry a refused connection for five seconds.
  const refused = isLocal(address) ? await problemOfPort(address) : undefined;
  if (refused !== undefined) throw noConnection(address, refused);
  try {
    const connection = await Connection.connect({
      ...options,
      connectTimeout: SERVER_TIMEOUT_MS,
      // A proxy of the environment does not apply to this machine.
      ...(isLocal(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
    });
    const tracing = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] && { interceptors: { workflow: [clientSpans] } };
    const identity = `temporal-lro@${process.pid}`;
    const client = new Client({ connection, namespace, identity, dataConverter, ...tracing });
    const taskQueue = flags.taskQueue ?? (process.env['TEMPORAL_TASK_QUEUE']?.trim() || DEFAULT_TASK_QUEUE);
    return { client, ...place, taskQueue, flags };
  } catch (error) {
    const known = toCommandError(error, place);
    const isConnectionLost = known instanceof CommandError && known.code === 'NO_CONNECTION';
    const reason = isConnectionLost ? await problemOfPort(address) : undefined;
    throw reason === undefined ? known : noConnection(address, reason, error);
  }
}

/**
 * The session with the task queue on which the operation's workflow was started, regardless of the flags: only
 * a worker of that queue can answer. Where there is no workflow, the session as it is.
 */
export async function onTaskQueueOf(
  session: Session,
  { workflowId }: Pick<OperationArgument, 'workflowId'>,
): Promise<Session> {
  const description = await describeWorkflow(session.client, workflowId).catch(() => undefined);
  const { taskQueue = session.taskQueue } = description ?? {};
  if (taskQueue === session.taskQueue) return session;
  return { ...session, taskQueue, flags: { ...session.flags, taskQueue } };
}

/** The handle of an operation's workflow; calls nothing. */
export function handleOf({ client }: Session, { name, service }: OperationArgument): OperationHandle {
  return new GoogleOperations(client).getHandle(name, { service });
}

/** The status of an operation. It fails if no worker answers within {@link QUERY_TIMEOUT_MS}. */
export function queryStatus(session: Session, target: OperationArgument): Promise<LiveStatus> {
  return session.client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handleOf(session, target).status());
}

function isLocal(address: string): boolean {
  return /^(?:localhost|127\.|\[::1\])/.test(address);
}
