import type { CodeName } from '../contract/code.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { plainError } from './error-cause.js';
import { redact } from './redact.js';

/**
 * The step at which a call went wrong. The code alone is ambiguous: NOT_FOUND by a google.rpc.Status is
 * about the operation, NOT_FOUND by an HTML page is about the host or the path.
 *
 * - `STATUS`: Google answered with a google.rpc.Status in JSON (AIP-193). Code: the one it names.
 * - `NOT_API_ERROR`: an error answer that is none: HTML, empty, other JSON. On a 404 it means a wrong host,
 *   path or method, and says nothing about the operation. Code: the one that the HTTP status suggests.
 * - `REDIRECT`: a 3xx. Google's APIs do not redirect, so something else answered. Code: UNKNOWN.
 * - `BODY`: a 2xx whose body is empty, broken off, not JSON, or not of the type it should be. Code: UNKNOWN,
 *   or INVALID_ARGUMENT where the body is another resource than an operation.
 * - `TOO_LARGE`: a 2xx whose body is over the limit. Code: RESOURCE_EXHAUSTED, as in gRPC.
 * - `NETWORK`: no answer: refused, reset, DNS, TLS, a proxy that is no URL. Code: UNAVAILABLE.
 * - `TIMEOUT`: our own limit passed; the request may have had its effect. Code: DEADLINE_EXCEEDED.
 * - `CREDENTIALS`: no token. Code: UNAVAILABLE where the token endpoint may recover, UNAUTHENTICATED where a
 *   person has to act.
 * - `NO_CREDENTIALS`: none were found, or the machine's clock is wrong. A file, a sidecar, the machine's metadata
 *   server or its clock may still be starting. Code: UNAUTHENTICATED.
 * - `ABORTED`: the caller's AbortSignal; the request may have had its effect. Code: CANCELLED.
 * - `FORBIDDEN`: this worker's own rules; nothing was sent. Code: PERMISSION_DENIED.
 * - `LOOKUP`: a request that only prepares another one failed, and the other one was not sent. Code: that of the failure.
 * - `NO_METHOD`: the service has no such method for this kind; nothing was sent. Code: UNIMPLEMENTED.
 * - `ARGUMENT`: a bad name, service, version or setting; nothing was sent. Code: INVALID_ARGUMENT.
 */
export type ErrorKind =
  | 'STATUS'
  | 'NOT_API_ERROR'
  | 'REDIRECT'
  | 'BODY'
  | 'TOO_LARGE'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'CREDENTIALS'
  | 'NO_CREDENTIALS'
  | 'ABORTED'
  | 'FORBIDDEN'
  | 'LOOKUP'
  | 'NO_METHOD'
  | 'ARGUMENT';

export interface GoogleApiErrorFields {
  /** A google.rpc.Code by its name. It is about the request: CANCELLED here says nothing about the operation. */
  code: CodeName;
  kind: ErrorKind;
  /** The HTTP status, wherever a status line arrived, even if the rest of the answer did not. */
  httpStatus?: number;
  /** How long Google asks to wait, in milliseconds: finite, not negative, and as long as Google likes. */
  retryAfterMs?: number;
  /** The URL of the request, without its query. */
  url?: string;
  /** google.rpc.ErrorInfo.reason, such as `"SERVICE_DISABLED"`. */
  reason?: string;
  /** Google's own message: that of the google.rpc.Status that it answered, redacted, at most 500 characters. */
  answer?: string;
  cause?: unknown;
}

/**
 * The error of all calls to Google. Its message has the call, the operation and the reason. Neither the
 * message nor the cause contains a token, a header or the HTTP client's objects: an error like this ends up in
 * logs and in workflow histories.
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

  constructor(message: string, { cause, code, kind, ...details }: GoogleApiErrorFields) {
    super(redact(message, 2_000), cause === undefined ? {} : { cause: plainError(cause) });
    this.code = code;
    this.kind = kind;
    Object.assign(this, withoutUndefined(details));
  }
}

/** A bad argument or setting, found before any request. */
export function argumentError(message: string): GoogleApiError {
  return new GoogleApiError(message, { code: 'INVALID_ARGUMENT', kind: 'ARGUMENT' });
}

/** The caller aborted the call, which says nothing about the operation. */
export function abortedError(what: string, fields: Pick<GoogleApiErrorFields, 'httpStatus' | 'url'> = {}) {
  return new GoogleApiError(`${what}: given up by the caller`, {
    ...fields,
    code: 'CANCELLED',
    kind: 'ABORTED',
  });
}
