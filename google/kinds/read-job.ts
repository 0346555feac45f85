import { lastSegment, locationOf, projectOf } from '../../contract/names.js';
import type { JsonObject, Operation, RpcStatus } from '../../contract/operation.js';
import type { FinalOutcome } from '../../contract/outcome.js';
import { isJsonObject, parseObject } from '../json.js';
import { redact } from '../redact.js';
import { textAt, toMask } from './field-path.js';
import { statePathOf, withoutPrefix, type Kind } from './kind.js';
import { READERS, type Reading } from './readers.js';

const CANCELLED_CODE = 1;
const UNKNOWN_CODE = 2;
/** The google.rpc.Code of a word of failure where the service gives no code: DEADLINE_EXCEEDED and INTERNAL. */
const CODE_OF_WORD = new Map([
  ['EXPIRED', 4],
  ['TIMEOUT', 4],
  ['TIMED_OUT', 4],
  ['INTERNAL_ERROR', 13],
]);
/** The name of an operation that makes a job, as Dataproc has it. */
const OPERATION_OF_JOB = /^projects\/([^/]+)\/regions\/([^/]+)\/operations\/([\w-]+)$/;
const MAX_MESSAGE_LENGTH = 4_096;
/** A word of an enum; the longest that is published has 37 characters. Nothing else is kept of its place. */
const WORD = /^\w{1,100}$/;
/** RFC 3339, as ProtoJSON writes a google.protobuf.Timestamp. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const DEFAULT_TIMES = { create: 'createTime', start: 'startTime', end: 'endTime' };

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
  const ids = [id, kind.otherId && textAt(body, kind.otherId)];
  if (id !== undefined && !ids.some((one) => lastSegment(one ?? '') === lastSegment(name)))
    throw new Error(`is about another job, ${JSON.stringify(redact(id, 100))}`);
  return toOperation(kind, body, name);
}

/** The field mask of a job's id, state, times and error. Nothing else is asked for. */
export function fieldsOfJob(kind: Kind): string {
  const { id = 'name', error, times = DEFAULT_TIMES, read = 'word' } = kind;
  const paths = [
    id,
    ...(kind.otherId ? [kind.otherId] : []),
    statePathOf(kind),
    ...(error === undefined ? [] : [error]),
    ...Object.values(times),
  ];
  return [...new Set([...paths.map(toMask), ...(READERS[read].fields ?? [])])].join(',');
}

/**
 * The operation that makes a job, by its name at a path of an answer. Only its id is taken from there: the worker's rules
 * were checked for the project and location of the job.
 *
 * @throws Error with a clause that follows "the body" if it is of another project or location, or has no such name
 */
export function operationIn(text: string, path: string, job: string): string {
  const link = textAt(parseObject(text), path) ?? '';
  const [, project = '', location = '', id = ''] = OPERATION_OF_JOB.exec(link) ?? [];
  const [own, place] = [projectOf(job), locationOf(job)];
  // Google may write a project's number in place of its id.
  if (location !== place || (project !== own && !/^\d+$/.test(project)))
    throw new Error(
      `has no operation of its own project and location at ${path}: ${JSON.stringify(redact(link, 100))}`,
    );
  return `projects/${own}/regions/${place}/operations/${id}`;
}

/** The Operation that a job is like. @param body of the job, or an item of a list */
export function toOperation(kind: Kind, body: JsonObject, name: string): Operation {
  const { read = 'word', times = DEFAULT_TIMES } = kind;
  const reading = READERS[read].read(kind, body);
  const { word, outcome } = reading;
  const metadata: JsonObject = {};
  if (word !== undefined && WORD.test(word)) metadata['state'] = word;
  for (const [moment, path] of Object.entries(times)) {
    const time = timeAt(body, path);
    if (time !== undefined && (moment !== 'end' || outcome !== undefined)) metadata[`${moment}Time`] = time;
  }
  const isError = outcome !== undefined && outcome !== 'COMPLETED';
  return {
    name,
    done: outcome !== undefined,
    ...(isError && { error: errorOf(kind, reading, outcome) }),
    metadata,
  };
}

/** The error of an outcome: Google's own where its code agrees with the state, else one with a code that does. */
function errorOf(kind: Kind, { word = '', error }: Reading, outcome: FinalOutcome): RpcStatus {
  const { code, message = `${statePathOf(kind)} is ${word}` } = statusOf(error);
  if (outcome === 'CANCELLED') return { code: CANCELLED_CODE, message };
  const isFailure = code !== undefined && code !== 0 && code !== CANCELLED_CODE;
  return { code: isFailure ? code : (CODE_OF_WORD.get(withoutPrefix(kind, word)) ?? UNKNOWN_CODE), message };
}

/** The code and message of an error: a google.rpc.Status, a text, or the first of several of them. */
function statusOf(found: unknown): { code?: number; message?: string } {
  const error: unknown = Array.isArray(found) ? found[0] : found;
  const { code, message } = isJsonObject(error) ? error : { code: undefined, message: error };
  return {
    ...(Number.isInteger(code) && { code: Number(code) }),
    ...(typeof message === 'string' && message !== '' && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
  };
}

/** A time in RFC 3339. BigQuery writes milliseconds since 1970. */
function timeAt(body: JsonObject, path: string): string | undefined {
  const text = textAt(body, path) ?? '';
  if (/^\d{10,15}$/.test(text)) return new Date(Number(text)).toISOString();
  return TIMESTAMP.test(text) ? text : undefined;
}
