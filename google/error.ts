import type { CodeName } from '../contract/code.js';
import { plainError } from './error-cause.js';
import { redact } from './redact.js';

/**
 * Where a call went wrong, which the code alone does not tell.
 *
 * - `STATUS`: Google answered with a google.rpc.Status in JSON.
 * - `NOT_API_ERROR`: an error answer that is not one: HTML, empty, other JSON. On a 404 it means a wrong host, path or method, and
 *   says nothing about the operation.
 * - `BODY`: a 2xx whose body is empty, broken off, not JSON, or not of the type it should be; `INVALID_ARGUMENT` where it is
 *   another resource than an operation.
 * - `TOO_LARGE`: a 2xx whose body is over the limit.
 * - `REDIRECT`: a 3xx. Google's APIs do not redirect, so something else answered.
 * - `NETWORK`: no answer: refused, reset, DNS, TLS, a proxy that is no URL.
 * - `TIMEOUT`: our own limit passed.
 * - `CREDENTIALS`: no token could be had.
 * - `FORBIDDEN`: this worker's own rules; no request left.
 * - `ARGUMENT`: a bad name, service, version or setting; no request left.
 * - `ABORTED`: the caller's AbortSignal.
 */
export type ErrorKind =
  | 'STATUS'
  | 'NOT_API_ERROR'
  | 'BODY'
  | 'TOO_LARGE'
  | 'REDIRECT'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'CREDENTIALS'
  | 'FORBIDDEN'
  | 'ARGUMENT'
  | 'ABORTED';

export interface GoogleApiErrorFields {
  code: CodeName;
  kind: ErrorKind;
  /** The HTTP status, wherever a status line arrived, even if the rest of the answer did not. */
  httpStatus?: number;
  /** How long Google asks to wait, in milliseconds: finite, not negative, and as long as Google likes. */
  retryAfterMs?: number;
  /** Where the request went, without its query. */
  url?: string;
  /** google.rpc.ErrorInfo.reason, such as `"SERVICE_DISABLED"`. */
  reason?: string;
  /** What Google said: the message of the google.rpc.Status that it answered, scrubbed, at most 500 characters. */
  answer?: string;
  cause?: unknown;
}

/**
 * The one error of this room. Its message says what was tried, on what, and what came of it. Neither the message nor the
 * cause holds a token, a header or the HTTP client's objects: an error like this ends up in logs and in workflow histories.
 */
export class GoogleApiError extends Error {
  override readonly name = 'GoogleApiError';
  readonly code: CodeName;
  readonly kind: ErrorKind;
  declare readonly httpStatus?: number;
  declare readonly retryAfterMs?: number;
  declare readonly url?: string;
  declare readonly reason?: string;
  declare readonly answer?: string;

  constructor(message: string, fields: GoogleApiErrorFields) {
    const { code, kind, httpStatus, retryAfterMs, url, reason, answer, cause } = fields;
    super(redact(message, 2_000), cause === undefined ? {} : { cause: plainError(cause) });
    this.code = code;
    this.kind = kind;
    if (httpStatus !== undefined) this.httpStatus = httpStatus;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (url !== undefined) this.url = url;
    if (reason !== undefined) this.reason = reason;
    if (answer !== undefined) this.answer = answer;
  }
}

/** A bad argument or setting, found before any request. */
export function argumentError(message: string): GoogleApiError {
  return new GoogleApiError(message, { code: 'INVALID_ARGUMENT', kind: 'ARGUMENT' });
}

/** The caller gave up. Nothing follows from it about the operation. */
export function abortedError(what: string, fields: Pick<GoogleApiErrorFields, 'httpStatus' | 'url'> = {}) {
  return new GoogleApiError(`${what}: given up by the caller`, {
    ...fields,
    code: 'CANCELLED',
    kind: 'ABORTED',
  });
}
