import { httpStatusOf, isCodeName, type CodeName } from '../../contract/code.js';
import { GoogleApiError } from '../error.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { redact } from '../redact.js';
import { parseRetryAfter, parseRetryDelay } from './retry-after.js';
import type { HttpAnswer } from './transport.js';

/**
 * The code that each HTTP status suggests. Several codes share 400, 409 and 500 (code.proto), so a name
 * takes precedence.
 */
const CODE_BY_HTTP_STATUS: Record<number, CodeName> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/**
 * Some services answer 403 when a quota per minute is used up, and only the text differs from a missing permission.
 */
const QUOTA_PER_MINUTE = /quota exceeded for quota metric\b.*\bper minute\b/is;
/** The same in bodies older than google.rpc.Status: reasons in `error.errors`, often without a status by name. */
const LEGACY_QUOTA_REASONS = ['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded'];

/**
 * The error in an answer that is not a 2xx.
 *
 * A google.rpc.Status gives its code by name, in `error.status` (AIP-193: `error.code` in an HTTP body is the
 * HTTP status, unlike in an Operation). Any other body gives the code that its HTTP status suggests.
 * `retryAfterMs` is the longer of `Retry-After` and google.rpc.RetryInfo.
 *
 * @param what the call and its operation: the message begins with it.
 */
export function errorOfAnswer(answer: HttpAnswer, what: string, url: string): GoogleApiError {
  const { status: httpStatus, headers } = answer;
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  const common = { httpStatus, url };
  if (httpStatus >= 300 && httpStatus < 400) {
    return new GoogleApiError(`${what}: redirected (HTTP ${httpStatus}) by ${url}, which is refused`, {
      ...common,
      code: 'UNKNOWN',
      kind: 'REDIRECT',
    });
  }
  const status = rpcStatusIn(answer.text);
  if (status === undefined) {
    return new GoogleApiError(`${what}: HTTP ${httpStatus} from ${url}, ${describeBody(answer)}`, {
      ...common,
      code: codeOfHttpStatus(httpStatus),
      kind: 'NOT_API_ERROR',
      retryAfterMs,
    });
  }
  const details = Array.isArray(status['details']) ? status['details'].filter(isJsonObject) : [];
  const infoReason = detailOf(details, 'google.rpc.ErrorInfo')?.['reason'];
  const reason = typeof infoReason === 'string' ? redact(infoReason, 100) : '';
  const message = typeof status['message'] === 'string' ? redact(status['message'], 499) : '';
  const delay = parseRetryDelay(detailOf(details, 'google.rpc.RetryInfo')?.['retryDelay']);
  const code = codeOfStatus(status, httpStatus, reason, message);
  const summary = `${code}${reason === '' ? '' : ` [${reason}]`} (HTTP ${httpStatus})`;
  return new GoogleApiError(`${what}: ${summary}${message === '' ? '' : `: ${message}`}`, {
    ...common,
    code,
    kind: 'STATUS',
    reason: reason === '' ? undefined : reason,
    answer: message === '' ? undefined : message,
    retryAfterMs: delay === undefined ? retryAfterMs : Math.max(delay, retryAfterMs ?? 0),
  });
}

/** The code that an HTTP status suggests. */
export function codeOfHttpStatus(httpStatus: number): CodeName {
  return CODE_BY_HTTP_STATUS[httpStatus] ?? (httpStatus >= 500 ? 'UNAVAILABLE' : 'UNKNOWN');
}

function codeOfStatus(status: JsonObject, httpStatus: number, reason: string, message: string): CodeName {
  const isQuota = reason === 'RATE_LIMIT_EXCEEDED' || QUOTA_PER_MINUTE.test(message) || isLegacyQuota(status['errors']);
  if (httpStatus === 403 && isQuota) return 'RESOURCE_EXHAUSTED';
  const name = status['status'];
  if (!isCodeName(name) || name === 'OK') return codeOfHttpStatus(httpStatus);
  // A gateway that fails may repeat any code. A code with consequences, such as NOT_FOUND, counts with
  // its own HTTP status only.
  return httpStatus >= 500 && httpStatusOf(name) < 500 ? codeOfHttpStatus(httpStatus) : name;
}

function isLegacyQuota(errors: unknown): boolean {
  if (!Array.isArray(errors)) return false;
  return errors.some((one) => isJsonObject(one) && LEGACY_QUOTA_REASONS.some((quota) => quota === one['reason']));
}

/**
 * The google.rpc.Status in an error body, or `undefined`. It may be alone in an array, as in the answer of a
 * streaming method. An object with a code or a status is one; OAuth's `{"error":"..."}` is not.
 */
function rpcStatusIn(text: string): JsonObject | undefined {
  const parsed = parseJson(text);
  const body: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  const error = isJsonObject(body) ? body['error'] : undefined;
  if (!isJsonObject(error)) return undefined;
  return typeof error['status'] === 'string' || isWholeNumber(error['code']) ? error : undefined;
}

function describeBody({ headers, text }: HttpAnswer): string {
  if (text.trim() === '') return 'without a body';
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return `not a google.rpc.Status but ${redact(type, 60)}: ${titleOf(text)}`;
}

/** The title of an HTML page, or its beginning where it has none; at most 200 characters. */
export function titleOf(page: string): string {
  // Cut first: the patterns take quadratic time. A title is at the beginning.
  const start = page.slice(0, 2_000);
  return redact(/<title[^>]*>([^<]*)/i.exec(start)?.[1] ?? start.replaceAll(/<[^>]*>/g, ' '), 200);
}

/** The detail of a type, which AIP-193 allows once. */
function detailOf(details: JsonObject[], type: string): JsonObject | undefined {
  return details.find(({ '@type': typeUrl }) => typeof typeUrl === 'string' && typeUrl.endsWith(`/${type}`));
}

// String() is not used because it fails on an object with a toString of its own and on arrays nested deeper than the stack.
function isWholeNumber(value: unknown): boolean {
  return typeof value === 'string' ? /^\d+$/.test(value) : Number.isInteger(value) && Number(value) >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
