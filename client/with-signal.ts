import type { Client } from '@temporalio/client';
import type { Priority } from '@temporalio/common';

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
  /** Repeated calls of a cancel or an abort with the same id are one abort of the run. */
  requestId?: string | undefined;
}

/** The options of a request that may start a workflow. */
export interface StartRequestOptions extends RequestOptions {
  /**
   * Default false: an earlier record of the operation's end is given as it is. True: a workflow is started anew, for a
   * job that was deleted and created again under the same name.
   */
  again?: boolean | undefined;
  /**
   * Temporal's priority of a workflow that is started: the lower its `priorityKey` (1 to 5, default 3), the sooner its
   * tasks go to a worker, and its cancel goes one key before them. One that runs already keeps its own. Default: Temporal's.
   */
  priority?: Priority | undefined;
}

/** Runs requests of Temporal's client until they end or the signal is aborted. @throws the reason of the signal */
export async function withSignal<T>(
  client: Client,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  const requests = requestController();
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
      requests.abort(signal.reason);
    };
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([client.withAbortSignal(requests.signal, work), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * The signal for the requests of one call. Temporal's client (1.24) adds a listener with each request and
 * removes none: a wait of weeks polls every 20 s, which would keep 30,000 listeners a week. A new listener
 * replaces the one before, because the requests of a call follow one another, and one that is added after the
 * abort is called at once.
 */
function requestController(): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  let last: () => void = () => {};
  signal.addEventListener = (type: 'abort', listener: () => void): void => {
    signal.removeEventListener(type, last);
    last = listener;
    if (signal.aborted) listener();
    else add(type, listener);
  };
  return controller;
}
