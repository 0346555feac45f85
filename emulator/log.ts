import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';

import { withoutUndefined } from '../contract/without-undefined.js';
import { EmulatorError } from './errors.js';
import type { Fault } from './faults/fault.js';
import type { Method, Route } from './route.js';

/** The change by a request: a cancel was accepted, refused or came too late, or the operation was deleted. */
export type Effect = 'cancel-accepted' | 'cancel-refused' | 'already-done' | 'deleted';

/** One request to the Google API. The fields after `headers` are set while it is answered. */
export interface LogEntry {
  /** Counts up from 1. */
  readonly number: number;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  readonly method: Method;
  /** The operation's name in the request; for `list` the parent. */
  readonly name?: string;
  readonly apiVersion?: string;
  readonly httpMethod: string;
  /** Path and query as received. */
  readonly url: string;
  readonly headers: {
    host?: string;
    /** Whether there was an Authorization header. Its value is not logged. */
    authorization: boolean;
    contentLength?: string;
    contentType?: string;
    userAgent?: string;
    userProject?: string;
  };
  /** The kind of the fault that hit it. */
  fault?: Fault['kind'];
  /** The change, even if the answer did not arrive. */
  effect?: Effect;
  /** The HTTP status; absent until it was sent. */
  status?: number;
  /** When the answer was sent, or the connection closed. */
  endedAt?: number;
  /** The connection closed before the whole answer was sent. */
  abandoned?: boolean;
}

/** Options of `waitFor`. */
export interface WaitForOptions {
  signal?: AbortSignal;
  /** Default: 60,000. */
  timeoutMs?: number;
}

const MIN_ENTRIES = 100_000;

/** The requests of one emulator: at least the last 100,000. */
export class RequestLog {
  readonly #entries: LogEntry[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #isClosed = false;
  #count = 0;

  constructor(private readonly now: () => number) {}

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Adds a request that has arrived. */
  begin(request: IncomingMessage, { method, name, apiVersion }: Route): LogEntry {
    this.#count += 1;
    const entry: LogEntry = withoutUndefined({
      number: this.#count,
      at: this.now(),
      method,
      name,
      apiVersion,
      httpMethod: request.method ?? '',
      url: request.url ?? '',
      headers: headersOf(request),
    });
    this.#entries.push(entry);
    if (this.#entries.length > 2 * MIN_ENTRIES) this.#entries.splice(0, MIN_ENTRIES);
    this.#notify();
    return entry;
  }

  /** Sets fields of a request. */
  update(
    entry: LogEntry,
    fields: Partial<Pick<LogEntry, 'fault' | 'effect' | 'status' | 'endedAt' | 'abandoned'>>,
  ): void {
    Object.assign(entry, fields);
    this.#notify();
  }

  /** The requests with this name and method, in order of arrival; without one of them, all. */
  requests(name?: string, method?: Method): LogEntry[] {
    return this.#entries.filter(
      (entry) => (name === undefined || entry.name === name) && (method === undefined || entry.method === method),
    );
  }

  /**
   * Resolves as soon as the predicate holds for the log. The predicate is called at once and on each change.
   *
   * @throws EmulatorError `TIMED_OUT`, or `CLOSED` if the emulator closes first; the signal's reason if it aborts.
   */
  async waitFor(
    predicate: (log: readonly LogEntry[]) => boolean,
    { signal, timeoutMs = 60_000 }: WaitForOptions = {},
  ): Promise<void> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(this.#timedOut(timeoutMs)), timeoutMs);
    const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
    try {
      either.throwIfAborted();
      while (!predicate(this.#entries)) {
        if (this.#isClosed) throw new EmulatorError('CLOSED', 'The emulator closed before the awaited request');
        await once(this.#changes, 'change', { signal: either });
      }
    } catch (error) {
      throw either.aborted ? either.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Deletes all requests. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** Rejects every pending `waitFor`. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  #notify(): void {
    this.#changes.emit('change');
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
  return withoutUndefined({
    host: headers.host,
    authorization: headers.authorization !== undefined,
    contentLength: headers['content-length'],
    contentType: headers['content-type'],
    userAgent: headers['user-agent'],
    userProject: [headers['x-goog-user-project']].flat()[0],
  });
}
