import type { Client } from '@temporalio/client';

/** The option of every call that waits. */
export interface WaitOptions {
  /**
   * Ends the wait: the call rejects with the signal's reason. A request that Temporal has stored by then is
   * carried out.
   */
  signal?: AbortSignal | undefined;
}

/** The options of a request that a worker has to take. */
export interface RequestOptions extends WaitOptions {
  /**
   * Default true: return once a worker has taken the request. False: once Temporal has stored it, with or
   * without a worker.
   */
  waitForWorker?: boolean | undefined;
  /**
   * Repeated calls of a cancel or an abort with the same id are one abort of the execution. It has no effect with
   * `waitForWorker: false`.
   */
  requestId?: string | undefined;
}

/** Runs requests of Temporal's client until they end or the signal is aborted. @throws the reason of the signal */
export async function withSignal<T>(
  client: Client,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  const requests = new RequestSignal();
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      requests.abort();
    };
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([client.withAbortSignal(requests as unknown as AbortSignal, work), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * The signal as Temporal's client (1.24) uses one: it adds a listener with each request and removes none. A
 * wait of weeks polls every 20 s, which would keep 30,000 listeners a week on a caller's own signal; and a
 * request made after the abort would never be cancelled.
 */
class RequestSignal {
  private cancelRequest = (): void => {};
  private aborted = false;

  addEventListener(_type: 'abort', cancelRequest: () => void): void {
    // The requests of a call follow one another: the ones before the last have ended.
    this.cancelRequest = cancelRequest;
    if (this.aborted) cancelRequest();
  }

  abort(): void {
    this.aborted = true;
    this.cancelRequest();
  }
}
