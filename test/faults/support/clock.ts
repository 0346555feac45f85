import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** The clock of a run. */
export class Clock {
  readonly startedAt = Date.now();

  /** @param signal ends every wait */
  constructor(readonly signal: AbortSignal) {
    // All planned events wait at the same time.
    setMaxListeners(0, signal);
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return Date.now() - this.startedAt;
  }

  /** Waits until so many milliseconds after the beginning. @throws the signal's reason */
  async at(ms: number): Promise<void> {
    this.signal.throwIfAborted();
    const left = ms - this.now;
    if (left > 0) await pause(left, undefined, { signal: this.signal });
  }

  async pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.signal });
  }
}
