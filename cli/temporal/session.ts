import { Client, Connection } from '@temporalio/client';
import { DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { readTemporalConfig } from '../../config/temporal-config.js';
import { problemOfPort } from './port.js';
import { CommandError } from '../command-error.js';
import { explainTemporal, noConnection } from './explain.js';
import { ANSWER_WITHIN_MS } from './grpc.js';
import type { TemporalFlags } from '../input/flags.js';

/** A connection to Temporal, and what was asked for. */
export interface Session {
  client: Client;
  address: string;
  namespace: string;
  taskQueue: string;
  /** As they were given, for the lines that say how to come back. */
  flags: TemporalFlags;
  close(): Promise<void>;
}

/**
 * Connects to Temporal as flags, `TEMPORAL_*` and the profile say.
 *
 * @throws {CommandError} `NO_CONNECTION` or `NOT_ALLOWED` @throws {ConfigError}
 */
export async function openSession(flags: TemporalFlags, env: NodeJS.ProcessEnv): Promise<Session> {
  const { address, namespace, connection: options } = readTemporalConfig(env, flags);
  const place = { address, namespace };
  // gRPC would try again and again for five seconds.
  const refused = isLocal(address) ? await problemOfPort(address) : undefined;
  if (refused !== undefined) throw noConnection(address, refused);
  try {
    const connection = await Connection.connect({
      ...options,
      connectTimeout: ANSWER_WITHIN_MS,
      // A proxy of the environment is not for this machine.
      ...(isLocal(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
    });
    const client = new Client({ connection, namespace, identity: `temporal-lro@${process.pid}` });
    const taskQueue = flags.taskQueue ?? (env['TEMPORAL_TASK_QUEUE']?.trim() || DEFAULT_TASK_QUEUE);
    return { client, ...place, taskQueue, flags, close: () => connection.close() };
  } catch (error) {
    const explained = explainTemporal(error, place);
    const why = isNoConnection(explained) ? await problemOfPort(address) : undefined;
    throw why === undefined ? explained : noConnection(address, why, error);
  }
}

function isNoConnection(error: Error): boolean {
  return error instanceof CommandError && error.code === 'NO_CONNECTION';
}

function isLocal(address: string): boolean {
  return /^(?:localhost|127\.|\[::1\])/.test(address);
}
