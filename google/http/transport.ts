import type { Agent } from 'node:http';
import type { gaxios } from 'google-auth-library';
import { formatDuration } from '../../contract/duration.js';
import { readBody, readErrorBody, type BodyStream } from './body.js';
import { reasonText } from '../error-cause.js';
import { secretFilter } from './redact-sent-secrets.js';
import { abortedError, GoogleApiError } from '../error.js';

/** Sends one request, once: no retries, no redirects. */
export interface Transport {
  /** @throws GoogleApiError of any kind but `STATUS`, `NOT_API_ERROR` and `REDIRECT`: an answer is returned, whatever its status. */
  send(request: TransportRequest): Promise<Answer>;
}

export interface TransportRequest {
  method: 'GET' | 'POST';
  url: string;
  /** What is being tried, on which operation: the start of an error's message. */
  what: string;
  /** Limit for the whole exchange, the body included. */
  timeoutMs: number;
  /** Limit for the body of a 2xx, unpacked. */
  maxBytes: number;
  signal?: AbortSignal;
}

/** What came back, without what was sent as a token, should the server have repeated it. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  text: string;
}

/** What a transport has of its own for every exchange. */
export interface Connection {
  /** Left out: the HTTP client's own, which knows of a proxy. */
  agent?: Agent;
  /** The header of that name. Google's audit logs show it. */
  userAgent: string;
}

/** How an HTTP client sends: `request` of a Gaxios, or of an auth client, which puts a token in first. */
export type Send = (options: gaxios.GaxiosOptions) => Promise<unknown>;

/**
 * One exchange through gaxios with everything of its own that could surprise turned off: retries, redirects, reading the body
 * without limit, and time limits that end with the headers.
 *
 * A 401 goes back to gaxios as a failure, because that is what makes an auth client fetch a new token and send once more.
 *
 * @throws GoogleApiError, or whatever `send` fails with on its own account, before or between the requests.
 */
export async function sendOnce(
  send: Send,
  request: TransportRequest,
  { agent, userAgent }: Connection,
): Promise<Answer> {
  if (request.signal?.aborted === true) throw limitError('ABORTED', request);
  const limit = startLimit(request);
  let response: gaxios.GaxiosResponse | undefined;
  let answer: Answer | undefined;
  let failure: unknown;

  const adapter: gaxios.GaxiosOptions['adapter'] = async (options, fetch) => {
    response = answer = failure = undefined;
    try {
      const arrived = await fetch(options);
      response = arrived;
      const withoutEcho = secretFilter({ headers: options.headers });
      answer = {
        status: arrived.status,
        headers: { get: (name) => withoutEcho(arrived.headers.get(name) ?? '') || null },
        text: withoutEcho(await bodyOf(arrived, request.maxBytes)),
      };
      // Read already: gaxios itself would gather the body of a 401 whatever its size.
      return Object.assign(arrived, { data: [] as never });
    } catch (error) {
      failure = error;
      throw error;
    }
  };

  try {
    const sent = send({
      method: request.method,
      url: request.url,
      headers: { 'user-agent': userAgent },
      adapter,
      ...(agent && { agent }),
      signal: limit.signal,
      timeout: 0,
      retry: false,
      redirect: 'manual',
      responseType: 'stream',
      validateStatus: (status) => status !== 401,
    });
    await Promise.race([sent, limit.passed]);
    if (answer !== undefined) return answer;
    throw new Error('the HTTP client returned without an answer');
  } catch (error) {
    const httpStatus = response?.status;
    if (limit.passedBy !== undefined) throw limitError(limit.passedBy, request, httpStatus);
    if (failure !== undefined) throw wireError(failure, request, httpStatus);
    if (answer?.status === 401 && isAbout(error, response)) return answer;
    throw error;
  } finally {
    limit.stop(answer !== undefined);
  }
}

async function bodyOf({ data, headers, status }: gaxios.GaxiosResponse<unknown>, maxBytes: number) {
  // gaxios gives a string in place of the stream of a 204.
  if (typeof data === 'string') return data;
  const body = data as BodyStream;
  return status >= 200 && status < 300
    ? await readBody(body, maxBytes, headers.get('content-length'))
    : await readErrorBody(body);
}

/** Whether an error is the failure of that very response, and not of a request for a token. */
function isAbout(error: unknown, response: unknown): boolean {
  return error instanceof Error && 'response' in error && error.response === response;
}

interface Limit {
  signal: AbortSignal;
  /** Rejects when the limit passes. */
  passed: Promise<never>;
  passedBy: 'TIMEOUT' | 'ABORTED' | undefined;
  /** Lets go of the timer and the caller's signal, and of the connection unless the answer was read to its end. */
  stop(wasRead: boolean): void;
}

function startLimit({ timeoutMs, signal }: TransportRequest): Limit {
  const controller = new AbortController();
  let reject: (reason: Error) => void;
  const passed = new Promise<never>((_, fail) => (reject = fail));
  passed.catch(() => undefined);
  const pass = (by: 'TIMEOUT' | 'ABORTED') => {
    limit.passedBy ??= by;
    controller.abort();
    reject(new Error(by));
  };
  const onAbort = () => pass('ABORTED');
  const timer = setTimeout(() => pass('TIMEOUT'), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  const limit: Limit = {
    signal: controller.signal,
    passed,
    passedBy: undefined,
    stop(wasRead) {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // Not for nothing: all who listen would be told, and a DOMException with its stack made for them.
      if (!wasRead) controller.abort();
    },
  };
  return limit;
}

function limitError(by: 'TIMEOUT' | 'ABORTED', request: TransportRequest, httpStatus?: number) {
  const { what, timeoutMs } = request;
  const url = withoutQuery(request.url);
  if (by === 'ABORTED') return abortedError(what, { httpStatus, url });
  const message = `${what}: no full answer from ${url} within ${formatDuration(timeoutMs)}`;
  return new GoogleApiError(message, { code: 'DEADLINE_EXCEEDED', kind: 'TIMEOUT', httpStatus, url });
}

function wireError(error: unknown, request: TransportRequest, httpStatus: number | undefined) {
  const common = { httpStatus, url: withoutQuery(request.url) };
  if (error instanceof GoogleApiError) {
    const { code, kind } = error;
    return new GoogleApiError(`${request.what}: ${error.message}`, { ...common, code, kind });
  }
  const why = reasonText(error);
  return httpStatus === undefined
    ? new GoogleApiError(`${request.what}: no answer from ${common.url}: ${why}`, {
        ...common,
        code: 'UNAVAILABLE',
        kind: 'NETWORK',
        cause: error,
      })
    : new GoogleApiError(`${request.what}: the answer (HTTP ${httpStatus}) broke off: ${why}`, {
        ...common,
        code: 'UNKNOWN',
        kind: 'BODY',
        cause: error,
      });
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
