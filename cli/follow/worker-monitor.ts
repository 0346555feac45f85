import { pausedMessage } from '../temporal/paused-message.js';
import { onTaskQueueOf, type Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';

const UNANSWERED_AFTER_MS = 8_000;
/** The key in place of a task queue if Temporal itself does not answer. */
const NO_SERVER = '';

/** A workflow that a worker is to answer for. */
interface Monitored {
  target: { workflowId: string };
  /** It has an id of its own, which is needed on no other queue. */
  isBulk?: true;
}

/** Reports once for each task queue that no worker answers on it, and once when workers answer on all of them again. */
export class WorkerMonitor {
  /** When a worker last answered for an operation, or when it was first checked, in ms since 1970. */
  readonly #answeredAt = new Map<Monitored, number>();
  /** The operations without an answer, after a message about them or their task queue. */
  readonly #unanswered = new Set<Monitored>();
  readonly #reportedQueues = new Set<string>();
  #hasChecked = false;

  /** @param consequence the consequence of a missing worker: a sentence of the messages */
  constructor(
    private readonly session: Session,
    private readonly consequence: string,
    private readonly tell: (line: string) => void,
  ) {}

  /** Records that a worker has answered for an operation. */
  recordAnswer(operation: Monitored): void {
    this.#hasChecked = true;
    this.#answeredAt.set(operation, Date.now());
    if (!this.#unanswered.delete(operation) || this.#unanswered.size > 0) return;
    this.#reportedQueues.clear();
    this.tell('A worker answers now.');
  }

  /**
   * Checks for a worker: the first time at once, later for an operation without an answer for 8 s,
   * because it may have another queue.
   */
  async check(operations: readonly Monitored[]): Promise<void> {
    const now = Date.now();
    for (const operation of operations) if (!this.#answeredAt.has(operation)) this.#answeredAt.set(operation, now);
    const overdue = operations.find(
      (operation) =>
        !this.#unanswered.has(operation) && now - (this.#answeredAt.get(operation) ?? now) > UNANSWERED_AFTER_MS,
    );
    const checked = overdue ?? (this.#hasChecked ? undefined : operations[0]);
    if (checked === undefined) return;
    this.#hasChecked = true;
    const session = await onTaskQueueOf(this.session, checked.target);
    const presence = await findWorker(session).catch(() => undefined);
    if (overdue === undefined && presence?.isAvailable !== false) return;
    this.#unanswered.add(checked);
    const queue = presence === undefined ? NO_SERVER : session.taskQueue;
    if (this.#reportedQueues.has(queue)) return;
    this.#reportedQueues.add(queue);
    this.tell(
      presence === undefined
        ? `Temporal at ${session.address} does not answer; trying again.`
        : ((await pausedMessage(session, checked.target.workflowId)) ??
            noWorkerMessage(
              session,
              this.consequence,
              presence,
              checked.isBulk ? undefined : checked.target.workflowId,
            )),
    );
  }
}
