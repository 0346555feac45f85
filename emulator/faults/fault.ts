import * as v from 'valibot';
import { codeNames } from '../../contract/code.js';
import { numberBetween } from '../../contract/fields.js';
import { parseGlob } from '../../google/glob.js';
import { bodyBytes, check, fields, integerFrom, jsonObject, milliseconds, oneOf, text } from '../check.js';
import { methods } from '../route.js';

/** The requests that a fault hits. Every given field has to match; without fields every request matches. */
const selection = {
  method: v.optional(
    v.union(
      [v.picklist(methods), v.pipe(v.array(v.picklist(methods)), v.nonEmpty(), v.readonly())],
      `must be one or more of ${methods.join(', ')}`,
    ),
  ),
  /** A glob of operation names, as in ALLOWED_OPERATIONS: `*` matches within a segment, `**` any number of segments. */
  name: v.optional(v.pipe(text, v.check(isGlob, 'must be a glob of operation names, such as projects/p/**'))),
  /** This many matching requests are spared first. */
  skip: v.optional(integerFrom(0)),
  /** The fault is removed after this many hits. Default: it stays until it is cleared. */
  times: v.optional(integerFrom(1)),
  /** The time window in which it hits, in milliseconds after it was injected. */
  fromMs: v.optional(milliseconds),
  untilMs: v.optional(milliseconds),
  /** The probability, from 0 to 1, that it hits a matching request; drawn from the emulator's `random`. */
  probability: v.optional(numberBetween('a number', 0, 1)),
};

const httpStatus = v.pipe(numberBetween('an HTTP status', 200, 599), v.integer('must be an HTTP status'));
const headerValue = v.pipe(text, v.regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII'));
/** The header `Retry-After`: a number of seconds, or any text (an HTTP date, a malformed value). */
const retryAfter = v.optional(v.union([integerFrom(0), headerValue], 'must be seconds, or the text of the header'));
const flag = v.optional(v.boolean('must be true or false'));

const corrupting = <const K extends string, const T extends v.ObjectEntries>(kind: K, entries: T) =>
  fields({ kind: v.literal(kind), ...entries, ...selection });
const replacing = <const K extends string, const T extends v.ObjectEntries>(kind: K, entries: T) =>
  fields({ kind: v.literal(kind), carriedOut: flag, ...entries, ...selection });

/**
 * Faults that replace the answer. The request is not carried out unless `carriedOut` is true; then, for
 * example, a cancel takes effect although its answer is an error.
 */
const replacingFaults = [
  /** HTTP 429, RESOURCE_EXHAUSTED. With `retryDelay`, such as `"1.5s"`, it has a google.rpc.RetryInfo. */
  replacing('too-many-requests', { retryAfter, retryDelay: v.optional(text) }),
  /**
   * HTTP 403 PERMISSION_DENIED with an ErrorInfo of reason RATE_LIMIT_EXCEEDED, the answer of some per-minute
   * quotas. With `inTextOnly` there is no ErrorInfo and only the message mentions the quota.
   */
  replacing('rate-limit-exceeded', { inTextOnly: flag }),
  /** Any google.rpc.Status in the form of Google's front ends. Default of `httpStatus`: that of the code. */
  replacing('status', {
    code: oneOf(codeNames),
    message: v.optional(v.string()),
    httpStatus: v.optional(httpStatus),
    details: v.optional(v.array(jsonObject)),
    retryAfter,
  }),
  /** Any text, such as the error of another front end. Default of `contentType`: `application/json`. */
  replacing('text', { status: httpStatus, body: v.string('must be a string'), contentType: v.optional(headerValue) }),
  /** An HTML page with this HTTP status. */
  replacing('html', { status: httpStatus }),
  /** A redirect to a URL. Default of `status`: 302. */
  replacing('redirect', { location: headerValue, status: v.optional(httpStatus) }),
  /** The request is read and never answered. */
  replacing('never-answers', {}),
  /** The connection is reset (RST). */
  replacing('reset', {}),
] as const;

/** Faults that corrupt, delay or lose the real answer. The request is carried out. */
const corruptingFaults = [
  /** The connection is closed without an answer. */
  corrupting('lost-answer', {}),
  /** The answer is sent this many milliseconds later. */
  corrupting('late-answer', { afterMs: milliseconds }),
  /** HTTP 200, or `status`, with no body. */
  corrupting('empty-body', { status: v.optional(httpStatus) }),
  /** A complete HTTP message whose JSON ends in the middle. */
  corrupting('truncated-json', {}),
  /** JSON of the wrong type: a field with a wrong value, or an array or null for the whole. */
  corrupting('wrong-type', { of: oneOf(['done', 'error-code', 'name', 'array', 'null']) }),
  /** `bytes` bytes (default: 1) of the body every `everyMs` milliseconds. */
  corrupting('slow-body', { everyMs: milliseconds, bytes: v.optional(integerFrom(1)) }),
  /** The connection is closed in the middle of the body. */
  corrupting('closed-mid-body', {}),
  /** Valid JSON of this many bytes (default: 100 MiB), whatever `fields` selects. */
  corrupting('huge-body', { bytes: v.optional(bodyBytes) }),
  /** The operation has another name: `as`, or a fixed one. */
  corrupting('other-name', { as: v.optional(text) }),
  /** `get` and `wait` show the operation as running, like a replica that lags behind. */
  corrupting('stale', {}),
  /** `Content-Encoding: gzip`, and a body that is not gzip. */
  corrupting('corrupt-gzip', {}),
  /** Another Content-Type. */
  corrupting('content-type', { value: headerValue }),
] as const;

const kinds = [...replacingFaults, ...corruptingFaults] as const;
/** The fields of each kind of fault, for the check of docs/emulator.md. */
export const faultFields: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  kinds.map(({ entries }) => [entries.kind.literal, Object.keys(entries)]),
);
const names = kinds.map(({ entries }) => entries.kind.literal).join(', ');
const fault = v.variant('kind', kinds, `must be one of ${names}`);

/** A fault, which replaces, corrupts, delays or loses answers, and the requests that it hits. */
export type Fault = v.InferOutput<typeof fault>;

/** Validates a fault. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseFault(value: unknown): Fault {
  return check(fault, value, 'fault');
}

/** True if a request is carried out although the fault hits it. */
export function isCarriedOut(hit: Fault | undefined): boolean {
  const isReplaced = replacingFaults.some(({ entries }) => entries.kind.literal === hit?.kind);
  return !isReplaced || (hit !== undefined && 'carriedOut' in hit && hit.carriedOut === true);
}

function isGlob(pattern: string): boolean {
  try {
    parseGlob(pattern);
    return true;
  } catch {
    return false;
  }
}
