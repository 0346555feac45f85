import * as v from 'valibot';
import type { Duration } from './duration.js';
import {
  checkedString,
  commonFields,
  numberBetween,
  positiveDurationSchema,
  text,
  withApiVersion,
  type WithApiVersion,
} from './fields.js';
import type { CancelOperationInput, CommonInput } from './input.js';
import { parseWith } from './invalid-input.js';
import { problemOfParent } from './names.js';
import type { Outcome } from './outcome.js';
import { withoutUndefined } from './without-undefined.js';

/** The limits of `names` in one input: their number, and their bytes. A payload of Temporal has 2 MiB at most. */
export const MAX_NAMES = 10_000;
export const MAX_NAMES_BYTES = 1024 * 1024;
/** How many kinds one input may name. */
const MAX_KINDS = 50;
/** How many failures and names the result and the progress list. */
export const MAX_SHOWN = 1_000;

/** The input of `cancelOperations`: either `parent`, with or without a `filter`, or `names`. */
export interface CancelOperationsInput extends CommonInput {
  /**
   * Cancel every operation that `operations.list` shows as running under it, such as
   * `projects/p/locations/us-central1`.
   */
  parent?: string;
  /**
   * The kinds to list under the parent, such as `["customJobs", "pipelineJobs"]`: `operation` is its operations, and
   * `all` those and every kind of the service. Default: operations, or the kind of a parent that is a collection.
   */
  kinds?: string[];
  /** Only what was created longer ago than this; what tells no such time is passed over. */
  olderThan?: Duration;
  /** Passed on to each list as it is. */
  filter?: string;
  /** Up to 10,000 full names, and 1 MiB of them. */
  names?: string[];
  /** How many are under way at once; 1 to 500. Default 20. */
  maxConcurrent?: number;
  /** List what would be cancelled, and touch nothing. Default false. */
  dryRun?: boolean;
}

/** An operation whose cancellation could not be recorded. */
export interface ItemFailure {
  name: string;
  /**
   * A failure type of the contract or of Temporal, `WORKFLOW_ID_CONFLICT` where a workflow of another type has the id,
   * else `UNKNOWN`.
   */
  type: string;
  message: string;
}

/** The outcome of one operation, and whether its cancellation decided it. */
export interface ItemResult {
  name: string;
  outcome: Outcome;
  won: boolean;
  /** It was recorded before, and nothing was started or sent. */
  earlier?: boolean;
}

/** The result of `cancelOperations`. */
export interface CancelOperationsResult {
  /** Distinct names that were not known to be done. */
  matched: number;
  /** Executions started or joined. An earlier record is none. */
  started: number;
  /** The number of operations by their outcome. */
  outcomes: Partial<Record<Outcome, number>>;
  /** The first 1,000. */
  failures: ItemFailure[];
  /** How the first 1,000 ended, in the order in which they did. */
  results: ItemResult[];
  /** The first 1,000 that matched. */
  names: string[];
  /** The first 1,000 places that the list could not reach. What runs there is not cancelled. */
  unreachable: string[];
  /** How many were passed over because they tell no time of creation; only with `olderThan`. */
  unknownAge: number;
}

/** The answer to the `progress` query. */
export interface CancelOperationsProgress extends CancelOperationsResult {
  /** Whether there may be more to list. */
  listing: boolean;
  /** The names under way. */
  underWay: string[];
  /** Whether the workflow was cancelled: no further operation is started. */
  stopping: boolean;
}

const OBJECT = 'must be one JSON object with parent, such as {"parent": "projects/p/locations/us-central1"}, or names';
const WITH_PARENT = 'goes with parent only';
const KINDS = `must be an array of 1 to ${MAX_KINDS} strings`;
const NAMES = `must be an array of 1 to ${MAX_NAMES} strings`;

/** The schema of {@link CancelOperationsInput}; durations come out in milliseconds. */
export const cancelOperationsSchema = v.pipe(
  v.strictObject(
    {
      ...commonFields,
      parent: v.optional(checkedString(problemOfParent)),
      kinds: v.optional(v.pipe(v.array(text(100), KINDS), v.minLength(1, KINDS), v.maxLength(MAX_KINDS, KINDS))),
      olderThan: v.optional(positiveDurationSchema),
      filter: v.optional(text(10_000)),
      names: v.optional(
        v.pipe(v.array(v.string('must be a string'), NAMES), v.minLength(1, NAMES), v.maxLength(MAX_NAMES, NAMES)),
      ),
      maxConcurrent: v.optional(
        v.pipe(numberBetween('a whole number', 1, 500), v.integer('must be a whole number from 1 to 500')),
        20,
      ),
      dryRun: v.optional(v.boolean('must be true or false'), false),
    },
    OBJECT,
  ),
  v.forward(
    v.check(
      ({ parent, names }) => parent === undefined || names === undefined,
      'goes with names only where there is no parent',
    ),
    ['parent'],
  ),
  v.check(({ parent, names }) => parent !== undefined || names !== undefined, OBJECT),
  v.forward(
    v.check(({ parent, filter }) => filter === undefined || parent !== undefined, WITH_PARENT),
    ['filter'],
  ),
  v.forward(
    v.check(({ parent, kinds }) => kinds === undefined || parent !== undefined, WITH_PARENT),
    ['kinds'],
  ),
  v.forward(
    v.check(({ parent, olderThan }) => olderThan === undefined || parent !== undefined, WITH_PARENT),
    ['olderThan'],
  ),
  v.forward(
    v.check(({ names }) => bytes(names ?? []) <= MAX_NAMES_BYTES, `must have at most ${MAX_NAMES_BYTES} bytes`),
    ['names'],
  ),
);

/** The checked input of `cancelOperations`: defaults filled in, durations in milliseconds. */
export type ParsedBulkInput = WithApiVersion<v.InferOutput<typeof cancelOperationsSchema>>;

/** Checks the input of `cancelOperations` and fills in its defaults. @throws {InvalidInput} naming the field */
export function parseBulkInput(input: unknown): ParsedBulkInput {
  return withApiVersion(parseWith(cancelOperationsSchema, input));
}

/** The input of `cancelOperation` for one of the operations. */
export function itemInput(input: ParsedBulkInput, name: string): CancelOperationInput {
  const { service, apiVersion, reason, requestedBy, timeout, resendCancelAfter, polling } = input;
  return withoutUndefined({ name, service, apiVersion, reason, requestedBy, timeout, resendCancelAfter, polling });
}

/** The size of names as JSON strings, without their quotes. */
function bytes(names: string[]): number {
  return names.reduce((sum, name) => sum + new TextEncoder().encode(JSON.stringify(name)).length - 2, 0);
}
