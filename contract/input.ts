import * as v from 'valibot';
import type { Duration } from './duration.js';
import { common, duration, named, positiveDuration, reason, requestedBy } from './fields.js';
import { InvalidInput, inputProblem } from './invalid-input.js';
import { problemOfName } from './names.js';

/** A fixed pace for looks, in the words of a Temporal retry policy. */
export interface Polling {
  /** The first gap between two looks; at least 10 ms. Default `"1s"`. */
  initialInterval?: Duration;
  /** What each gap is multiplied by to give the next; 1 to 100. Default 1. */
  backoffCoefficient?: number;
  /** The longest gap; not below `initialInterval`. Default: `"30s"`, or `initialInterval` where that is longer. */
  maximumInterval?: Duration;
}

/** What `cancelOperation` takes. */
export interface CancelOperationInput {
  /** The operation's full name, such as `projects/p/locations/us-central1/operations/123`. */
  name: string;
  /** The Google API that owns it. Default `aiplatform.googleapis.com`. */
  service?: string;
  /** Default `v1beta1`. */
  apiVersion?: string;
  /** Why it is cancelled, for the audit record; at most 1,024 characters. */
  reason?: string;
  /** Who wants it cancelled, for the audit record; at most 256 characters. */
  requestedBy?: string;
  /** Stop following this long after the workflow's start and record `STILL_RUNNING`. Default: never. */
  timeout?: Duration;
  /** Cancel again after this long while the operation runs, doubling up to 6 h; 0 is never. Default `"5m"`. */
  resendCancelAfter?: Duration;
  /** What to do when the service will not cancel it. Default `"return"`, for `watchOperation` `"follow"`. */
  whenNotCancellable?: 'return' | 'follow';
  /** How long a 404 on the first look is taken for "not visible yet". Default `"10s"`. */
  notFoundGrace?: Duration;
  /** A fixed pace where the service has no `wait`. Default: adaptive. */
  polling?: Polling;
}

/** What `watchOperation` takes. */
export interface WatchOperationInput extends CancelOperationInput {
  /** Abort by itself when the operation runs longer than this. Default: never. */
  abortAfter?: Duration;
}

/** What `abort` takes. */
export interface AbortInput {
  reason?: string;
  requestedBy?: string;
}

const followed = {
  name: named(problemOfName),
  ...common,
  notFoundGrace: v.optional(duration, '10s'),
};

const EITHER = 'must be "return" or "follow"';

const OBJECT = 'must be one JSON object such as {"name": "projects/p/locations/us-central1/operations/123"}';

/** The schema of {@link CancelOperationInput}; durations come out in milliseconds. */
export const cancelOperationSchema = v.strictObject(
  { ...followed, whenNotCancellable: v.optional(v.picklist(['return', 'follow'], EITHER), 'return') },
  OBJECT,
);

/** The schema of {@link WatchOperationInput}; durations come out in milliseconds. */
export const watchOperationSchema = v.strictObject(
  {
    ...followed,
    whenNotCancellable: v.optional(v.picklist(['return', 'follow'], EITHER), 'follow'),
    abortAfter: v.optional(positiveDuration),
  },
  OBJECT,
);

const ABORT = 'must be a JSON object { reason, requestedBy }';

/** The schema of {@link AbortInput}. */
export const abortSchema = v.strictObject({ reason, requestedBy }, ABORT);

/** A good input of either workflow: defaults filled in, durations in milliseconds. */
export type ParsedInput = v.InferOutput<typeof cancelOperationSchema> & { abortAfter?: number | undefined };

/** A good pace: intervals in milliseconds. */
export type PollingPolicy = NonNullable<ParsedInput['polling']>;

/**
 * Checks the input of a workflow and fills in what it leaves open.
 *
 * @throws {InvalidInput} naming the field, what is wrong with it and what is accepted.
 */
export function parseOperationInput(type: 'cancelOperation' | 'watchOperation', input: unknown): ParsedInput {
  assertNoArray('input', input, OBJECT);
  if (typeof input === 'object' && input !== null && 'polling' in input) {
    assertNoArray(
      'polling',
      input.polling,
      'must be an object { initialInterval, backoffCoefficient, maximumInterval }',
    );
  }
  const schema = type === 'watchOperation' ? watchOperationSchema : cancelOperationSchema;
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (!result.success) throw new InvalidInput(inputProblem(result.issues[0]));
  return result.output;
}

/** Checks what an abort brings, as an update does. @throws {InvalidInput} naming the field. */
export function parseAbort(input: unknown): AbortInput {
  assertNoArray('input', input, ABORT);
  const result = v.safeParse(abortSchema, input ?? {}, { abortEarly: true });
  if (!result.success) throw new InvalidInput(inputProblem(result.issues[0]));
  return withoutUndefined(result.output);
}

/** The good fields of what an abort brings, as a signal takes it: it always aborts, so bad fields are dropped. */
export function parseAbortLeniently(input: unknown): AbortInput {
  // What is no object has no fields to spread.
  const fields: Record<string, unknown> = { ...(input as object) };
  const good = (schema: typeof reason, value: unknown) => {
    const result = v.safeParse(schema, value);
    return result.success ? result.output : undefined;
  };
  return withoutUndefined({
    reason: good(reason, fields['reason']),
    requestedBy: good(requestedBy, fields['requestedBy']),
  });
}

// An array is an object too, for valibot.
function assertNoArray(field: string, value: unknown, expected: string): void {
  if (Array.isArray(value)) throw new InvalidInput(`${field}: ${expected}; it is an array`);
}

function withoutUndefined(abort: {
  reason?: string | undefined;
  requestedBy?: string | undefined;
}): AbortInput {
  return {
    ...(abort.reason === undefined ? {} : { reason: abort.reason }),
    ...(abort.requestedBy === undefined ? {} : { requestedBy: abort.requestedBy }),
  };
}
