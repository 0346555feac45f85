import * as v from 'valibot';
import type { Duration } from './duration.js';
import {
  commonFields,
  durationSchema,
  positiveDurationSchema,
  reasonSchema,
  requestedBySchema,
  withApiVersion,
  type WithApiVersion,
} from './fields.js';
import { InvalidInput, parseWith } from './invalid-input.js';
import { problemOfName } from './names.js';
import { withoutUndefined } from './without-undefined.js';

/** Fixed intervals between polls, with the field names of a Temporal retry policy. */
export interface Polling {
  /** The interval between the first two polls; at least 10 ms. Default `"1s"`. */
  initialInterval?: Duration;
  /** The factor from each interval to the next; 1 to 100. Default 1. */
  backoffCoefficient?: number;
  /** The longest interval; not below `initialInterval`. Default: `"30s"`, or `initialInterval` where that is longer. */
  maximumInterval?: Duration;
}

/** The fields that the inputs of all three workflows share. */
export interface CommonInput {
  /** The Google API that owns it. Default `aiplatform.googleapis.com`. */
  service?: string;
  /** Default: `v1beta1` of Vertex AI; of others `v1`, or one that they have where they have no `v1`. */
  apiVersion?: string;
  /** The reason for the cancellation, for the audit record; at most 1,024 characters. */
  reason?: string;
  /** The person or service that requests the cancellation, for the audit record; at most 256 characters. */
  requestedBy?: string;
  /** Stop following this long after the workflow's start and record `STILL_RUNNING`. Default: never. */
  timeout?: Duration;
  /** Cancel again after this long while the operation runs, doubling up to 6 h; 0 is never. Default `"5m"`. */
  resendCancelAfter?: Duration;
  /** Fixed intervals between polls where the service has no `wait`. Default: adaptive intervals. */
  polling?: Polling;
}

/** The input of `cancelOperation`. */
export interface CancelOperationInput extends CommonInput {
  /** The operation's full name, such as `projects/p/locations/us-central1/operations/123`. */
  name: string;
  /** The behaviour if the service refuses to cancel. Default `"return"`, for `watchOperation` `"follow"`. */
  whenNotCancellable?: 'return' | 'follow';
  /** How long a 404 has to last to count: as `NOT_FOUND`, or `LOST` once the operation was seen. Default `"10s"`. */
  notFoundGrace?: Duration;
}

/** The input of `watchOperation`. */
export interface WatchOperationInput extends CancelOperationInput {
  /** Cancel the operation if it runs longer than this. Default: never. */
  abortAfter?: Duration;
}

/** The argument of `abort`. */
export interface AbortInput {
  reason?: string;
  requestedBy?: string;
}

/** The argument of `adjust`. Each field replaces that of the input, counted from the workflow's start; 0 is none. */
export interface AdjustInput {
  /** Cancel the operation if it runs longer than this. */
  abortAfter?: Duration;
  /** Stop following this long after the workflow's start and record `STILL_RUNNING`. */
  timeout?: Duration;
  /** Cancel again this long after the last answer, doubling up to 6 h. */
  resendCancelAfter?: Duration;
}

const operationFields = {
  name: v.string('must be a string such as projects/p/locations/us-central1/operations/123'),
  ...commonFields,
  notFoundGrace: v.optional(durationSchema, '10s'),
};

const OBJECT = 'must be one JSON object such as {"name": "projects/p/locations/us-central1/operations/123"}';

const whenNotCancellable = (byDefault: 'return' | 'follow') =>
  v.optional(v.picklist(['return', 'follow'], 'must be "return" or "follow"'), byDefault);

/** The schema of {@link CancelOperationInput}; durations come out in milliseconds. */
export const cancelOperationSchema = v.strictObject(
  { ...operationFields, whenNotCancellable: whenNotCancellable('return') },
  OBJECT,
);

/** The schema of {@link WatchOperationInput}; durations come out in milliseconds. */
export const watchOperationSchema = v.strictObject(
  {
    ...operationFields,
    whenNotCancellable: whenNotCancellable('follow'),
    abortAfter: v.optional(positiveDurationSchema),
  },
  OBJECT,
);

/** The schema of {@link AbortInput}. */
export const abortSchema = v.strictObject(
  { reason: reasonSchema, requestedBy: requestedBySchema },
  'must be a JSON object { reason, requestedBy }',
);

/** The schema of {@link AdjustInput}; durations come out in milliseconds. */
export const adjustSchema = v.strictObject(
  {
    abortAfter: v.optional(durationSchema),
    timeout: v.optional(durationSchema),
    resendCancelAfter: v.optional(durationSchema),
  },
  'must be a JSON object { abortAfter, timeout, resendCancelAfter }',
);

const lenientAbortSchema = v.object({
  reason: v.fallback(reasonSchema, undefined),
  requestedBy: v.fallback(requestedBySchema, undefined),
});

/** The checked input of either workflow: defaults filled in, durations in milliseconds. */
export type ParsedInput = WithApiVersion<v.InferOutput<typeof cancelOperationSchema>> & {
  abortAfter?: number | undefined;
};

/** A checked {@link Polling}: intervals in milliseconds. */
export type PollingPolicy = NonNullable<ParsedInput['polling']>;

/**
 * Checks the input of a workflow and fills in its defaults.
 *
 * @throws {InvalidInput} with the field, its problem and the accepted values
 */
export function parseOperationInput(type: 'cancelOperation' | 'watchOperation', input: unknown): ParsedInput {
  const parsed = parseWith(type === 'watchOperation' ? watchOperationSchema : cancelOperationSchema, input);
  // The form of a name depends on the service.
  const problem = problemOfName(parsed.name, parsed.service);
  if (problem !== undefined) throw new InvalidInput(`name: ${problem}`);
  return withApiVersion(parsed);
}

/**
 * Checks the argument of `abort` as an update; without one it is empty.
 *
 * @throws {InvalidInput} naming the field
 */
export function parseAbort(input: unknown): AbortInput {
  return withoutUndefined(parseWith(abortSchema, input ?? {}));
}

/** A checked {@link AdjustInput}: durations in milliseconds. */
export type Adjustment = { [K in keyof AdjustInput]: number };

/**
 * Checks the argument of `adjust`.
 *
 * @throws {InvalidInput} naming the field
 */
export function parseAdjust(input: unknown): Adjustment {
  return withoutUndefined(parseWith(adjustSchema, input));
}

/** The argument of `abort` as a signal, which always aborts: bad fields are dropped. */
export function parseAbortLeniently(input: unknown): AbortInput {
  return withoutUndefined(v.parse(lenientAbortSchema, { ...(input as object) }));
}
