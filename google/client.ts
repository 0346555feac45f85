import type { ListRequest, OperationRef } from '../contract/activities.js';
import type { Operation } from '../contract/operation.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import type { AccessRules } from './access.js';
import { canonicalName, waitBindingOf } from './bindings.js';
import type { EndpointConfig } from './endpoint.js';
import { argumentError, GoogleApiError } from './error.js';
import { assertListable, collectionOf } from './kinds/collections.js';
import { assertKnownKind, kindOf } from './kinds/find-kind.js';
import { hasFlag, isCostly, isErrorAlone } from './json.js';
import { nameOfKind, type Kind } from './kinds/kind.js';
import { fieldsOfJobs, parametersOfJobs, parseJobs } from './kinds/list-jobs.js';
import { fieldsOfJob, operationIn, readJob } from './kinds/read-job.js';
import { errorOfAnswer, statusErrorOf, textOfPage } from './http/error-of-answer.js';
import type { HttpAnswer, Transport, TransportRequest } from './http/transport.js';
import { NotAnOperationError, parseOperation, parseOperations, type OperationsPage } from './operation.js';
import { cancelMessageOf, listUrlOf, urlsOf, withoutQuery, type ListRef, type OperationUrls } from './url.js';

export type { OperationsPage } from './operation.js';

export interface CallOptions {
  /** Aborts the call, which fails with kind `ABORTED`. The request may still have its effect. */
  signal?: AbortSignal;
  /** Limit for the exchange in milliseconds, the body included. Of `wait`: beyond `waitMs`. */
  timeoutMs?: number;
  /** Partial response: the fields to return, such as `"name,done,error"`. Those of a job are fixed. */
  fields?: string;
  /**
   * Awaited after the arguments, the rules and the URL are checked, right before the request is sent: to wait
   * for a rate limiter and to count requests. Its error is the error of the call, unchanged, and nothing is
   * sent. Its time is not part of `timeoutMs`. A `lookup` only reads what the request needs to be made.
   */
  beforeSend?: (step?: 'lookup') => Promise<void>;
}

/**
 * google.longrunning.Operations over HTTP. Each call is one request: nothing is retried here, because the
 * caller decides how long to try. All calls fail with a GoogleApiError. An Operation with an `error` is
 * a successful answer.
 */
export interface OperationsClient {
  /**
   * Throws the error that every call on this operation or parent would fail with before anything is sent:
   * `FORBIDDEN` or `ARGUMENT`.
   */
  assertAllowed(ref: OperationRef | ListRef): void;
  /** The operation's latest state. */
  get(ref: OperationRef, options?: CallOptions): Promise<Operation>;
  /**
   * Asks for cancellation. A return only means that the service accepted the request: only `get` shows
   * whether the operation was cancelled or completed all the same (operations.proto). Asking again is harmless.
   */
  cancel(ref: OperationRef, options?: CallOptions): Promise<void>;
  /**
   * Waits up to `waitMs` for the end. Best effort (operations.proto): it may return at once, and the
   * operation may still be running. Fails as UNIMPLEMENTED, and sends nothing, where the service has none.
   */
  wait(ref: OperationRef, options: CallOptions & { waitMs: number }): Promise<Operation>;
  /**
   * One page. It may be short, or empty, and still have a next one (AIP-158). With `fields`, `unreachable` is asked for
   * too; an API that does not know it is asked a second time, and later without it at once. `returnPartialSuccess` is
   * not sent: a service that has not documented it answers UNIMPLEMENTED (operations.proto).
   *
   * A parent that is a collection of jobs lists those, each as the Operation that it is like: only what runs, where
   * the kind has a filter for that and the caller gives none. Fails as `ARGUMENT` where the kind cannot be listed.
   */
  list(query: ListRequest, options?: ListOptions): Promise<OperationsPage>;
}

export interface ListOptions extends CallOptions {
  /** Ask for the names that people gave to jobs, to show them: `metadata.displayName`. */
  withDisplayName?: boolean;
}

export interface ClientSettings {
  endpoints: EndpointConfig;
  access: AccessRules;
  transport: Transport;
  /**
   * The default limit for one exchange. Default 10 s, the timeout in longrunning_grpc_service_config.json.
   */
  timeoutMs?: number;
}

/** Operations are small, but `response` and `metadata` may have any size. Over 2 MiB, readBody reads one at a time. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;
/** A timer of Node takes 31 bits of milliseconds; the rest is room for what is added to it. */
const MAX_TIMEOUT_MS = 0x7fff_ffff - 60_000;
const FIELD_MASK_PATTERN = /^[A-Za-z][\w.,/()*]{0,500}$/;

/** A client that sends only requests that `access` allows, and only to the hosts of `endpoints`. */
export function createOperationsClient(settings: ClientSettings): OperationsClient {
  const { endpoints, access, transport } = settings;
  /**
   * The APIs whose lists of operations know no `unreachable`: 64 of 607 that are published, Cloud Storage's among
   * them. Lists of jobs differ by their kind.
   */
  const withoutUnreachable = new Set<string>();

  /** The URLs of an operation that the rules allow. */
  function allowedUrls(ref: OperationRef): OperationUrls {
    const urls = urlsOf(ref, endpoints);
    for (const name of new Set([ref.name, canonicalName(ref.service, ref.name)]))
      access.assertAllowed(ref.service, name);
    assertKnownKind(ref);
    return urls;
  }

  /** The URL of a list that the rules allow. */
  function allowedListUrl(ref: ListRef): string {
    const url = listUrlOf(ref, endpoints);
    const { kind } = collectionOf(ref);
    if (kind !== undefined) assertListable(kind);
    for (const parent of new Set([ref.parent, canonicalName(ref.service, ref.parent)]))
      access.assertParentAllowed(ref.service, parent);
    return url;
  }

  function requestOf(
    method: TransportRequest['method'],
    what: string,
    url: string,
    query: QueryParameters,
    options: CallOptions,
    waitMs = 0,
  ): TransportRequest {
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    assertMs('timeoutMs', timeoutMs);
    if (options.fields !== undefined && !FIELD_MASK_PATTERN.test(options.fields)) {
      throw argumentError('fields must be a field mask such as name,done,error');
    }
    return {
      method,
      what,
      url: withQuery(url, { ...query, fields: options.fields }),
      timeoutMs: waitMs + timeoutMs,
      maxBytes: MAX_BODY_BYTES,
      signal: options.signal,
    };
  }

  async function call<T>(
    request: TransportRequest,
    { beforeSend }: CallOptions,
    parse: (text: string) => T,
    step?: 'lookup',
  ): Promise<T> {
    await beforeSend?.(step);
    const answer = await transport.send(request);
    assertSuccess(answer, request);
    if (isCostly(answer.text)) throw costlyError(answer, request);
    try {
      return parse(answer.text);
    } catch (error) {
      throw error instanceof GoogleApiError ? error : bodyError(answer, request, error);
    }
  }

  async function getJob(kind: Kind, ref: OperationRef, options: CallOptions): Promise<Operation> {
    const asked = { ...options, fields: fieldsOfJob(kind) };
    const request = requestOf('GET', `get of ${ref.name}`, allowedUrls(ref).get, {}, asked);
    return call(request, options, (text) => readJob(kind, text, ref.name));
  }

  /** The request that cancels a job, or the operation that makes it. */
  async function cancelRequestOf(ref: OperationRef, options: CallOptions): Promise<TransportRequest> {
    const what = `cancel of ${ref.name}`;
    const { get, cancel: url } = allowedUrls(ref);
    const kind = kindOf(ref);
    const { through, none } = kind?.cancel ?? {};
    if (none !== undefined) throw new GoogleApiError(`${what}: ${none}`, { code: 'UNIMPLEMENTED', kind: 'NO_METHOD' });
    if (kind !== undefined && through !== undefined) {
      const lookup = requestOf('GET', what, get, {}, { ...options, fields: through });
      const name = await call(lookup, options, (text) => operationIn(text, through, ref.name), 'lookup').catch(
        asLookup,
      );
      return requestOf('POST', what, urlsOf({ ...ref, name }, endpoints).cancel ?? '', {}, options);
    }
    const { method, body } = cancelMessageOf(ref);
    return { ...requestOf(method, what, url ?? '', {}, options), ...(body && { body: JSON.stringify(body) }) };
  }

  return {
    assertAllowed(ref) {
      if ('parent' in ref) allowedListUrl(ref);
      else allowedUrls(ref);
    },

    async get(ref, options = {}) {
      const kind = kindOf(ref);
      if (kind !== undefined) return getJob(kind, ref, options);
      const request = requestOf('GET', `get of ${ref.name}`, allowedUrls(ref).get, {}, options);
      const isWhole = options.fields === undefined;
      return call(request, options, (text) => parseOperation(text, ref.name, isWhole));
    },

    async cancel(ref, options = {}) {
      const request = await cancelRequestOf(ref, options);
      await options.beforeSend?.();
      let answer: HttpAnswer;
      try {
        answer = await transport.send(request);
      } catch (error) {
        // The status line is the answer. The body of a success, an empty object, adds nothing, even if it broke off.
        if (error instanceof GoogleApiError && isSuccess(error.httpStatus)) return;
        throw error;
      }
      assertSuccess(answer, request);
      const refusal = statusErrorOf(answer, request.what, withoutQuery(request.url));
      if (refusal !== undefined) throw refusal;
      const { accepted } = kindOf(ref)?.cancel ?? {};
      if (accepted !== undefined && !hasFlag(answer.text, accepted)) {
        const problem = `the service answers without ${accepted}, so that it has not cancelled it`;
        throw new GoogleApiError(`${request.what}: ${problem}`, {
          code: 'FAILED_PRECONDITION',
          kind: 'STATUS',
          httpStatus: answer.status,
        });
      }
      // A proxy's page comes with a 200 as well, but is not from Google's API.
      if (isForeign(answer)) throw bodyError(answer, request, new Error(`is a page: ${textOfPage(answer.text)}`));
      if (isErrorAlone(answer.text)) throw bodyError(answer, request, new Error('is an error'));
    },

    async wait(ref, options) {
      assertMs('waitMs', options.waitMs);
      const what = `wait for ${ref.name}`;
      const { wait } = allowedUrls(ref);
      const binding = waitBindingOf(ref.service);
      if (wait === undefined || binding === undefined)
        throw new GoogleApiError(`${what}: ${ref.service} has no wait`, { code: 'UNIMPLEMENTED', kind: 'NO_METHOD' });
      // A google.protobuf.Duration in its JSON form: seconds and an s.
      const timeout = `${options.waitMs / 1_000}s`;
      const isInBody = binding.timeoutIn === 'body';
      const query = isInBody ? {} : { timeout };
      const request: TransportRequest = {
        ...requestOf(binding.method, what, wait, query, options, options.waitMs),
        ...(isInBody && { body: JSON.stringify({ timeout }) }),
      };
      return call(request, options, (text) => parseOperation(text, ref.name));
    },

    async list(query, options = {}) {
      const { parent, filter, pageSize, pageToken } = query;
      const url = allowedListUrl(query);
      if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize > 0)) {
        throw argumentError('pageSize must be a positive integer');
      }
      const { collection, kind } = collectionOf(query);
      const given = { filter, pageSize: pageSize?.toString(), pageToken };
      const parameters = kind === undefined ? given : parametersOfJobs(kind, given);
      const parse = (text: string): OperationsPage =>
        kind === undefined ? parseOperations(text) : parseJobs(kind, text, collection);
      const mask = kind === undefined ? options.fields : fieldsOfJobs(kind, options.withDisplayName);
      const api = [query.service, query.apiVersion, kind && nameOfKind(kind)].join(' ');
      const read = (fields = mask): Promise<OperationsPage> => {
        const asked = { ...options, ...(fields !== undefined && { fields }) };
        return call(requestOf('GET', `list of ${parent}`, url, parameters, asked), options, parse);
      };
      if (mask === undefined || withoutUnreachable.has(api)) return read();
      try {
        return await read(`${mask},unreachable`);
      } catch (error) {
        if (!isUnknownField(error)) throw error;
        withoutUnreachable.add(api);
        return read();
      }
    },
  };
}

/**
 * The error of a lookup. It is no answer to the request that it was for. One of ours, such as an argument, stays as it is.
 *
 * @throws the error
 */
function asLookup(error: unknown): never {
  if (!(error instanceof GoogleApiError) || !['STATUS', 'NOT_API_ERROR', 'REDIRECT', 'BODY'].includes(error.kind))
    throw error;
  const { message, code, url, answer, retryAfterMs } = error;
  throw new GoogleApiError(message, withoutUndefined({ code, kind: 'LOOKUP' as const, url, answer, retryAfterMs }));
}

/** Google's message is "Invalid field selection unreachable". */
function isUnknownField(error: unknown): boolean {
  return error instanceof GoogleApiError && error.code === 'INVALID_ARGUMENT' && /\bunreachable\b/.test(error.message);
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function assertSuccess(answer: HttpAnswer, { what, url }: TransportRequest): void {
  if (!isSuccess(answer.status)) throw errorOfAnswer(answer, what, withoutQuery(url));
}

/** Whether a body is text of another type than JSON. */
function isForeign({ headers, text }: HttpAnswer): boolean {
  const type = headers.get('content-type') ?? '';
  return /^\s*text\//i.test(type) && !/^\s*(?:\{|$)/.test(text);
}

function costlyError({ status: httpStatus }: HttpAnswer, { what, url }: TransportRequest): GoogleApiError {
  const fields = { code: 'RESOURCE_EXHAUSTED', kind: 'TOO_LARGE', httpStatus, url: withoutQuery(url) } as const;
  return new GoogleApiError(`${what}: the body has too many values`, fields);
}

function bodyError(answer: HttpAnswer, request: TransportRequest, cause: unknown): GoogleApiError {
  const url = withoutQuery(request.url);
  const status = statusErrorOf(answer, request.what, url);
  if (status !== undefined) return status;
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new GoogleApiError(`${request.what}: the body of the answer (HTTP ${answer.status}) ${problem}`, {
    code: cause instanceof NotAnOperationError ? cause.code : 'UNKNOWN',
    kind: 'BODY',
    httpStatus: answer.status,
    url,
  });
}

type QueryParameters = Record<string, string | readonly string[] | undefined>;

/** A URL with those of these parameters that have a value. Several values are repeated. */
function withQuery(text: string, parameters: QueryParameters): string {
  const url = new URL(text);
  for (const [key, values] of Object.entries(parameters))
    for (const value of [values ?? []].flat()) if (value !== '') url.searchParams.append(key, value);
  return url.href;
}

function assertMs(field: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0 || value > MAX_TIMEOUT_MS) {
    throw argumentError(`${field} must be a positive whole number of milliseconds; it is ${value}`);
  }
}
