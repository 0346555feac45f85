import { describeWorkflow, isOpen } from '../../client/describe.js';
import { GoogleOperations } from '../../client/google-operations.js';
import type { BulkHandle } from '../../client/bulk-handle.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { CommandError } from '../command-error.js';
import { printable } from '../output/printable.js';
import { labelledLines } from '../output/text.js';
import { count } from '../output/words.js';
import { answerOrElse } from '../temporal/answer-or-else.js';
import type { Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { type CheckedQueue, waitingQueues, type WaitingQueue } from './waiting-queues.js';

const STATUS_UNKNOWN = 'The workflow exists, but only a worker can tell its status.';

/** The status of a bulk, as `-o json` prints it. */
export interface BulkStatus extends CancelOperationsProgress {
  workflowId: string;
  state: 'CANCELLING' | 'STOPPING' | 'DONE';
  /** Where the operations under way wait. */
  queues: WaitingQueue[];
}

/** Has a bulk start no more cancellations. Those under way go on. */
export function stopBulk(session: Session, id: string): Promise<void> {
  return handleOf(session, id).cancel();
}

/** The status of a bulk, and its text. @throws {CommandError} `NO_WORKER` @throws {GoogleOperationsError} `NOT_FOUND` */
export async function bulkStatus(session: Session, id: string, service?: string): Promise<[BulkStatus, string]> {
  const description = await describeWorkflow(session.client, id).catch(() => undefined);
  // What Temporal does not know is told by the request for the progress.
  const isRunning = description === undefined || isOpen(description);
  const bulk = handleOf(session, id);
  const progress = await answerOrElse<CancelOperationsProgress>(
    session,
    async () =>
      // Temporal itself has the result of one that has ended.
      isRunning ? bulk.progress() : { ...(await bulk.result()), listing: false, underWay: [], stopping: false },
    async () => {
      throw new CommandError('NO_WORKER', noWorkerMessage(session, STATUS_UNKNOWN, await findWorker(session)));
    },
  );
  const queues = await waitingQueues(session, progress.underWay, service);
  const state = !isRunning ? 'DONE' : progress.stopping ? 'STOPPING' : 'CANCELLING';
  const shown = queues.map(({ taskQueue, isPolled, names }) => ({ taskQueue, isPolled, names }));
  return [{ workflowId: id, state, ...progress, queues: shown }, textOf(id, state, progress, queues)];
}

function handleOf({ client }: Session, id: string): BulkHandle {
  return new GoogleOperations(client).getBulkHandle(id);
}

function textOf(
  id: string,
  state: string,
  { matched, started, outcomes, results, failures, underWay }: CancelOperationsProgress,
  queues: readonly CheckedQueue[],
): string {
  const won = results.filter((one) => one.won).length;
  const counts = Object.entries(outcomes).map(([outcome, number]) => `${number} ${outcome}`);
  const lines = labelledLines({
    state,
    matched: `${matched}, ${started} started or joined`,
    ended: counts.length === 0 ? undefined : `${counts.join(', ')}; the cancel won ${count(won, 'time')}`,
    failed: failures.length === 0 ? undefined : `${failures.length} could not be done`,
    polled:
      queues
        .filter(({ isPolled }) => isPolled)
        .map(({ taskQueue, names }) => `${taskQueue} (${names.length})`)
        .join(', ') || undefined,
    'not polled': queues.flatMap(({ message }) => message ?? []).join(' ') || undefined,
    'under way': `${underWay.length}`,
  });
  return [id, ...lines, ...underWay.map((name) => `    ${printable(name)}`)].join('\n');
}
