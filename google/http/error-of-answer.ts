import { httpStatusOf, isCodeName, type CodeName } from '../../contract/code.js';
import { GoogleApiError } from '../error.js';
import { parseRetryAfter, parseRetryDelay } from './retry-after.js';
import { redact } from '../redact.js';
import type { Answer } from './transport.js';

type Json = Record<string, unknown>;

const BY_HTTP_STATUS: Record<number, CodeName> = {
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

// Some services answer 403 to a quota per minute, and only the text tells it from a missing permission.
const QUOTA_PER_MINUTE = /quota exceeded for quota metric\b.*\bper minute\b/is;
// The same in bodies from before google.rpc.Status: `error.errors` with a reason, and often no status by name.
const LEGACY_QUOTAS = ['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded'];

/**
 * The error in an answer that is not a 2xx.
 *
 * A google.rpc.Status gives its code by name (AIP-193: `error.code` there is the HTTP status, which several codes share).
 * Anything else gives the code that its HTTP status suggests. Both carry Google's wish when to try again.
 *
 * @param what what was tried, on which operation: the start of the message.
 */
export function errorOf(answer: Answer, what: string, url: string): GoogleApiError {
  const { status: httpStatus, headers } = answer;
  const header = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  const common = { httpStatus, url };
  if (httpStatus >= 300 && httpStatus < 400) {
    return new GoogleApiError(`${what}: redirected (HTTP ${httpStatus}) by ${url}, which is refused`, {
      ...common,
      code: 'UNKNOWN',
      kind: 'REDIRECT',
    });
  }
  const status = statusIn(answer.text);
  if (status === undefined) {
    return new GoogleApiError(`${what}: HTTP ${httpStatus} from ${url}, ${pageOf(answer)}`, {
      ...common,
      code: codeOfHttpStatus(httpStatus),
      kind: 'NOT_API_ERROR',
      retryAfterMs: header,
    });
  }
  const details = Array.isArray(status['details']) ? status['details'].filter(isObject) : [];
  const infoReason = detail(details, 'google.rpc.ErrorInfo')?.['reason'];
  const reason = typeof infoReason === 'string' ? redact(infoReason, 100) : '';
  const message = typeof status['message'] === 'string' ? redact(status['message'], 499) : '';
  const delay = parseRetryDelay(detail(details, 'google.rpc.RetryInfo')?.['retryDelay']);
  const code = codeOfStatus(status, httpStatus, reason, message);
  const known = `${code}${reason === '' ? '' : ` [${reason}]`} (HTTP ${httpStatus})`;
  return new GoogleApiError(`${what}: ${known}${message === '' ? '' : `: ${message}`}`, {
    ...common,
    code,
    kind: 'STATUS',
    reason: reason === '' ? undefined : reason,
    answer: message === '' ? undefined : message,
    retryAfterMs: delay === undefined ? header : Math.max(delay, header ?? 0),
  });
}

/** The code that an HTTP status suggests where nothing better is known. */
export function codeOfHttpStatus(httpStatus: number): CodeName {
  return BY_HTTP_STATUS[httpStatus] ?? (httpStatus >= 500 ? 'UNAVAILABLE' : 'UNKNOWN');
}

function codeOfStatus(status: Json, httpStatus: number, reason: string, message: string): CodeName {
  const isQuota =
    reason === 'RATE_LIMIT_EXCEEDED' || QUOTA_PER_MINUTE.test(message) || isLegacyQuota(status['errors']);
  if (httpStatus === 403 && isQuota) return 'RESOURCE_EXHAUSTED';
  const name = status['status'];
  if (!isCodeName(name) || name === 'OK') return codeOfHttpStatus(httpStatus);
  // A gateway that fails may quote whatever it likes: what would decide something has to come with its own HTTP status.
  return httpStatus >= 500 && httpStatusOf(name) < 500 ? codeOfHttpStatus(httpStatus) : name;
}

function isLegacyQuota(errors: unknown): boolean {
  if (!Array.isArray(errors)) return false;
  return errors.some((one) => isObject(one) && LEGACY_QUOTAS.some((quota) => quota === one['reason']));
}

/**
 * The google.rpc.Status in an error body, which may be alone in an array as of a stream. It is one when it says a code or a
 * status; OAuth's `{"error":"..."}` is not.
 */
function statusIn(text: string): Json | undefined {
  const parsed = parseJson(text);
  const body: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  const error = isObject(body) ? body['error'] : undefined;
  if (!isObject(error)) return undefined;
  return typeof error['status'] === 'string' || isWhole(error['code']) ? error : undefined;
}

function pageOf({ headers, text }: Answer): string {
  if (text.trim() === '') return 'without a body';
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return `not a google.rpc.Status but ${redact(type, 60)}: ${titleOf(text)}`;
}

/** The title of a page, or its beginning where it has none. */
export function titleOf(page: string): string {
  // The title is at the beginning, and what is cut off first cannot keep a pattern busy.
  const start = page.slice(0, 2_000);
  return redact(/<title[^>]*>([^<]*)/i.exec(start)?.[1] ?? start.replaceAll(/<[^>]*>/g, ' '), 200);
}

function detail(details: Json[], type: string): Json | undefined {
  return details.find(({ '@type': its }) => typeof its === 'string' && its.endsWith(`/${type}`));
}

// Not by String(): JSON can hold an object without a usable toString, and arrays nested deeper than the stack.
function isWhole(value: unknown): boolean {
  return typeof value === 'string' ? /^\d+$/.test(value) : Number.isInteger(value) && Number(value) >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
