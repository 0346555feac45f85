import type { IncomingMessage } from 'node:http';

import { EmulatorError } from './errors.js';
import type { Fault } from './faults/fault.js';
import type { Method, Route } from './route.js';

/** What a request changed: a cancel that was taken, refused or came too late, or a deletion. */
export type Effect = 'cancel-accepted' | 'cancel-refused' | 'already-done' | 'deleted';

/** One request to the Google API. The fields after `headers` are filled in as things happen. */
export interface LogEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  readonly method: Method;
  /** The operation's name as asked for; for `list` the parent. */
  readonly name?: string;
  readonly apiVersion?: string;
  readonly httpMethod: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: {
    host?: string;
    /** Whether there was an Authorization header. Its value is not kept. */
    authorization: boolean;
    contentLength?: string;
    contentType?: string;
    userAgent?: string;
    userProject?: string;
  };
  /** The kind of the fault that it met. */
  fault?: Fault['kind'];
  /** What it changed, whether the answer arrived or not. */
  effect?: Effect;
  /** The HTTP status that went out; left out until one did. */
  status?: number;
  /** When nothing more was to be sent, or the connection was gone. */
  endedAt?: number;
  /** The connection was gone before all of the answer was sent. */
  abandoned?: boolean;
}

/** How long `waitFor` waits, and what stops it. */
export interface WaitForOptions {
  signal?: AbortSignal;
  /** 60,000 where left out. */
  timeoutMs?: number;
}

const LIMIT = 100_000;

/** The requests of one emulator, the last 100,000 at least. */
export class RequestLog {
  readonly #now: () => number;
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<(closed: boolean) => void>();
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Writes down that a request arrived. */
  begin(request: IncomingMessage, { method, name, apiVersion }: Route): LogEntry {
    this.#count += 1;
    const entry: LogEntry = {
      number: this.#count,
      at: this.#now(),
      method,
      ...(name !== undefined && { name }),
      ...(apiVersion !== undefined && { apiVersion }),
      httpMethod: request.method ?? '',
      url: request.url ?? '',
      headers: headersOf(request),
    };
    this.#entries.push(entry);
    if (this.#entries.length > 2 * LIMIT) this.#entries.splice(0, LIMIT);
    this.#changed();
    return entry;
  }

  /** Writes down more about a request. */
  note(
    entry: LogEntry,
    more: Partial<Pick<LogEntry, 'fault' | 'effect' | 'status' | 'endedAt' | 'abandoned'>>,
  ): void {
    Object.assign(entry, more);
    this.#changed();
  }

  /** The requests for a name and a method, in the order in which they arrived; both may be left out. */
  requests(name?: string, method?: Method): LogEntry[] {
    return this.#entries.filter(
      (entry) =>
        (name === undefined || entry.name === name) && (method === undefined || entry.method === method),
    );
  }

  /**
   * Resolves as soon as the log is as the predicate asks. It is tried at once and on each change.
   *
   * @throws EmulatorError `TIMED_OUT`, or `CLOSED` where the emulator closes first; the signal's reason where it aborts.
   */
  async waitFor(
    predicate: (log: readonly LogEntry[]) => boolean,
    { signal, timeoutMs = 60_000 }: WaitForOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    if (predicate(this.#entries)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this.#listeners.delete(listener);
        if (error === undefined) resolve();
        else reject(error);
      };
      const listener = (closed: boolean): void => {
        try {
          if (predicate(this.#entries)) settle();
          else if (closed)
            settle(new EmulatorError('CLOSED', 'The emulator closed before the awaited request'));
        } catch (error) {
          settle(error as Error);
        }
      };
      const aborted = (): void => settle(signal?.reason as Error);
      const timer = setTimeout(() => settle(this.#timedOut(timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', aborted);
      this.#listeners.add(listener);
    });
  }

  /** Forgets all requests. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** Ends every `waitFor`. */
  close(): void {
    this.#changed(true);
  }

  #changed(closed = false): void {
    for (const listener of this.#listeners) listener(closed);
  }

  #timedOut(ms: number): EmulatorError {
    const last = this.#entries
      .slice(-5)
      .map(({ method, name = '', status = 'unanswered' }) => `${method} ${name} ${status}`);
    return new EmulatorError(
      'TIMED_OUT',
      `The awaited requests did not come within ${ms} ms; the last of ${this.#entries.length}: ${last.join(', ')}`,
    );
  }
}

function headersOf({ headers }: IncomingMessage): LogEntry['headers'] {
  const { host, authorization } = headers;
  const contentLength = headers['content-length'];
  const contentType = headers['content-type'];
  const userAgent = headers['user-agent'];
  const userProject = [headers['x-goog-user-project']].flat()[0];
  return {
    ...(host !== undefined && { host }),
    authorization: authorization !== undefined,
    ...(contentLength !== undefined && { contentLength }),
    ...(contentType !== undefined && { contentType }),
    ...(userAgent !== undefined && { userAgent }),
    ...(userProject !== undefined && { userProject }),
  };
}
