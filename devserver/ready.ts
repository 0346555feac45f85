import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { connectOnce } from './port.js';

const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const POLL_INTERVAL_MS = 25;
const CONNECT_TIMEOUT_MS = 1_000;

export interface ReadyConditions {
  host: string;
  port: number;
  namespace: string;
  /** Search attributes that the namespace must have. */
  searchAttributes: readonly string[];
}

/**
 * Waits until a server reports SERVING and has the namespace with its search attributes.
 *
 * @returns what was still missing if `signal` aborted first.
 */
export async function waitUntilReady(conditions: ReadyConditions, signal: AbortSignal): Promise<string | undefined> {
  const connection = Connection.lazy({
    address: `${conditions.host}:${conditions.port}`,
    connectTimeout: 2_000,
    // The environment's proxy does not apply to a server on this machine.
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
  try {
    for (;;) {
      const missing = await findMissing(connection, conditions);
      if (missing === undefined || signal.aborted) return missing;
      await delay(POLL_INTERVAL_MS);
    }
  } finally {
    await connection.close();
  }
}

async function findMissing(
  connection: Connection,
  { host, port, namespace, searchAttributes }: ReadyConditions,
): Promise<string | undefined> {
  // Tried first: a gRPC channel waits a second after it has met a closed port.
  const closed = await connectOnce({ host, port }, CONNECT_TIMEOUT_MS).catch(() => 'its port is closed');
  if (closed !== undefined) return closed;
  try {
    return await connection.withDeadline(Date.now() + 2_000, async () => {
      const { status } = await connection.healthService.check({ service: WORKFLOW_SERVICE });
      if (status !== SERVING) return 'it is not serving yet';
      await connection.workflowService.describeNamespace({ namespace });
      if (searchAttributes.length === 0) return undefined;
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = searchAttributes.filter((name) => customAttributes[name] === undefined);
      return missing.length === 0 ? undefined : `search attributes ${missing.join(', ')} are not registered`;
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
