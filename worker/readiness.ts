import type { NativeConnection, Worker } from '@temporalio/worker';
import type { ReadinessCheck } from './health.js';
import { withTimeout } from './with-timeout.js';

const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;
const REQUEST_TIMEOUT_MS = 750;

/** The meaning of a gRPC error code. A server that refuses the health check is reachable. */
const STATE_BY_CODE: Readonly<Record<number, string>> = {
  4: 'NO_ANSWER',
  7: 'REACHABLE',
  12: 'REACHABLE',
  16: 'UNAUTHENTICATED',
};

/**
 * Checks whether the worker accepts work: it runs, and Temporal's health service answers within 750 ms.
 *
 * @param visibilityProblem the code by which Temporal refuses to list workflows, if it does
 */
export function readinessCheck(
  worker: Worker,
  connection: NativeConnection,
  visibilityProblem: () => string | undefined,
): ReadinessCheck {
  // Without a connection the SDK retries a request for six seconds, whatever its deadline: later checks share
  // the request.
  let request: Promise<string> | undefined;
  return async () => {
    const state = worker.getState();
    if (state !== 'RUNNING') return { ready: false, worker: state };
    request ??= requestHealth(connection).finally(() => (request = undefined));
    const temporal = await withTimeout(request, REQUEST_TIMEOUT_MS, 'NO_ANSWER');
    const visibility = visibilityProblem();
    return {
      ready: temporal === 'SERVING' || temporal === 'REACHABLE',
      worker: state,
      temporal,
      ...(visibility && { visibility }),
    };
  };
}

async function requestHealth(connection: NativeConnection): Promise<string> {
  try {
    const { status } = await connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, () =>
      connection.healthService.check({ service: WORKFLOW_SERVICE }),
    );
    return status === SERVING ? 'SERVING' : 'NOT_SERVING';
  } catch (error) {
    return STATE_BY_CODE[grpcCode(error)] ?? 'UNREACHABLE';
  }
}

function grpcCode(error: unknown): number {
  return Number((error as { code?: unknown }).code ?? (error as { cause?: { code?: unknown } }).cause?.code);
}
