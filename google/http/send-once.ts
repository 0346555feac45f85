import type { Agent } from 'node:http';
import type { gaxios } from 'google-auth-library';
import { formatDuration } from '../../contract/duration.js';
import { reasonText } from '../error-cause.js';
import { abortedError, GoogleApiError } from '../error.js';
import { withoutQuery } from '../url.js';
import { readBody, readErrorBody, type BodyStream, type TakeTurn } from './body.js';
import { secretFilter } from './redact-sent-secrets.js';
import type { HttpAnswer, TransportRequest } from './transport.js';

/** The part of a transport that is the same for every exchange. */
export interface ExchangeSettings {
  /** Without it gaxios creates one, which uses the proxy of the environment. */
  agent?: Agent;
  /** The header of that name, which Google's audit logs show. */
  userAgent: string;
  /** For large bodies, which are read one after the other. */
  takeTurn: TakeTurn;
}

/** `request` of a Gaxios, or of an auth client, which adds a token to the request. */
export type GaxiosRequest = (options: gaxios.GaxiosOptions) => Promise<unknown>;

/**
 * One exchange through gaxios. Its retries and redirects are off, the body is read up to a limit, and the
 * time limit covers the body too, where that of gaxios ends with the headers. No status is a failure to gaxios:
 * an auth client would send once more after a 401, a service account's with the same token.
 *
 * @throws GoogleApiError, or the error that `gaxiosRequest` itself fails with, such as that of a request for a token.
 */
export async function sendOnce(
  gaxiosRequest: GaxiosRequest,
  request: TransportRequest,
  { agent, userAgent, takeTurn }: ExchangeSettings,
): Promise<HttpAnswer> {
  if (request.signal?.aborted === true) throw limitError('ABORTED', request);
  const limit = startLimit(request);
  let response: gaxios.GaxiosResponse | undefined;
  let answer: HttpAnswer | undefined;
  let failure: unknown;

  const adapter: gaxios.GaxiosOptions['adapter'] = async (options, fetch) => {
    try {
      const arrived = await fetch(options);
      response = arrived;
      const redactSent = secretFilter({ headers: options.headers });
      answer = {
        status: arrived.status,
        headers: { get: (name) => redactSent(arrived.headers.get(name) ?? '') || null },
        text: redactSent(await bodyOf(arrived, request.maxBytes, takeTurn)),
      };
      return arrived;
    } catch (error) {
      failure = error;
      throw error;
    }
  };

  try {
    const sent = gaxiosRequest({
      method: request.method,
      url: request.url,
      headers: {
        'user-agent': userAgent,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(request.body !== undefined && { data: request.body }),
      adapter,
      ...(agent && { agent }),
      signal: limit.signal,
      timeout: 0,
      retry: false,
      redirect: 'manual',
      responseType: 'stream',
      validateStatus: () => true,
    });
    await Promise.race([sent, limit.reached]);
    if (answer !== undefined) return answer;
    throw new Error('the HTTP client returned without an answer');
  } catch (error) {
    const httpStatus = response?.status;
    if (limit.reachedBy !== undefined) throw limitError(limit.reachedBy, request, httpStatus);
    if (failure !== undefined) throw wireError(failure, request, httpStatus);
    throw error;
  } finally {
    limit.stop(answer !== undefined);
  }
}

async function bodyOf({ data, headers, status }: gaxios.GaxiosResponse<unknown>, maxBytes: number, takeTurn: TakeTurn) {
  // gaxios gives a string in place of the stream of a 204.
  if (typeof data === 'string') return data;
  const body = data as BodyStream;
  return status >= 200 && status < 300
    ? await readBody(body, { maxBytes, contentLength: headers.get('content-length'), takeTurn })
    : await readErrorBody(body);
}

/** The end of an exchange by its time limit or by the caller. */
interface Limit {
  /** Aborts the request. */
  signal: AbortSignal;
  /** Rejects when the limit is reached. */
  reached: Promise<never>;
  reachedBy: 'TIMEOUT' | 'ABORTED' | undefined;
  /** Releases the timer and the caller's signal, and the connection unless the answer was read to its end. */
  stop(wasRead: boolean): void;
}

function startLimit({ timeoutMs, signal }: TransportRequest): Limit {
  const controller = new AbortController();
  let reject: (reason: Error) => void;
  const reached = new Promise<never>((_, fail) => (reject = fail));
  reached.catch(() => undefined);
  const reach = (by: 'TIMEOUT' | 'ABORTED') => {
    limit.reachedBy ??= by;
    controller.abort();
    reject(new Error(by));
  };
  const onAbort = () => reach('ABORTED');
  const timer = setTimeout(() => reach('TIMEOUT'), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  const limit: Limit = {
    signal: controller.signal,
    reached,
    reachedBy: undefined,
    stop(wasRead) {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // The abort is skipped if it is not needed, because it creates a DOMException with a stack and calls every listener.
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
