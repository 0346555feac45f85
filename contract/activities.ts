import type { CancelOperationInput, PollingPolicy } from './input.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { AnsweredError } from './result.js';

/** One operation of one Google API. */
export interface OperationRef {
  service: string;
  apiVersion: string;
  name: string;
}

/** What is remembered of one operation from look to look: in heartbeats, in failures, and in the workflow. Times in ms since 1970. */
export interface PollState {
  /** HTTP looks since the activity was scheduled. */
  polls: number;
  /** Looks that failed since the last one that did not. */
  failures: number;
  /** When the operation was last seen; absent until then. */
  seenAt?: number;
  /** Since when Google has answered 404. */
  notFoundSince?: number;
  /** Since when Google has answered 401 or 403. */
  deniedSince?: number;
  /** When the cancel was accepted that this activity has sent, for an attempt that follows a killed one. */
  acceptedAt?: number;
  /** The service has no `wait`: look with `get`. */
  waitUnsupported?: boolean;
  /** The whole Operation is too large to read: ask for what decides only. */
  useFieldMask?: boolean;
}

/** What Temporal knows of an activity that is under way: what it remembered, if anything, and whether its next attempt is seconds away. */
export type PendingPollState = (PollState & { inBackoff?: true }) | { inBackoff: true };

/** What a look is asked to do. */
export interface PollRequest {
  ref: OperationRef;
  pollState: PollState;
  /** How long a 404 has to last before it is believed, in ms. */
  notFoundGrace: number;
  /** No look before this, in ms since 1970: Google asked for it. */
  notBefore?: number | undefined;
}

/** What `cancelOperation` is asked to do. */
export interface CancelRequest extends PollRequest {
  /** Once Google has accepted the cancel, look for a moment, at a fixed or the adaptive pace. Left out: do not look. */
  pollAfterCancel?: { polling?: PollingPolicy | undefined } | undefined;
}

/** What `awaitOperation` is asked to do. */
export interface AwaitRequest extends PollRequest {
  /** What the adaptive pace counts from, in ms since 1970: the moment something was last expected to change. */
  since: number;
  /** A fixed pace instead of the adaptive one. */
  polling?: PollingPolicy | undefined;
}

/** What a look saw. */
export interface PollResult {
  operation: Operation;
  /** Response or metadata was too large to keep. */
  omitted: boolean;
  /** When it was seen, in ms since 1970. */
  at: number;
  pollState: PollState;
}

/** The operation had been seen, and then was gone for longer than the grace. */
export interface OperationLost {
  lost: true;
  at: number;
  pollState: PollState;
}

/** A short look found no answer. */
export interface NoAnswer {
  noAnswer: true;
  /** When to look again, in ms since 1970. */
  notBefore?: number;
  pollState: PollState;
}

/** The activity was cancelled while the operation ran on. */
export interface PollCancelled {
  cancelled: true;
  pollState: PollState;
}

/** How a cancel was answered, in the words of the record. `error` is there when it was not accepted. */
export interface CancelAnswer {
  status: 'ACCEPTED' | 'NOT_SUPPORTED' | 'REFUSED';
  error?: AnsweredError;
  /** When the answer came, in ms since 1970. */
  at: number;
  pollState: PollState;
  /** The end of the operation, where it was seen in the moment after. */
  end?: PollResult;
  /** No look before this, in ms since 1970, where Google has asked for it in the moment after. */
  notBefore?: number;
}

/**
 * The activities that wrap Google's calls.
 *
 * Each is retried by Temporal until it can answer, and fails for good with the failure types of the contract only:
 * `INVALID_ARGUMENT`, `NOT_FOUND`, `PERMISSION_DENIED`, `UNAUTHENTICATED`. Every failure carries its {@link PollState} as its only detail.
 */
export interface OperationActivities {
  /** Looks with `get` until it is answered. As a local activity it tries for a moment only, and says so where that was not enough. */
  getOperation: (request: PollRequest) => Promise<PollResult | OperationLost | NoAnswer>;
  /**
   * Sends `cancel` until it is answered. While it stays unanswered it looks too, and returns what it saw once that is final or
   * lost. With `linger` it looks for a moment after the acceptance.
   */
  cancelOperation: (request: CancelRequest) => Promise<CancelAnswer | PollResult | OperationLost>;
  /** Looks, by `wait` or `get`, until the operation is final or lost, or the activity is cancelled. */
  awaitOperation: (request: AwaitRequest) => Promise<PollResult | OperationLost | PollCancelled>;
  /** What the pending activity with this id of the same workflow remembered last; of Temporal, not of Google. */
  describePendingPoll: (activityId: string) => Promise<PendingPollState | undefined>;
  /** One page of `operations.list` under a parent. */
  listOperations: (request: ListRequest) => Promise<ListPage>;
}

/** One page of `operations.list`: what is asked. */
export interface ListRequest {
  service: string;
  apiVersion: string;
  /** `projects/p/locations/l`. */
  parent: string;
  filter?: string | undefined;
  pageSize?: number | undefined;
  pageToken?: string | undefined;
}

/** An operation that was listed. */
export interface ListedOperation {
  name: string;
  done: boolean;
  /** Why the worker that listed it may not touch it, where that is so: a parent may hold more than what is allowed. */
  denied?: string;
}

/** One page of `operations.list`: what came back, without the responses. */
export interface ListPage {
  operations: ListedOperation[];
  nextPageToken?: string;
}

/** One item of `cancelOperations`. */
export interface ChildRequest {
  input: CancelOperationInput;
  /** The same for every try, so that a repeated one asks once. */
  requestId: string;
}

/** An item whose execution has been started or joined. */
export interface ChildRun {
  name: string;
  workflowId: string;
  runId: string | undefined;
}

/** How an item stands: it ended, it failed, or its execution goes on. */
export type ChildReport =
  | { kind: 'ended'; outcome: Outcome }
  | { kind: 'failed'; type: string; message: string }
  | { kind: 'underWay'; run: ChildRun };

/** The activities of `cancelOperations`, beside `listOperations`. They talk to Temporal, not to Google. */
export interface BulkActivities {
  /** Starts the ordinary execution of an operation or joins it and aborts it, and waits a little for its end. */
  cancelItem: (request: ChildRequest) => Promise<ChildReport>;
  /** Waits for the end of an execution. */
  awaitItem: (run: ChildRun) => Promise<ChildReport>;
}
