// The schemas of what workflows return and commands print, for generate-schemas.mjs only: nothing checks it at run time.
import * as v from 'valibot';
import type { BulkStatus } from '../../cli/cancel/bulk-commands.js';
import type { Execution } from '../../cli/history/executions.js';
import type { OperationRecord } from '../../cli/history/records.js';
import type { RefusedList } from '../../cli/list/read-lists.js';
import type { Running } from '../../cli/list/running.js';
import type { Resolved } from '../../cli/resolve.js';
import type { OperationFailure } from '../../cli/temporal/failure.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import type {
  CancelOperationsInput,
  CancelOperationsProgress,
  CancelOperationsResult,
  cancelOperationsSchema,
  ItemResult,
} from '../../contract/bulk.js';
import { codeNames } from '../../contract/code.js';
import type {
  AbortInput,
  abortSchema,
  AdjustInput,
  adjustSchema,
  CancelOperationInput,
  cancelOperationSchema,
  WatchOperationInput,
  watchOperationSchema,
} from '../../contract/input.js';
import type { OperationStatus, OperationResult } from '../../contract/result.js';

const codeNumber = v.pipe(v.number(), v.integer());

const rpcStatus = v.object({
  code: codeNumber,
  message: v.optional(v.string()),
  details: v.optional(v.array(v.record(v.string(), v.unknown()))),
});

const operation = v.object({
  name: v.string(),
  done: v.boolean(),
  error: v.optional(rpcStatus),
  response: v.optional(v.record(v.string(), v.unknown())),
  metadata: v.optional(v.record(v.string(), v.unknown())),
});

const outcome = v.picklist(['CANCELLED', 'COMPLETED', 'FAILED', 'NOT_CANCELLABLE', 'STILL_RUNNING', 'LOST']);

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.string(), v.isoTimestamp());

const answeredError = { status: v.picklist(codeNames), message: v.string() };

const cancellation = v.object({
  status: v.picklist(['NOT_REQUESTED', 'REQUESTED', 'ACCEPTED', 'NOT_SUPPORTED', 'REFUSED']),
  won: v.boolean(),
  reason: v.optional(v.string()),
  requestedBy: v.optional(v.string()),
  requestedAt: v.optional(time),
  acceptedAt: v.optional(time),
  aborts: count,
  timesSent: count,
  error: v.optional(v.object({ code: codeNumber, ...answeredError })),
  requests: v.optional(
    v.array(v.object({ at: time, reason: v.optional(v.string()), requestedBy: v.optional(v.string()) })),
  ),
});

/** The schema of {@link OperationResult}. It takes unknown fields, because later versions may add some. */
export const operationResultSchema = v.object({
  name: v.string(),
  service: v.string(),
  kind: v.string(),
  outcome,
  evidence: v.optional(v.string()),
  wasAlreadyDone: v.boolean(),
  cancellation,
  operation: v.optional(operation),
  responseOmitted: v.boolean(),
  polls: count,
  startedAt: time,
  finishedAt: time,
  earlier: v.optional(v.boolean()),
});

const status = {
  state: v.picklist(['PENDING', 'WATCHING', 'CANCELLING', 'DONE']),
  name: v.string(),
  service: v.string(),
  kind: v.optional(v.string()),
  cancellation,
  operation: v.optional(operation),
  polls: count,
  startedAt: time,
  outcome: v.optional(outcome),
  failing: v.optional(v.object({ at: time, ...answeredError })),
  resendAt: v.optional(time),
  abortAt: v.optional(time),
  timeoutAt: v.optional(time),
  earlier: v.optional(v.boolean()),
  evidence: v.optional(v.string()),
  wasAlreadyDone: v.optional(v.boolean()),
  finishedAt: v.optional(time),
};

/** The schema of {@link OperationStatus}. It takes unknown fields, because later versions may add some. */
export const operationStatusSchema = v.object(status);

const failure = v.object({ type: v.string(), message: v.string() });

/** The schema of {@link LiveStatus}. */
export const liveStatusSchema = v.object({
  ...status,
  pending: v.optional(
    v.object({
      activity: v.string(),
      attempt: count,
      polls: count,
      seenAt: v.optional(time),
      nextAttemptAt: v.optional(time),
      lastError: v.optional(failure),
    }),
  ),
});

/** The schema of {@link OperationFailure}. */
export const operationFailureSchema = v.object({ name: v.string(), error: failure });

/** The schema of {@link Execution}. */
export const executionSchema = v.object({
  name: v.string(),
  type: v.string(),
  runId: v.string(),
  status: v.string(),
  startedAt: time,
  finishedAt: v.optional(time),
  outcome: v.optional(outcome),
  cancellation: v.optional(cancellation),
  error: v.optional(failure),
});

/** The schema of {@link Running}. */
export const runningSchema = v.object({
  name: v.string(),
  service: v.string(),
  kind: v.string(),
  displayName: v.optional(v.string()),
  state: v.optional(v.string()),
  createTime: v.optional(v.string()),
  progressPercent: v.optional(v.number()),
  done: v.boolean(),
  metadata: v.optional(v.record(v.string(), v.unknown())),
});

/** The schema of {@link RefusedList}. */
export const refusedListSchema = v.object({
  parent: v.string(),
  service: v.string(),
  kind: v.string(),
  error: failure,
});

/** The schema of {@link Resolved}. */
export const resolvedSchema = v.object({
  name: v.string(),
  service: v.string(),
  apiVersion: v.string(),
  kind: v.string(),
  location: v.optional(v.string()),
  host: v.string(),
  getUrl: v.string(),
  cancelUrl: v.optional(v.string()),
  cancelMethod: v.optional(v.string()),
  cancelBody: v.optional(v.record(v.string(), v.unknown())),
  cancelNote: v.optional(v.string()),
  waitUrl: v.optional(v.string()),
  workflowId: v.string(),
});

/** The schema of {@link ItemResult}. */
export const itemResultSchema = v.object({
  name: v.string(),
  outcome,
  won: v.boolean(),
  earlier: v.optional(v.boolean()),
});

const counts = {
  matched: count,
  started: count,
  outcomes: v.partial(v.object(v.entriesFromList(outcome.options, count))),
  failures: v.array(v.object({ name: v.string(), type: v.string(), message: v.string() })),
  results: v.array(itemResultSchema),
  names: v.array(v.string()),
  unreachable: v.array(v.string()),
  unknownAge: count,
};

/** The schema of {@link CancelOperationsResult}. */
export const cancelOperationsResultSchema = v.object(counts);

/** The schema of {@link CancelOperationsProgress}. */
export const cancelOperationsProgressSchema = v.object({
  ...counts,
  listing: v.boolean(),
  underWay: v.array(v.string()),
  stopping: v.boolean(),
});

/** The schema of {@link BulkStatus}. */
export const bulkStatusSchema = v.object({
  ...counts,
  listing: v.boolean(),
  underWay: v.array(v.string()),
  stopping: v.boolean(),
  workflowId: v.string(),
  state: v.picklist(['CANCELLING', 'STOPPING', 'DONE']),
  queues: v.array(v.object({ taskQueue: v.string(), isPolled: v.boolean(), names: v.array(v.string()) })),
});

/** The schema of {@link OperationRecord}. */
export const operationRecordSchema = v.object({
  name: v.optional(v.string()),
  service: v.optional(v.string()),
  kind: v.optional(v.string()),
  type: v.string(),
  workflowId: v.string(),
  runId: v.string(),
  taskQueue: v.string(),
  status: v.string(),
  state: v.optional(status.state),
  outcome: v.optional(outcome),
  won: v.optional(v.boolean()),
  requestedBy: v.optional(v.string()),
  reason: v.optional(v.string()),
  startedAt: time,
  finishedAt: v.optional(time),
  error: v.optional(failure),
});

// This does not compile if a type and its schema differ.
// oxlint-disable typescript/no-unnecessary-type-parameters -- with T the compiler compares the two types as they are
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : ['differs', A, B];
const same: [
  Same<v.InferOutput<typeof operationResultSchema>, OperationResult>,
  Same<v.InferOutput<typeof operationStatusSchema>, OperationStatus>,
  Same<v.InferOutput<typeof liveStatusSchema>, LiveStatus>,
  Same<v.InferOutput<typeof operationFailureSchema>, OperationFailure>,
  Same<v.InferOutput<typeof executionSchema>, Execution>,
  Same<v.InferOutput<typeof runningSchema>, Running>,
  Same<v.InferOutput<typeof refusedListSchema>, RefusedList>,
  Same<v.InferOutput<typeof resolvedSchema>, Resolved>,
  Same<v.InferInput<typeof cancelOperationSchema>, CancelOperationInput>,
  Same<v.InferInput<typeof watchOperationSchema>, WatchOperationInput>,
  Same<v.InferInput<typeof abortSchema>, AbortInput>,
  Same<v.InferInput<typeof adjustSchema>, AdjustInput>,
  Same<v.InferInput<typeof cancelOperationsSchema>, CancelOperationsInput>,
  Same<v.InferOutput<typeof itemResultSchema>, ItemResult>,
  Same<v.InferOutput<typeof cancelOperationsResultSchema>, CancelOperationsResult>,
  Same<v.InferOutput<typeof cancelOperationsProgressSchema>, CancelOperationsProgress>,
  Same<v.InferOutput<typeof bulkStatusSchema>, BulkStatus>,
  Same<v.InferOutput<typeof operationRecordSchema>, OperationRecord>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
void same;
