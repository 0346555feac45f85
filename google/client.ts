import type { Operation } from '../contract/operation.js';
import type { AccessRules } from './access.js';
import type { EndpointConfig } from './endpoint.js';
import { argumentError, GoogleApiError } from './error.js';
import { NotAnOperationError, parseOperation, parseOperations, type OperationsPage } from './operation.js';
import { errorOf, titleOf } from './http/error-of-answer.js';
import type { Answer, Transport, TransportRequest } from './http/transport.js';
import { nameWithoutPrefix, listUrlOf, urlsOf, type ListRef, type OperationRef } from './url.js';

export type { ListRef, OperationRef } from './url.js';
export type { OperationsPage } from './operation.js';

export interface CallOptions {
  /** Gives the call up: it fails with kind `ABORTED`. What was sent may still have its effect. */
  signal?: AbortSignal;
  /** Limit for the exchange in milliseconds, the body included. Of `wait`: beyond `waitMs`. */
  timeoutMs?: number;
  /** Partial response: the fields to return, such as `"name,done,error"`. */
  fields?: string;
  /** Awaited right before the request is sent, once the rules and the URL are settled. Its errors pass through. */
  beforeSend?: () => Promise<void>;
}

export interface ListQuery extends ListRef {
  /** Passed on as it is: which fields it may name is each service's own (AIP-160). */
  filter?: string;
  pageSize?: number;
  /** Of the page before; the other arguments must not have changed since (AIP-158). */
  pageToken?: string;
}

/**
 * google.longrunning.Operations. Each call is one request: nothing is retried here, for how long to try is the caller's to
 * say. All fail with an GoogleApiError. An Operation with an `error` is no failure but what was asked for.
 */
export interface OperationsClient {
  /** Fails as every call on this operation or parent would before anything is sent: with kind `FORBIDDEN` or `ARGUMENT`. */
  check(ref: OperationRef | ListRef): void;
  /** The operation's latest state. */
  get(ref: OperationRef, options?: CallOptions): Promise<Operation>;
  /**
   * Asks for cancellation. That it returns means the service took the request and nothing more: only `get` tells whether the
   * operation was cancelled or completed all the same. Doing it again is harmless.
   */
  cancel(ref: OperationRef, options?: CallOptions): Promise<void>;
  /** Waits up to `waitMs` for the end. Best effort: it may return at once, and the operation may be running still. */
  wait(ref: OperationRef, options: CallOptions & { waitMs: number }): Promise<Operation>;
  /** One page. It may be short, or empty, and still have a next one. */
  list(query: ListQuery, options?: CallOptions): Promise<OperationsPage>;
}

export interface ClientSettings {
  endpoints: EndpointConfig;
  access: AccessRules;
  transport: Transport;
  /** Limit for one exchange where the call sets none: 10 s by default, Google's own setting for this service. */
  timeoutMs?: number;
}

/** Operations are small, but `response` and `metadata` hold whatever the service likes. */
const MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;
const FIELDS = /^[A-Za-z][\w.,/()*]{0,500}$/;

/** A client that sends only what `access` allows, and only to the hosts that `endpoints` gives. */
export function createOperationsClient(settings: ClientSettings): OperationsClient {
  const { endpoints, access, transport } = settings;

  function prepare(ref: OperationRef) {
    const urls = urlsOf(ref, endpoints);
    for (const name of new Set([ref.name, nameWithoutPrefix(ref, ref.name)])) access.check(ref.service, name);
    return urls;
  }

  function prepareList(ref: ListRef): string {
    const url = listUrlOf(ref, endpoints);
    for (const parent of new Set([ref.parent, nameWithoutPrefix(ref, ref.parent)]))
      access.checkParent(ref.service, parent);
    return url;
  }

  function requestOf(
    method: 'GET' | 'POST',
    what: string,
    url: string,
    query: Record<string, string | undefined>,
    options: CallOptions,
    waitMs = 0,
  ): TransportRequest {
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    assertMs('timeoutMs', timeoutMs);
    if (options.fields !== undefined && !FIELDS.test(options.fields)) {
      throw argumentError('fields must be a field mask such as name,done,error');
    }
    return {
      method,
      what,
      url: withQuery(url, { ...query, fields: options.fields }),
      timeoutMs: waitMs + timeoutMs,
      maxBytes: MAX_BYTES,
      signal: options.signal,
    };
  }

  async function call<T>(
    request: TransportRequest,
    { beforeSend }: CallOptions,
    parse: (text: string) => T,
  ): Promise<T> {
    await beforeSend?.();
    const answer = await transport.send(request);
    if (!isSuccess(answer.status)) throw errorOf(answer, request.what, withQuery(request.url));
    try {
      return parse(answer.text);
    } catch (error) {
      throw bodyError(answer, request, error);
    }
  }

  return {
    check(ref) {
      if ('parent' in ref) prepareList(ref);
      else prepare(ref);
    },

    async get(ref, options = {}) {
      const request = requestOf('GET', `get of ${ref.name}`, prepare(ref).get, {}, options);
      return call(request, options, (text) => parseOperation(text, ref.name));
    },

    async cancel(ref, options = {}) {
      const request = requestOf('POST', `cancel of ${ref.name}`, prepare(ref).cancel, {}, options);
      let answer: Answer;
      await options.beforeSend?.();
      try {
        answer = await transport.send(request);
      } catch (error) {
        // The status line is the answer. What became of the body, an empty object, changes nothing.
        if (error instanceof GoogleApiError && isSuccess(error.httpStatus)) return;
        throw error;
      }
      if (!isSuccess(answer.status)) throw errorOf(answer, request.what, withQuery(request.url));
      // Unless it is no answer of Google: a proxy's login page comes with a 200.
      if (isPage(answer))
        throw bodyError(answer, request, new Error(`is an HTML page: ${titleOf(answer.text)}`));
    },

    async wait(ref, options) {
      assertMs('waitMs', options.waitMs);
      const { wait } = prepare(ref);
      const timeout = `${options.waitMs / 1_000}s`;
      const request = requestOf('POST', `wait for ${ref.name}`, wait, { timeout }, options, options.waitMs);
      return call(request, options, (text) => parseOperation(text, ref.name));
    },

    async list(query, options = {}) {
      const { parent, filter, pageSize, pageToken } = query;
      const url = prepareList(query);
      if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize > 0)) {
        throw argumentError('pageSize must be a positive integer');
      }
      const parameters = { filter, pageSize: pageSize?.toString(), pageToken };
      const request = requestOf('GET', `list of ${parent}`, url, parameters, options);
      return call(request, options, parseOperations);
    },
  };
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function isPage({ headers, text }: Answer): boolean {
  return /^\s*text\/html\b/i.test(headers.get('content-type') ?? '') && text.trim() !== '';
}

function bodyError(answer: Answer, request: TransportRequest, cause: unknown): GoogleApiError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new GoogleApiError(`${request.what}: the body of the answer (HTTP ${answer.status}) ${message}`, {
    code: cause instanceof NotAnOperationError ? cause.code : 'UNKNOWN',
    kind: 'BODY',
    httpStatus: answer.status,
    url: withQuery(request.url),
  });
}

/** The URL with these parameters in place of any it has. */
function withQuery(text: string, parameters: Record<string, string | undefined> = {}): string {
  const url = new URL(text);
  url.search = '';
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(key, value);
  }
  return url.href;
}

function assertMs(field: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0 || value > 0x7fff_ffff - 60_000) {
    throw argumentError(`${field} must be a positive whole number of milliseconds; it is ${value}`);
  }
}
