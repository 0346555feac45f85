import type { CodeName } from '../../contract/code.js';
import type { Method } from '../route.js';
import type { JsonObject } from '../operations/script.js';

/**
 * Faults that replace the answer. The request is not carried out unless `carriedOut` is true; then, for
 * example, a cancel takes effect although its answer is an error.
 */
export type ReplacingFault = { carriedOut?: boolean } & (
  | {
      /** HTTP 429, RESOURCE_EXHAUSTED. */
      kind: 'too-many-requests';
      /** The header `Retry-After`: a number of seconds, or any text (an HTTP date, a malformed value). */
      retryAfter?: number | string;
      /** A google.rpc.RetryInfo with this `retryDelay`, such as `"1.5s"`. */
      retryDelay?: string;
    }
  /**
   * HTTP 403 PERMISSION_DENIED with an ErrorInfo of reason RATE_LIMIT_EXCEEDED, the answer of some per-minute
   * quotas. With `inTextOnly` there is no ErrorInfo and only the message mentions the quota.
   */
  | { kind: 'rate-limit-exceeded'; inTextOnly?: boolean }
  /** Any google.rpc.Status in the form of Google's front ends. Default of `httpStatus`: that of the code. */
  | {
      kind: 'status';
      code: CodeName;
      message?: string;
      httpStatus?: number;
      details?: JsonObject[];
      retryAfter?: number | string;
    }
  /** Any text, such as the error of another front end. Default of `contentType`: `application/json`. */
  | { kind: 'text'; status: number; body: string; contentType?: string }
  /** An HTML page with this HTTP status. */
  | { kind: 'html'; status: number }
  /** A redirect to a URL. Default of `status`: 302. */
  | { kind: 'redirect'; location: string; status?: number }
  /** The request is read and never answered. */
  | { kind: 'never-answers' }
  /** The connection is reset (RST). */
  | { kind: 'reset' }
);

/** Faults that corrupt, delay or lose the real answer. The request is carried out. */
export type CorruptingFault =
  /** The connection is closed without an answer. */
  | { kind: 'lost-answer' }
  /** The answer is sent this many milliseconds later. */
  | { kind: 'late-answer'; afterMs: number }
  /** HTTP 200, or `status`, with no body. */
  | { kind: 'empty-body'; status?: number }
  /** A complete HTTP message whose JSON ends in the middle. */
  | { kind: 'truncated-json' }
  /** JSON of the wrong type: a field with a wrong value, or an array or null for the whole. */
  | { kind: 'wrong-type'; of: 'done' | 'error-code' | 'name' | 'array' | 'null' }
  /** `bytes` bytes (default: 1) of the body every `everyMs` milliseconds. */
  | { kind: 'slow-body'; everyMs: number; bytes?: number }
  /** The connection is closed in the middle of the body. */
  | { kind: 'closed-mid-body' }
  /** Valid JSON of this many bytes (default: 100 MiB), whatever `fields` selects. */
  | { kind: 'huge-body'; bytes?: number }
  /** The operation has another name: `as`, or a fixed one. */
  | { kind: 'other-name'; as?: string }
  /** `get` and `wait` show the operation as running, like a replica that lags behind. */
  | { kind: 'stale' }
  /** `Content-Encoding: gzip`, and a body that is not gzip. */
  | { kind: 'corrupt-gzip' }
  /** Another Content-Type. */
  | { kind: 'content-type'; value: string };

/** The requests that a fault hits. Every given field has to match; without fields every request matches. */
export interface FaultSelection {
  method?: Method | readonly Method[];
  /** A glob of operation names: `*` matches within a segment, `**` across segments. */
  name?: string;
  /** This many matching requests are spared first. */
  skip?: number;
  /** The fault is removed after this many hits. Default: it stays until it is cleared. */
  times?: number;
  /** The time window in which it hits, in milliseconds after it was injected. */
  fromMs?: number;
  untilMs?: number;
  /** The probability, from 0 to 1, that it hits a matching request; drawn from the emulator's `random`. */
  probability?: number;
}

/** A fault and the requests that it hits. */
export type Fault = (ReplacingFault | CorruptingFault) & FaultSelection;

const REPLACING: readonly Fault['kind'][] = [
  'too-many-requests',
  'rate-limit-exceeded',
  'status',
  'text',
  'html',
  'redirect',
  'never-answers',
  'reset',
];

/** True if a request is carried out although the fault hits it. */
export function isCarriedOut(fault: Fault | undefined): boolean {
  if (fault === undefined || !REPLACING.includes(fault.kind)) return true;
  return 'carriedOut' in fault && fault.carriedOut === true;
}
