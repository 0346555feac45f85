import { explainTemporal } from './explain.js';
import { ANSWER_WITHIN_MS } from './grpc.js';
import type { Session } from './session.js';
import { workerLine } from './way-back.js';

/** A poll lasts a minute at most: who has not come back after that is gone. Temporal remembers pollers for five. */
const GONE_AFTER_MS = 75_000;

/**
 * Whether a worker polls the task queue, as far as Temporal knows; one that was killed a moment ago still counts. It is the
 * first thing a command asks Temporal, and so finds out whether the namespace is there.
 *
 * @throws {CommandError} `NO_NAMESPACE`, `NOT_ALLOWED` or `NO_CONNECTION`
 */
export async function hasWorker({ client, address, namespace, taskQueue }: Session): Promise<boolean> {
  try {
    const { pollers } = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
      }),
    );
    return (pollers ?? []).some(
      ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < GONE_AFTER_MS,
    );
  } catch (error) {
    throw explainTemporal(error, { address, namespace });
  }
}

/** Says that no worker is there, what that means for `what`, and what to do. */
export function noWorker({ taskQueue, namespace, address, flags }: Session, what: string): string {
  return (
    `No worker polls the task queue ${taskQueue} in namespace ${namespace} at ${address}. ${what} ` +
    `Start one: ${workerLine(flags)}`
  );
}

/** Says that a worker should be there and does not answer. */
export function silentWorker({ taskQueue, namespace, address, flags }: Session, what: string): string {
  return (
    `No worker answers on the task queue ${taskQueue} in namespace ${namespace} at ${address}, although one polled it ` +
    `within the last minute. ${what} Start one: ${workerLine(flags)}`
  );
}
