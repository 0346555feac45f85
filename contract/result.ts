import type { CodeName } from './code.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';

/** A google.rpc.Status that answered a cancel, with its code by number and by name. */
export interface AnsweredError {
  code: number;
  status: CodeName;
  message: string;
}

/**
 * The service's answer to the cancel; `REQUESTED` means that there is none yet. Once `ACCEPTED` it stays so.
 */
export type CancellationStatus = 'NOT_REQUESTED' | 'REQUESTED' | 'ACCEPTED' | 'NOT_SUPPORTED' | 'REFUSED';

/** One of those who asked to cancel. */
export interface CancellationRequest {
  at: string;
  reason?: string;
  requestedBy?: string;
}

/** The record of a cancellation: the requests for it and Google's answers. Times are RFC 3339 in UTC. */
export interface Cancellation {
  status: CancellationStatus;
  /** Outcome `CANCELLED`, status `ACCEPTED`, and the operation was not already done. */
  won: boolean;
  /** The first abort's reason. */
  reason?: string;
  requestedBy?: string;
  requestedAt?: string;
  acceptedAt?: string;
  /**
   * The number of requests to cancel: the start of `cancelOperation` is one, and an abort that came with it
   * is the same one.
   */
  aborts: number;
  /** Cancels that Google answered. */
  timesSent: number;
  /** The last answer, when it was not an acceptance. */
  error?: AnsweredError;
  /** The first 20 requests to cancel, in their order. */
  requests?: CancellationRequest[];
}

/** The result of both workflows. */
export interface OperationResult {
  name: string;
  service: string;
  /** `operation`, or a job's collection, such as `customJobs`. */
  kind: string;
  outcome: Outcome;
  /** Where a final outcome was read: `error.code`, `response`, `neither` of the two, or the place of a word. */
  evidence?: string;
  /** Final at the first poll, before any cancel was sent. */
  wasAlreadyDone: boolean;
  cancellation: Cancellation;
  /** The last Operation seen; absent when it was never seen. */
  operation?: Operation;
  /** The response or metadata was too large to keep: read it from Google. */
  responseOmitted: boolean;
  /** Reads of the state over HTTP, by get or wait; a lower bound where a worker died. */
  polls: number;
  startedAt: string;
  /** When the final state was seen. */
  finishedAt: string;
  /** Set by the clients where nothing was started, because this was recorded before. */
  earlier?: boolean;
}

/** The third error in a row that came in place of an answer, and when it came. */
export interface Failing extends FailingReport {
  at: string;
}

/** An activity's report of it. */
export interface FailingReport {
  status: CodeName;
  message: string;
}

/** The state of a workflow. `PENDING`: the operation has not been seen yet. */
export type WorkflowState = 'PENDING' | 'WATCHING' | 'CANCELLING' | 'DONE';

/**
 * The answer to the `status` query and the `abort` update; `operation` and `polls` as of the last activity that ended.
 */
export interface OperationStatus {
  state: WorkflowState;
  name: string;
  service: string;
  /** The kind of a job, such as `customJobs`, once it was polled. An operation has none. */
  kind?: string;
  cancellation: Cancellation;
  operation?: Operation;
  polls: number;
  startedAt: string;
  outcome?: Outcome;
  /** Nothing but errors has come since: the third one in a row. */
  failing?: Failing;
  /** When the cancel is sent again, unless the operation ends first. */
  resendAt?: string;
  /** When `abortAfter` cancels the operation, unless it ends first. */
  abortAt?: string;
  /** When `timeout` ends the following, unless the operation ends first. */
  timeoutAt?: string;
  /** As in the result: set by the clients. */
  earlier?: boolean;
  /** As in the result, once the state is `DONE`. */
  evidence?: string;
  wasAlreadyDone?: boolean;
  finishedAt?: string;
}
