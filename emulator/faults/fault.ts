import type { CodeName } from '../../contract/code.js';
import type { Method } from '../route.js';
import type { JsonObject } from '../operations/script.js';

/**
 * Faults that put something else in the answer's place. The request is not carried out, except where `carriedOut` is true:
 * then a cancel takes effect all the same.
 */
export type ReplacingFault = { carriedOut?: boolean } & (
  | {
      /** HTTP 429, RESOURCE_EXHAUSTED. */
      kind: 'too-many-requests';
      /** The header `Retry-After`: seconds as a number, or its text as it is (an HTTP date, nonsense). */
      retryAfter?: number | string;
      /** A google.rpc.RetryInfo with this `retryDelay`, such as `"1.5s"`. */
      retryDelay?: string;
    }
  /**
   * HTTP 403 PERMISSION_DENIED with an ErrorInfo of reason RATE_LIMIT_EXCEEDED, as some quotas a minute are answered; with
   * `inTextOnly` without details, so that only the message tells.
   */
  | { kind: 'rate-limit-exceeded'; inTextOnly?: boolean }
  /** Any google.rpc.Status as Google's front ends write it; `httpStatus` is the code's where left out. */
  | {
      kind: 'status';
      code: CodeName;
      message?: string;
      httpStatus?: number;
      details?: JsonObject[];
      retryAfter?: number | string;
    }
  /** An HTML page with this HTTP status. */
  | { kind: 'html'; status: number }
  /** A redirect to a URL; 302 where `status` is left out. */
  | { kind: 'redirect'; location: string; status?: number }
  /** The request is read, and no byte ever comes back. */
  | { kind: 'never-answers' }
  /** The connection is reset (RST). */
  | { kind: 'reset' }
);

/** Faults that spoil the real answer on its way. The request is carried out. */
export type SpoilingFault =
  /** The answer is lost: the connection is closed without a byte. */
  | { kind: 'lost-answer' }
  /** The answer comes this much later, in milliseconds. */
  | { kind: 'late-answer'; afterMs: number }
  /** HTTP 200, or `status`, with no body. */
  | { kind: 'empty-body'; status?: number }
  /** A whole HTTP message whose JSON ends in the middle. */
  | { kind: 'truncated-json' }
  /** JSON of the wrong types: what the field or the whole is turned into. */
  | { kind: 'wrong-type'; of: 'done' | 'error-code' | 'name' | 'array' | 'null' }
  /** `bytes` bytes (1 where left out) of the body every `everyMs` milliseconds. */
  | { kind: 'slow-body'; everyMs: number; bytes?: number }
  /** The connection is closed in the middle of the body. */
  | { kind: 'closed-mid-body' }
  /** Valid JSON of this many bytes, 100 MiB where left out, whatever `fields` asked for. */
  | { kind: 'huge-body'; bytes?: number }
  /** The operation has another name: `as`, or one made up. */
  | { kind: 'other-name'; as?: string }
  /** `get` and `wait` show the operation as still running: a replica that is behind. */
  | { kind: 'stale' }
  /** `Content-Encoding: gzip`, and a body that is not gzip. */
  | { kind: 'corrupt-gzip' }
  /** Another Content-Type. */
  | { kind: 'content-type'; value: string };

/** Which requests a fault hits. All that is given has to match; nothing given matches everything. */
export interface FaultSelection {
  method?: Method | readonly Method[];
  /** A glob of names: `*` within a segment, `**` across. */
  name?: string;
  /** Lets this many matching requests pass first. */
  skip?: number;
  /** Hits this many requests, then is gone. Left out: until it is cleared. */
  times?: number;
  /** The time window, in milliseconds after `fail`. */
  fromMs?: number;
  untilMs?: number;
  /** Hits a matching request with this probability, 0 to 1, by the emulator's `random`. */
  probability?: number;
}

/** What goes wrong, and when. */
export type Fault = (ReplacingFault | SpoilingFault) & FaultSelection;

/** Whether the fault's request is carried out. */
export function carriedOut(fault: Fault | undefined): boolean {
  if (fault === undefined || !replaces(fault)) return true;
  return fault.carriedOut === true;
}

const REPLACING: readonly Fault['kind'][] = [
  'too-many-requests',
  'rate-limit-exceeded',
  'status',
  'html',
  'redirect',
  'never-answers',
  'reset',
];

/** Whether a fault puts something else in the answer's place. */
export function replaces(fault: Fault): fault is ReplacingFault & FaultSelection {
  return REPLACING.includes(fault.kind);
}
