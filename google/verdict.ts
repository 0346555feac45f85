import type { Operation } from '../contract/operation.js';
import type { FinalOutcome, Verdict } from '../contract/outcome.js';
import { isJsonObject } from './json.js';
import { isCancellingWord } from './kinds/verdict-of-job.js';

/** A place where a service says in a word how an operation ended. */
interface Place {
  /** Names of fields from the Operation on. Of an array, the item of type `Completed` counts. */
  path: string;
  /** The place counts only where metadata or response is of this type. */
  type?: string;
  /** The place does not count where this field is set. */
  unless?: string;
  /** The meanings here of words that {@link WORDS} lacks. */
  words?: Record<string, FinalOutcome>;
}

/** Where Cloud Run deletes an execution, it answers with that execution, and with this time (execution.proto). */
const EXECUTION = { type: 'Execution', unless: 'response.deleteTime' };

/** Prefixes of enums, such as `BATCH_STATE_CANCELLED` (Gemini API) and `OPERATION_STATE_CANCELLED` (Logging). */
const PREFIX = /^(?:(?:BATCH|OPERATION)_STATE|CONDITION)_/;

const WORDS = new Map<string, FinalOutcome>([
  ['CANCELLED', 'CANCELLED'],
  ['CANCELED', 'CANCELLED'],
  ['SUCCEEDED', 'COMPLETED'],
  ['SUCCESS', 'COMPLETED'],
  ['SUCCESSFUL', 'COMPLETED'],
  ['PARTIALLY_SUCCEEDED', 'COMPLETED'],
  ['PARTIAL_SUCCESS', 'COMPLETED'],
  ['FAILED', 'FAILED'],
  ['EXPIRED', 'FAILED'],
]);

const STATE: readonly Place[] = [{ path: 'metadata.state' }];

/**
 * By service, from the enums in googleapis/googleapis and in the discovery documents. Reports of what was seen:
 * Gemini API tobert/kaibo#8 and python-genai#2439, Dataproc airflow#29109, Cloud Run airflow#67050.
 */
const PLACES = new Map(
  Object.entries<readonly Place[]>({
    'alloydb.googleapis.com': [{ path: 'metadata.upgradeClusterStatus.state' }],
    'cloudbuild.googleapis.com': [
      {
        path: 'metadata.build.status',
        words: { FAILURE: 'FAILED', INTERNAL_ERROR: 'FAILED', TIMEOUT: 'FAILED' },
      },
    ],
    'cloudoptimization.googleapis.com': STATE,
    'cloudtasks.googleapis.com': STATE,
    'dataform.googleapis.com': STATE,
    'dataproc.googleapis.com': [
      { path: 'response.state', type: 'BatchOperationMetadata' },
      { path: 'metadata.status.state', type: 'JobMetadata', words: { DONE: 'COMPLETED', ERROR: 'FAILED' } },
    ],
    'datastore.googleapis.com': [{ path: 'metadata.common.state' }],
    'dialogflow.googleapis.com': STATE,
    'documentai.googleapis.com': [{ path: 'metadata.commonMetadata.state' }, ...STATE],
    'enterpriseknowledgegraph.googleapis.com': [{ path: 'metadata.commonMetadata.state' }],
    'firestore.googleapis.com': [{ path: 'metadata.operationState' }, ...STATE],
    'generativelanguage.googleapis.com': STATE,
    'jobs.googleapis.com': STATE,
    'logging.googleapis.com': STATE,
    'metastore.googleapis.com': [{ path: 'response.state', type: 'MetadataExport' }],
    'monitoring.googleapis.com': STATE,
    'osconfig.googleapis.com': [{ path: 'metadata.rolloutState' }],
    'run.googleapis.com': [
      { path: 'response.conditions.executionReason', ...EXECUTION, words: { NON_ZERO_EXIT_CODE: 'FAILED' } },
      // A condition has one of three reasons (condition.proto), and always a state.
      { path: 'response.conditions.state', ...EXECUTION },
    ],
    'storagebatchoperations.googleapis.com': [{ path: 'metadata.job.state' }],
    // "Aborted by the user" (transfer_types.proto).
    'storagetransfer.googleapis.com': [{ path: 'metadata.status', words: { ABORTED: 'CANCELLED' } }],
    'translate.googleapis.com': STATE,
    'translation.googleapis.com': STATE,
    'vision.googleapis.com': STATE,
    'webrisk.googleapis.com': STATE,
  }),
);

const CANCELLED_CODE = 1;
/** The code that a word stands for where the service gives neither an error nor a response. */
const CODE_OF_WORD = new Map([
  ['EXPIRED', 4],
  ['TIMEOUT', 4],
]);

/** The field mask of every service for an Operation whose whole body cannot be read. */
export const BASE_FIELD_MASK = 'name,done,error';

/**
 * The meaning of an Operation of a service, once it is done: its outcome and where that was read.
 *
 * `error.code` 1 is cancelled (operations.proto). Otherwise a known word at a known place decides, because some
 * services end a cancelled operation with a response, with another code or with neither; a word of success does not
 * where there is an error. Then any error but code 0, which is OK, is a failure, ABORTED included; a response, or
 * neither of the two, is completed. A word that is not known decides nothing.
 */
export function verdictOf(operation: Operation, service: string): Verdict | undefined {
  const { done, error, response } = operation;
  if (!done) return undefined;
  if (error?.code === CANCELLED_CODE) return { outcome: 'CANCELLED', evidence: 'error.code' };
  for (const { path, type, unless = '', words = {} } of PLACES.get(service) ?? []) {
    const counts = isOfType(operation, type) && wordAt(operation, unless) === undefined;
    const shown = counts ? wordAt(operation, path) : undefined;
    const word = shown?.replace(PREFIX, '') ?? '';
    const outcome = Object.hasOwn(words, word) ? words[word] : WORDS.get(word);
    if (outcome === undefined || (outcome === 'COMPLETED' && error !== undefined && error.code !== 0)) continue;
    const code = error === undefined && response === undefined ? CODE_OF_WORD.get(word) : undefined;
    return { outcome, evidence: path, ...(code !== undefined && { error: { code, message: `${path} is ${shown}` } }) };
  }
  if (error !== undefined) return { outcome: error.code === 0 ? 'COMPLETED' : 'FAILED', evidence: 'error.code' };
  return { outcome: 'COMPLETED', evidence: response === undefined ? 'neither' : 'response' };
}

/** The fields that {@link verdictOf} needs, as a mask: for an Operation whose whole body cannot be read. */
export function fieldMaskOf(service: string): string {
  const paths = (PLACES.get(service) ?? []).flatMap(({ path, unless = path }) =>
    [path, unless].map((one) => one.split('.')),
  );
  // Of metadata everything, since a mask below `@type` is not known to work with every service.
  const metadata = paths.length > 0 ? ['metadata'] : [];
  const response = paths.filter(([root]) => root === 'response').map((path) => path.slice(0, 2).join('/'));
  return [BASE_FIELD_MASK, ...metadata, ...new Set(response)].join(',');
}

/** Whether the metadata of an Operation says that it is being cancelled: by a word, a flag or a time. */
export function isBeingCancelled({ done, metadata }: Operation): boolean {
  return !done && saysCancelling(metadata, CANCELLING_DEPTH);
}

/** Flags of 135 metadata types in googleapis/googleapis, and the time that Spanner and Bigtable set. */
const CANCEL_REQUESTED = ['requestedCancellation', 'cancelRequested', 'cancellationRequested', 'cancelTime'];
/** The deepest known place is an item's word in `metadata.conditions` (Cloud Run). */
const CANCELLING_DEPTH = 3;

function saysCancelling(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isCancellingWord(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      (CANCEL_REQUESTED.includes(key) && (inner === true || (key === 'cancelTime' && typeof inner === 'string'))) ||
      saysCancelling(inner, depth - 1),
  );
}

function isOfType({ metadata, response }: Operation, type: string | undefined): boolean {
  return type === undefined || [metadata, response].some((any) => String(any?.['@type']).endsWith(`.${type}`));
}

function wordAt(operation: Operation, path: string): string | undefined {
  let value: unknown = operation;
  for (const field of path.split('.')) {
    if (Array.isArray(value)) value = value.find((item: unknown) => isJsonObject(item) && item['type'] === 'Completed');
    value = isJsonObject(value) ? value[field] : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}
