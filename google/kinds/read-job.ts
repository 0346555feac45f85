import { lastSegment } from '../../contract/names.js';
import type { JsonObject, Operation, RpcStatus } from '../../contract/operation.js';
import type { FinalOutcome } from '../../contract/outcome.js';
import { isJsonObject, parseObject } from '../json.js';
import { redact } from '../redact.js';
import { PLAIN_WORDS, statePathOf, type Kind } from './kind.js';

const CANCELLED_CODE = 1;
const UNKNOWN_CODE = 2;
/** The google.rpc.Code of a word of failure where the service gives no code: DEADLINE_EXCEEDED and INTERNAL. */
const CODE_OF_WORD = new Map([
  ['EXPIRED', 4],
  ['TIMEOUT', 4],
  ['TIMED_OUT', 4],
  ['INTERNAL_ERROR', 13],
]);
const MAX_MESSAGE_LENGTH = 4_096;
const DEFAULT_TIMES = { create: 'createTime', start: 'startTime', end: 'endTime' };

/** What an answer says of the state of a job. */
interface Reading {
  /** The word, as the service writes it. */
  word?: string | undefined;
  /** Absent while it runs. */
  outcome?: FinalOutcome | undefined;
  /** Of a job that failed or was cancelled. */
  error?: RpcStatus | undefined;
}

/**
 * Reads a job from the JSON of a 2xx, as the Operation that it is like: `done` once its state is final; then
 * `error.code` 1 if it was cancelled, another if it failed, and no error if it ended well. The state alone decides:
 * jobs that were cancelled have been seen without an `error`, and one that is partly done with one. Metadata has the
 * state and the times, and nothing else of the body is kept, for it may hold secrets.
 *
 * @param name of the job that was asked for
 * @throws Error with a clause that follows "the body", such as `is empty`.
 */
export function readJob(kind: Kind, text: string, name: string): Operation {
  const body = parseObject(text);
  if (Object.keys(body).length === 0) throw new Error('is an empty object');
  const id = textAt(body, kind.id ?? 'name');
  if (id === undefined && isJsonObject(body['error'])) throw new Error('is an error');
  if (id !== undefined && lastSegment(id) !== lastSegment(name))
    throw new Error(`is about another job, ${JSON.stringify(redact(id, 100))}`);
  return toOperation(kind, body, name);
}

/** The field mask of a job's id, state, times and error. Nothing else is asked for. */
export function fieldsOfJob(kind: Kind): string {
  const { create, start, end } = { ...DEFAULT_TIMES, ...kind.times };
  const own = FIELDS_OF_READER[kind.read ?? 'word'] ?? [statePathOf(kind)];
  const paths = [kind.id ?? 'name', ...own, ...(kind.error === undefined ? [] : [kind.error]), create, start, end];
  return [...new Set(paths)].map((path) => path.replaceAll('.', '/')).join(',');
}

/** What readers read beside the word. */
const FIELDS_OF_READER: Partial<Record<NonNullable<Kind['read']>, string[]>> = {
  bigquery: ['status.state', 'status.errorResult'],
  run: ['conditions(type,state,executionReason,message)', 'cancelledCount'],
};

/** The name of another resource at a path of an answer. @throws Error with a clause that follows "the body" */
export function linkIn(text: string, path: string): string {
  return textAt(parseObject(text), path) ?? missing(path);
}

function missing(path: string): never {
  throw new Error(`has no ${path}`);
}

/** The Operation that a job is like. @param body of the job, or an item of a list */
export function toOperation(kind: Kind, body: JsonObject, name: string): Operation {
  const { word, outcome, error } = READERS[kind.read ?? 'word'](kind, body);
  const { create, start, end } = { ...DEFAULT_TIMES, ...kind.times };
  const metadata: JsonObject = {};
  if (word !== undefined) metadata['state'] = word;
  for (const [field, path] of Object.entries({ createTime: create, startTime: start, endTime: end })) {
    const time = timeAt(body, path);
    if (time !== undefined) metadata[field] = time;
  }
  return {
    name,
    done: outcome !== undefined,
    ...(outcome !== undefined && outcome !== 'COMPLETED' && error && { error }),
    metadata,
  };
}

const READERS: Record<NonNullable<Kind['read']>, (kind: Kind, body: JsonObject) => Reading> = {
  word(kind, body) {
    const word = textAt(body, statePathOf(kind));
    const bare = word?.startsWith(kind.prefix ?? '') ? word.slice(kind.prefix?.length ?? 0) : word;
    const ends = kind.ends ?? PLAIN_WORDS;
    const outcome = bare !== undefined && Object.hasOwn(ends, bare) ? ends[bare] : undefined;
    return { word, outcome, error: outcome && errorOf(kind, body, outcome, bare ?? '', word ?? '') };
  },

  // DONE alone says nothing: a cancelled job has the reason `stopped` (python-bigquery, job/base.py). `status.errors`
  // has those of a job that succeeded, too.
  bigquery(kind, body) {
    const word = textAt(body, statePathOf(kind));
    if (word !== 'DONE') return { word };
    const reason = textAt(body, 'status.errorResult.reason');
    const hasFailed = isJsonObject(valueAt(body, 'status.errorResult'));
    const outcome = reason === 'stopped' ? 'CANCELLED' : hasFailed ? 'FAILED' : 'COMPLETED';
    return { word, outcome, error: errorOf(kind, body, outcome, word, word) };
  },

  // The terminal condition of an execution is `Completed` (Cloud Run), and its reason tells whether it was cancelled.
  run(kind, body) {
    const conditions = valueAt(body, 'conditions');
    const completed = Array.isArray(conditions) ? conditions.find(isCompleted) : undefined;
    const [state, reason] = [textAt(completed ?? {}, 'state'), textAt(completed ?? {}, 'executionReason')];
    const isCancel = reason === 'CANCELLED' || reason === 'CANCELLING';
    const word = isCancel ? reason : state;
    const outcome = reason === 'CANCELLED' ? 'CANCELLED' : outcomeOfCondition(state);
    const error = { condition: completed ?? {} };
    if (outcome === undefined && isCancelledWithoutCondition(body))
      return { word, outcome: 'CANCELLED', error: errorOf(kind, error, 'CANCELLED', '', 'CANCELLED') };
    return { word, outcome, error: outcome && errorOf(kind, error, outcome, word ?? '', word ?? '') };
  },

  // A cancelled operation of GKE is DONE as well. Nobody has published what it looks like: an error alone tells.
  operation(kind, body) {
    const word = textAt(body, statePathOf(kind));
    if (word !== 'DONE') return { word };
    const error = kind.error === undefined ? undefined : valueAt(body, kind.error);
    const hasFailed = Array.isArray(error) ? error.length > 0 : isJsonObject(error) && Object.keys(error).length > 0;
    if (!hasFailed) return { word, outcome: 'COMPLETED' };
    const outcome = statusAt(body, kind.error).code === CANCELLED_CODE ? 'CANCELLED' : 'FAILED';
    return { word, outcome, error: errorOf(kind, body, outcome, word, word) };
  },
};

function isCompleted(condition: unknown): condition is JsonObject {
  return isJsonObject(condition) && condition['type'] === 'Completed';
}

function outcomeOfCondition(state: string | undefined): FinalOutcome | undefined {
  if (state === 'CONDITION_SUCCEEDED') return 'COMPLETED';
  return state === 'CONDITION_FAILED' ? 'FAILED' : undefined;
}

/** Where the condition is missing the counts tell, once the execution has a time of completion. */
function isCancelledWithoutCondition(body: JsonObject): boolean {
  return Number(body['cancelledCount']) > 0 && textAt(body, 'completionTime') !== undefined;
}

/** The error of an outcome: Google's own where its code agrees with the state, else one with a code that does. */
function errorOf(kind: Kind, body: JsonObject, outcome: FinalOutcome, bare: string, word: string): RpcStatus {
  const { code, message } = statusAt(body, kind.error);
  const text = message ?? `${statePathOf(kind)} is ${word}`;
  if (outcome === 'CANCELLED') return { code: CANCELLED_CODE, message: text };
  const isFailure = code !== undefined && code !== 0 && code !== CANCELLED_CODE;
  return { code: isFailure ? code : (CODE_OF_WORD.get(bare) ?? UNKNOWN_CODE), message: text };
}

/** The code and message of an error: a google.rpc.Status, a text, or the first of several of them. */
function statusAt(body: JsonObject, path: string | undefined): { code?: number; message?: string } {
  const found = path === undefined ? undefined : valueAt(body, path);
  const error: unknown = Array.isArray(found) ? found[0] : found;
  if (typeof error === 'string' && error !== '') return { message: error.slice(0, MAX_MESSAGE_LENGTH) };
  if (!isJsonObject(error)) return {};
  const { code, message } = error;
  return {
    ...(Number.isInteger(code) && { code: Number(code) }),
    ...(typeof message === 'string' && message !== '' && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
  };
}

/** The value at a path of names with dots between them. */
export function valueAt(body: JsonObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => (isJsonObject(value) ? value[field] : undefined), body);
}

/** The text at a path, or `undefined` if there is none. */
export function textAt(body: JsonObject, path: string): string | undefined {
  const value = valueAt(body, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A time in RFC 3339. BigQuery writes milliseconds since 1970. */
function timeAt(body: JsonObject, path: string): string | undefined {
  const text = textAt(body, path)?.slice(0, 40);
  return text !== undefined && /^\d{10,15}$/.test(text) ? new Date(Number(text)).toISOString() : text;
}
