import { onTaskQueueOf } from '../temporal/task-queue.js';
import { findWorker, noWorker, silentWorker } from '../temporal/worker-presence.js';
import type { Session } from '../temporal/session.js';
import type { Tracked } from './tracked.js';

const SILENCE_MS = 8_000;
const NO_ANSWER = '';

/** Tells once for each task queue that nobody answers there, and once more when somebody does again. */
export class WorkerMonitor {
  private readonly since = new Map<number, number>();
  /** Of whom it was told, and of which queues. */
  private readonly waiting = new Set<number>();
  private readonly told = new Set<string>();
  private looked = false;

  /** @param meaning what it means that nobody answers */
  constructor(
    private readonly session: Session,
    private readonly meaning: string,
    private readonly tell: (line: string) => void,
  ) {}

  broken({ number }: Tracked): void {
    this.looked = true;
    this.since.set(number, Date.now());
    if (!this.waiting.delete(number) || this.waiting.size > 0) return;
    this.told.clear();
    this.tell('A worker answers now.');
  }

  /** Looks at the beginning, and for each that has not been answered for long: it may be followed on another queue. */
  async check(all: readonly Tracked[]): Promise<void> {
    const now = Date.now();
    for (const { number } of all) if (!this.since.has(number)) this.since.set(number, now);
    const late = all.find(
      ({ number }) => !this.waiting.has(number) && now - (this.since.get(number) ?? now) > SILENCE_MS,
    );
    const one = late ?? all[0];
    if ((this.looked && late === undefined) || one === undefined) return;
    this.looked = true;
    const session = await onTaskQueueOf(this.session, one.target);
    const presence = await findWorker(session).catch(() => undefined);
    if (presence?.there !== false && late === undefined) return;
    this.waiting.add(one.number);
    const place = presence === undefined ? NO_ANSWER : session.taskQueue;
    if (this.told.has(place)) return;
    this.told.add(place);
    if (presence === undefined) this.tell(`Temporal at ${session.address} does not answer; trying on.`);
    else
      this.tell(
        presence.there ? silentWorker(session, this.meaning) : noWorker(session, this.meaning, presence),
      );
  }
}
