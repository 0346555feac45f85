import { codeName, httpStatusOf, isCodeName, type CodeName } from '../../contract/code.js';
import { GoogleApiError } from '../error.js';
import { isCostly, isJsonObject, type JsonObject } from '../json.js';
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
  410: 'NOT_FOUND',
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
 * Some services answer 403 when a quota is used up, often with the status of a missing permission. The reasons
 * are those of google.rpc.ErrorInfo, such as `RATE_LIMIT_EXCEEDED`, and of older bodies, such as `userRateLimitExceeded`.
 */
const QUOTA_REASON = /(?:limit|quota)_?exceeded$/i;
/**
 * The same by the text where no reason is given, such as "Quota exceeded for quota group 'G' and limit 'Queries per 100
 * seconds'". "Daily Limit for Unauthenticated Use Exceeded" means that credentials are missing.
 */
function isQuotaMessage(text: string): boolean {
  if (/\bunauthenticated\b/i.test(text)) return false;
  if (/\binsufficient tokens for quota\b/i.test(text)) return true;
  return /\b(?:quota|limits?)\b/i.test(text) && /\bexceeded\b/i.test(text);
}
/** The reason that old bodies give for every 403 that has no other. */
const NO_REASON = ['', 'forbidden'];

/**
 * The error in an answer that is not a 2xx.
 *
 * A google.rpc.Status gives its code by name, in `error.status` (AIP-193: `error.code` in an HTTP body is the
 * HTTP status, unlike in an Operation). Without its frame, as grpc-gateway writes it, it gives the code by number.
 * Any other body gives the code that its HTTP status suggests.
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
  return (
    statusErrorOf(answer, what, url) ??
    new GoogleApiError(`${what}: HTTP ${httpStatus} from ${url}, ${describeBody(answer)}`, {
      ...common,
      code: codeOfHttpStatus(httpStatus),
      kind: 'NOT_API_ERROR',
      retryAfterMs,
    })
  );
}

/** The error of an answer whose body is a google.rpc.Status, whatever its HTTP status; `undefined` of any other. */
export function statusErrorOf({ status: httpStatus, headers, text }: HttpAnswer, what: string, url: string) {
  const status = rpcStatusIn(text, httpStatus < 300);
  if (status === undefined) return undefined;
  const details = Array.isArray(status['details']) ? status['details'].filter(isJsonObject) : [];
  const infoReason = detailOf(details, 'google.rpc.ErrorInfo')?.['reason'];
  const reason = typeof infoReason === 'string' ? redact(infoReason, 100) : '';
  const message = typeof status['message'] === 'string' ? redact(status['message'], 499) : '';
  const delay = parseRetryDelay(detailOf(details, 'google.rpc.RetryInfo')?.['retryDelay']);
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  const code = codeOfStatus(status, httpStatus, reason, message);
  const summary = `${code}${reason === '' ? '' : ` [${reason}]`} (HTTP ${httpStatus})`;
  return new GoogleApiError(`${what}: ${summary}${message === '' ? '' : `: ${message}`}`, {
    httpStatus,
    url,
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
  const number = isWholeNumber(status['code']) ? Number(status['code']) : 0;
  // A 2xx that holds an error says no more about it.
  const suggested = codeOfHttpStatus(httpStatus < 300 ? number : httpStatus);
  const reasons = [reason, ...legacyReasons(status)];
  const hasNoReason = reasons.every((one) => NO_REASON.includes(one));
  const isQuota = hasNoReason ? isQuotaMessage(message) : reasons.some((one) => QUOTA_REASON.test(one));
  if (suggested === 'PERMISSION_DENIED' && isQuota) return 'RESOURCE_EXHAUSTED';
  const name = isCodeName(status['status']) ? status['status'] : codeName(number);
  if (name === undefined || name === 'OK')
    return reasons.includes('failedPrecondition') ? 'FAILED_PRECONDITION' : suggested;
  // A gateway that fails may repeat any code. A code with consequences, such as NOT_FOUND, counts with
  // its own HTTP status only.
  return httpStatus >= 500 && httpStatusOf(name) < 500 ? suggested : name;
}

/** The reasons in a body older than google.rpc.Status: `error.errors[].reason`. */
function legacyReasons({ errors }: JsonObject): string[] {
  const found = Array.isArray(errors) ? errors.map((one) => (isJsonObject(one) ? one['reason'] : undefined)) : [];
  return found.filter((reason) => typeof reason === 'string');
}

/**
 * The google.rpc.Status in a body, or `undefined`. It may be alone in an array, as in the answer of a
 * streaming method. In the frame `error`, an object with a code, a status or a reason is one; OAuth's
 * `{"error":"..."}` is not. Without the frame its code has to be one of google.rpc.Code, by number or by name:
 * other programs write `{"code":404,"message":"..."}`.
 *
 * @param mayBeOperation a body with a name or `done` is none
 */
function rpcStatusIn(text: string, mayBeOperation: boolean): JsonObject | undefined {
  const parsed = parseJson(text);
  const body: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  if (!isJsonObject(body) || (mayBeOperation && ('name' in body || 'done' in body))) return undefined;
  const { error, code, status, message } = body;
  if (isJsonObject(error)) {
    const isStatus = typeof error['status'] === 'string' || isWholeNumber(error['code']);
    return isStatus || legacyReasons(error).length > 0 ? error : undefined;
  }
  const isCode = isCodeName(status) || (isWholeNumber(code) && codeName(Number(code)) !== undefined);
  return isCode && typeof message === 'string' ? body : undefined;
}

function describeBody({ headers, text }: HttpAnswer): string {
  if (text.trim() === '') return 'without a body';
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return `not a google.rpc.Status but ${redact(type, 60)}: ${textOfPage(text)}`;
}

/** The text of an HTML or XML page, which begins with its title; at most 200 characters. */
export function textOfPage(page: string): string {
  // The pages of Google's front ends are shorter.
  const start = page.slice(0, 2_000);
  return redact(start.replaceAll(/<(?:style|script)\b[^<>]*>[^<]*/gi, ' ').replaceAll(/<[^<>]*>/g, ' '), 200);
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
    return isCostly(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
