import { Context } from '@temporalio/activity';

/** The heartbeat timeout is 7 s. */
const HEARTBEAT_INTERVAL_MS = 1_500;

/** One attempt of an activity whose state passes to the next one, as the details of its last heartbeat. */
export class StatefulAttempt<State> {
  readonly context = Context.current();
  readonly startedAt = Date.now();
  /** The state that an earlier attempt of this activity sent last. */
  readonly lastHeartbeat: State | undefined;
  private current: State;
  /** The state has changed since the last heartbeat. */
  private dirty = false;

  /** @param initial the state unless an earlier attempt left one */
  constructor(initial: State, isState: (details: unknown) => details is State) {
    const details: unknown = this.context.info.heartbeatDetails;
    this.lastHeartbeat = isState(details) ? details : undefined;
    this.current = this.lastHeartbeat ?? initial;
  }

  get state(): State {
    return this.current;
  }

  /** Sets the state. It goes out with the next heartbeat, or when this attempt fails. */
  update(state: State): void {
    this.current = state;
    this.dirty = true;
  }

  /** Sets the state and sends it at once, because a later attempt must not repeat the recorded step. */
  heartbeatNow(state: State): void {
    this.current = state;
    this.heartbeat();
  }

  /**
   * Runs the attempt with a heartbeat every 1.5 s, so that a dead worker is noticed and a cancellation arrives. Each
   * heartbeat is a billed action and a write in the server, so an attempt that succeeds sooner sends none.
   */
  async withHeartbeats<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.heartbeat(), HEARTBEAT_INTERVAL_MS);
    try {
      return await work();
    } catch (error) {
      if (this.dirty) this.heartbeat();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  protected heartbeat(): void {
    // A local activity has no heartbeats.
    if (!this.context.info.isLocal) this.context.heartbeat(this.current);
    this.dirty = false;
  }
}
