import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const LOOK_EVERY_MS = 25;

export interface ReadyConditions {
  host: string;
  port: number;
  namespace: string;
  /** Search attributes that the namespace must have. */
  searchAttributes: readonly string[];
}

/**
 * Waits until a server answers as SERVING and knows the namespace and its search attributes. Returns what it last lacked
 * when `signal` aborts first.
 */
export async function waitUntilReady(
  conditions: ReadyConditions,
  signal: AbortSignal,
): Promise<{ missing?: string }> {
  // The port first: a gRPC channel that meets a closed port waits a second before it tries again.
  while (!(await accepts(conditions.host, conditions.port))) {
    if (signal.aborted) return { missing: 'its port is closed' };
    await delay(LOOK_EVERY_MS);
  }
  const connection = Connection.lazy({
    address: `${conditions.host}:${conditions.port}`,
    connectTimeout: 2_000,
    // A server on this machine is not behind the proxy that the environment may name.
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  });
  try {
    for (;;) {
      const missing = await whatIsMissing(connection, conditions);
      if (missing === undefined) return {};
      if (signal.aborted) return { missing };
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    await connection.close();
  }
}

async function whatIsMissing(
  connection: Connection,
  { namespace, searchAttributes }: ReadyConditions,
): Promise<string | undefined> {
  try {
    return await connection.withDeadline(Date.now() + 2_000, async () => {
      const { status } = await connection.healthService.check({ service: WORKFLOW_SERVICE });
      if (status !== SERVING) return 'it is not serving yet';
      await connection.workflowService.describeNamespace({ namespace });
      if (searchAttributes.length === 0) return undefined;
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const lacking = searchAttributes.filter((name) => customAttributes[name] === undefined);
      return lacking.length === 0 ? undefined : `search attributes ${lacking.join(', ')} are not registered`;
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}
