import type { ItemFailure } from './bulk.js';
import type { CancelOperationInput, PollingPolicy } from './input.js';
import type { Operation } from './operation.js';
import type { Outcome, Verdict } from './outcome.js';
import type { AnsweredError } from './result.js';

/** One operation or job of one Google API. */
export interface OperationRef {
  /** Such as `aiplatform.googleapis.com`. */
  service: string;
  /** Such as `v1` or `v1beta1`. */
  apiVersion: string;
  /** The full name, such as `projects/p/locations/us-central1/operations/123`. */
  name: string;
}

/**
 * The known state of one operation between polls. It is passed on in heartbeats, in the details of
 * failures, and through the workflow. Times are in ms since 1970.
 */
export interface PollState {
  /** The kind of job, such as `customJobs`. Left out for an operation. */
  kind?: string;
  /** HTTP polls since the activity was scheduled. */
  polls: number;
  /** Polls that failed since the last one that did not. */
  failures: number;
  /** When the operation was last seen; absent until then. */
  seenAt?: number;
  /** Since when Google has answered 404. */
  notFoundSince?: number;
  /** Since when Google has answered 401 or 403. */
  deniedSince?: number;
  /**
   * When Google accepted the cancel that this activity sent. The attempt after a killed one then does not
   * send it again.
   */
  acceptedAt?: number;
  /** A cancel may have been taken although no answer came. A refusal after it does not count as one. */
  cancelUnanswered?: true;
  /** The first poll showed that it was being cancelled, before any cancel of ours. */
  cancelledByOthers?: true;
  /** The latest kind of answer that fails the first poll once it has come often or for long enough. */
  streak?: PollStreak;
  /** The service has no `wait`: poll by `get`. */
  waitUnsupported?: boolean;
  /** The whole Operation is too large to read: ask for `name`, `done` and `error` only. */
  useFieldMask?: boolean;
  /** The state that a reconcile loop keeps from one round to the next. */
  loop?: LoopState;
}

/** The state of a reconcile loop. Times are in ms since 1970. */
export interface LoopState {
  /** Each that was woken and is still followed and not listed: its last segment, how often, and when last. */
  woken: [id: string, times: number, at: number][];
  /** When the last round began. */
  at: number;
  /** The service refuses the filter for what runs. */
  noFilter?: true;
  /** Since when few have been followed. */
  fewSince?: number;
}

/** Whether the details of a heartbeat or a failure are a poll state. */
export function isPollState(details: unknown): details is PollState {
  return typeof details === 'object' && details !== null && 'polls' in details;
}

/** The same kind of answer, several times in a row. */
export interface PollStreak {
  /**
   * A code that Google answered, an error page, no credentials, or `UNREADABLE`: Google could not write the
   * Operation as JSON.
   */
  of: 'FAILED_PRECONDITION' | 'UNIMPLEMENTED' | 'OUT_OF_RANGE' | 'PAGE' | 'NO_CREDENTIALS' | 'UNREADABLE';
  times: number;
  /** When the first of them came, in ms since 1970. */
  since: number;
}

/**
 * Temporal's record of a pending activity: its last {@link PollState}, if any, and whether its next attempt
 * is seconds away or an operator has paused it.
 */
export type PendingPollState = Partial<PollState> & { inBackoff?: true; isPaused?: true };

/** The input of a poll. */
export interface PollRequest {
  ref: OperationRef;
  pollState: PollState;
  /** How long a 404 has to last before it counts, in ms. */
  notFoundGrace: number;
  /** No poll before this, in ms since 1970: Google asked for it. */
  notBefore?: number | undefined;
}

/** The input of `cancelOperation`. */
export interface CancelRequest extends PollRequest {
  /**
   * Once Google has accepted the cancel, poll for 1.3 s, 2 s at most, with fixed or adaptive intervals. Left out:
   * do not poll.
   */
  pollAfterCancel?: { polling?: PollingPolicy | undefined } | undefined;
}

/** The input of `awaitOperation`. */
export interface AwaitRequest extends PollRequest {
  /** The start of the adaptive intervals, in ms since 1970: when the state was last expected to change. */
  since: number;
  /** Fixed intervals instead of adaptive ones. */
  polling?: PollingPolicy | undefined;
}

/** The result of a poll. */
export interface PollResult {
  operation: Operation;
  /** The meaning of the operation, once it is done. The activity decides it, so that it is part of the history. */
  verdict?: Verdict;
  /** Its metadata says that it is being cancelled. */
  beingCancelled?: true;
  /** Response or metadata was too large to keep. */
  omitted: boolean;
  /** When it was seen, in ms since 1970. */
  at: number;
  pollState: PollState;
}

/** The operation had been seen, and then was a 404 for longer than the grace. */
export interface OperationLost {
  lost: true;
  at: number;
  pollState: PollState;
}

/** A poll within the workflow task got no answer in time. */
export interface NoAnswer {
  noAnswer: true;
  /** When to poll again, in ms since 1970. */
  notBefore?: number;
  pollState: PollState;
}

/** The activity was cancelled while the operation was still running. */
export interface PollCancelled {
  cancelled: true;
  pollState: PollState;
}

/**
 * The activity's time limit passed, or it was cancelled during an attempt that then failed. `pollState` is that of the last
 * attempt, if it is known. An activity returns this itself where its next attempt would come after the limit and nothing
 * has failed, because Temporal would end it as failed.
 */
export interface TimedOut {
  timedOut: true;
  pollState: PollState | undefined;
}

/** The meaning of a refusal beyond no: the operation is being or has been cancelled, or it cannot be cancelled yet. */
export type RefusalMeaning = 'BEING_CANCELLED' | 'NOT_YET';

/**
 * Google's answer to a cancel. A refusal that says that the operation is being cancelled, after a cancel that went
 * unanswered, is the acceptance of that one.
 */
export interface CancelAnswer {
  status: 'ACCEPTED' | 'NOT_SUPPORTED' | 'REFUSED';
  /** The answer, when it was not an acceptance. */
  error?: AnsweredError;
  meaning?: RefusalMeaning;
  /** Nothing was sent, because the service has no cancel for this kind. */
  unsent?: true;
  /** When the answer came, in ms since 1970. */
  at: number;
  pollState: PollState;
  /** The final state, where a poll after the cancel saw it. */
  end?: PollResult;
  /** No poll before this, in ms since 1970, where Google asked for it in a poll after the cancel. */
  notBefore?: number;
}

/**
 * The activities that wrap Google's calls.
 *
 * Each is retried by Temporal until it can answer, and fails for good with the failure types of the contract
 * only. Every failure carries its {@link PollState} as its only detail.
 */
export interface OperationActivities {
  /**
   * Polls by `get` until Google answers. As a local activity it makes a few quick attempts only, and then
   * returns {@link NoAnswer}.
   */
  getOperation: (request: PollRequest) => Promise<PollResult | OperationLost | NoAnswer | TimedOut>;
  /**
   * Sends `cancel` until Google answers it. While no answer comes it polls too, and returns the state once it
   * is final or lost. With `pollAfterCancel` it polls for 1.3 s after the acceptance, 2 s at most.
   */
  cancelOperation: (request: CancelRequest) => Promise<CancelAnswer | PollResult | OperationLost | TimedOut>;
  /** Polls, by `wait` or `get`, until the operation is final or lost, or the activity is cancelled. */
  awaitOperation: (request: AwaitRequest) => Promise<PollResult | OperationLost | PollCancelled | TimedOut>;
  /** Asks Temporal, not Google, for the last poll state of the pending activity with this id of the same workflow. */
  describePendingPoll: (activityId: string) => Promise<PendingPollState | undefined>;
  /** Asks Temporal whether another run of the same workflow id is of the same type and task queue. */
  isOwnRun: (runId: string) => Promise<boolean>;
  /** One page of what is under a parent. */
  listOperations: (request: ListPageRequest) => Promise<ListPage>;
  /**
   * One round for each attempt: wakes what is followed in a collection and not listed as running. Succeeds once few are
   * followed, and fails for good where there is no usable list.
   */
  reconcileOperations: (request: ReconcileRequest) => Promise<void>;
}

/** The input of `reconcileOperations`: a collection of operations or jobs that many workflows follow. */
export interface ReconcileRequest {
  service: string;
  apiVersion: string;
  /** Such as `projects/p/locations/us-central1/operations` or `projects/p/locations/us-central1/customJobs`. */
  collection: string;
}

/** The input of `operations.list`: one page. */
export interface ListRequest {
  service: string;
  apiVersion: string;
  /** `projects/p/locations/l`. */
  parent: string;
  /** Passed on as it is. AIP-160 gives the syntax; the fields that it may name are each service's own. */
  filter?: string | undefined;
  pageSize?: number | undefined;
  /** Of the page before; the other arguments must not have changed since (AIP-158). */
  pageToken?: string | undefined;
}

/**
 * The input of `listOperations`: one page of the operations under a parent, or of the jobs that the parent is a
 * collection of, or of several kinds, one after the other. The page token is then one of this activity.
 */
export interface ListPageRequest extends ListRequest {
  kinds?: string[] | undefined;
  /** Tell when each was created. */
  withCreateTime?: true | undefined;
}

/** An operation or job that was listed. */
export interface ListedOperation {
  name: string;
  done: boolean;
  /** In RFC 3339, where it was asked for and is known. */
  createTime?: string;
  /**
   * The reason if the rules of the worker that listed it forbid it. A parent may have forbidden operations.
   */
  denied?: string;
}

/** One page, without the responses of the operations. */
export interface ListPage {
  operations: ListedOperation[];
  nextPageToken?: string;
  /** The places that could not be reached, whose operations are missing. */
  unreachable?: string[];
  /** The collections that could not be listed, where there are others. */
  failures?: ItemFailure[];
}

/** One item of `cancelOperations`. */
export interface ItemRequest {
  input: CancelOperationInput;
  /** The same for every attempt, so that a repeated one counts as one abort. */
  requestId: string;
}

/** The execution that was started or joined for an item. */
export interface ItemRun {
  name: string;
  workflowId: string;
  runId: string | undefined;
  /** No worker takes its workflow task, such as that of the abort. */
  untaken?: true;
  /** The operation's end was recorded before, so nothing was started. */
  earlier?: true;
}

/** The state of an item: it ended, it failed, or its execution is under way. */
export type ItemReport =
  | { kind: 'ended'; outcome: Outcome; won: boolean; earlier?: true }
  | { kind: 'failed'; type: string; message: string }
  | { kind: 'underWay'; run: ItemRun };

/** The activities of `cancelOperations`, beside `listOperations`. They talk to Temporal, not to Google. */
export interface BulkActivities {
  /** Starts the ordinary execution of an operation or joins it and aborts it, and waits a little for its end. */
  cancelItem: (request: ItemRequest) => Promise<ItemReport>;
  /** Waits for the end of an execution, or until `untaken` changes. */
  awaitItem: (run: ItemRun) => Promise<ItemReport>;
}

/** The types of all activities. */
export const activityTypes = Object.keys({
  getOperation: true,
  cancelOperation: true,
  awaitOperation: true,
  describePendingPoll: true,
  isOwnRun: true,
  listOperations: true,
  reconcileOperations: true,
  cancelItem: true,
  awaitItem: true,
} satisfies Record<keyof (OperationActivities & BulkActivities), true>);
