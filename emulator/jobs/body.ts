import { codeName } from '../../contract/code.js';
import { lastSegment } from '../../contract/names.js';
import type { JsonObject } from '../../contract/operation.js';
import { type Kind, segmentsOf, statePathOf } from '../../google/kinds/kind.js';
import type { ScriptedResult } from '../operations/script.js';
import type { ScriptedOperation } from '../operations/state.js';
import { shownName, type VisibleState } from '../operations/view.js';
import { padField } from '../faults/padding.js';
import { type End, factsOf } from './facts.js';
import { linkedOperation } from './kind-of-job.js';

/** A text that stands in the body of every job, as a password may: no record may have it. */
export const jobSecret = 'secret-of-the-emulator';

const CANCELLED_CODE = 1;
const JOB_TIMES = { create: 'createTime', start: 'startTime', end: 'endTime' };

/** The JSON of a job that `get` returns. */
export function jobJson(job: ScriptedOperation, kind: Kind, state: VisibleState): JsonObject {
  const { script } = job;
  const facts = factsOf(kind);
  const end = state.phase === 'done' ? endOf(state.result) : undefined;
  const word = wordOf(job, kind, state);
  const body: JsonObject = { labels: { note: jobSecret }, ...facts.more?.(jobSecret, end) };
  identify(body, kind, shownName(script));
  putTimes(body, job, kind, state);
  const error = state.phase === 'done' ? state.result.error : undefined;
  const isShown = error?.code !== CANCELLED_CODE || (script.cancelledWithError ?? facts.cancelledWithError ?? false);
  if (kind.read === 'bigquery') putBigQueryStatus(body, word, error);
  else if (kind.read === 'run') putConditions(body, word, error);
  else {
    if (word !== '') put(body, statePathOf(kind), word);
    if (kind.error === 'errors.details' && error !== undefined) body['errors'] = [{ details: error }];
    else if (kind.error !== undefined && error !== undefined && isShown)
      put(body, kind.error, errorAt(kind.error, error));
  }
  const isCancelling = state.phase === 'running' && state.cancelAccepted;
  const more = isCancelling ? (script.cancellingMetadata ?? script.metadata) : script.metadata;
  const ended = state.phase === 'done' ? state.result.metadata : undefined;
  return padField(merged(merged(body, more), ended), 'labels', script.metadataBytes);
}

/** The word of a job as its service writes it; empty where it has none. */
export function wordOf({ script }: ScriptedOperation, kind: Kind, state: VisibleState): string {
  const { prefix = '' } = kind;
  const { running, cancelling, completed, failed, cancelled } = factsOf(kind);
  if (state.phase === 'done') {
    return state.result.state ?? prefix + { completed, failed, cancelled }[endOf(state.result)];
  }
  if (state.cancelAccepted && script.cancellingState !== undefined) return script.cancellingState;
  if (state.cancelAccepted && kind.read === 'run') return 'CANCELLING';
  if (state.cancelAccepted && cancelling !== undefined) return prefix + cancelling;
  return state.word ?? (running === '' ? '' : prefix + running);
}

/** How a result ended its job. */
function endOf({ error }: ScriptedResult): End {
  return error === undefined ? 'completed' : error.code === CANCELLED_CODE ? 'cancelled' : 'failed';
}

/** Puts the name or the id where the service has it. */
function identify(body: JsonObject, kind: Kind, name: string): void {
  const { id = 'name', list, cancel } = kind;
  const [projectId, location] = [name.split('/')[1], segmentsOf(kind, name)?.[1]];
  if (id === 'name') {
    body['name'] = name;
  } else {
    if (kind.service === 'bigquery.googleapis.com') {
      body['kind'] = 'bigquery#job';
      body['id'] = `${projectId}:${location}.${lastSegment(name)}`;
    }
    const owner = id.includes('.') ? id.replace(/\.[^.]+$/, '.') : '';
    put(body, `${owner}projectId`, projectId);
    if (name.includes('/locations/') && factsOf(kind).isNamed !== true) put(body, `${owner}location`, location);
    put(body, id, lastSegment(name));
    if (factsOf(kind).isNamed === true) body['name'] = name;
  }
  if (list?.displayName !== undefined) put(body, list.displayName, `job ${lastSegment(name)}`);
  if (cancel?.through !== undefined) put(body, cancel.through, linkedOperation(kind, name));
}

function putTimes(body: JsonObject, { addedAt }: ScriptedOperation, kind: Kind, state: VisibleState): void {
  const { create, start, end }: NonNullable<Kind['times']> = kind.times ?? JOB_TIMES;
  // BigQuery writes milliseconds since 1970.
  const text = (ms: number) => (kind.read === 'bigquery' ? String(ms) : new Date(ms).toISOString());
  if (create !== undefined) put(body, create, text(addedAt));
  if (start !== undefined) put(body, start, text(addedAt));
  if (end !== undefined && state.phase === 'done') put(body, end, text(state.at));
}

function putBigQueryStatus(body: JsonObject, word: string, error: ScriptedResult['error']): void {
  const reason = error?.code === CANCELLED_CODE ? 'stopped' : 'invalidQuery';
  const errorResult = error && { reason, message: error.message ?? reason };
  body['status'] = { ...(word !== '' && { state: word }), ...(errorResult && { errorResult, errors: [errorResult] }) };
}

/** The conditions of an execution of Cloud Run, and its counts. A word that is no state of a condition is a reason. */
function putConditions(body: JsonObject, word: string, error: ScriptedResult['error']): void {
  const isState = word === '' || word.startsWith('CONDITION_');
  const reason = error?.code === CANCELLED_CODE ? 'CANCELLED' : isState ? undefined : word;
  const ended = error === undefined ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED';
  const isDone = body['completionTime'] !== undefined;
  const shown = isDone ? ended : 'CONDITION_RECONCILING';
  const completed = {
    type: 'Completed',
    state: isState && word !== '' ? word : shown,
    ...(reason !== undefined && reason !== 'RUNNING' && { executionReason: reason }),
    ...(error?.message !== undefined && { message: error.message }),
  };
  body['taskCount'] = 1;
  if (word !== '') body['conditions'] = [{ type: 'Started', state: 'CONDITION_SUCCEEDED' }, completed];
  if (isDone)
    body[error === undefined ? 'succeededCount' : reason === 'CANCELLED' ? 'cancelledCount' : 'failedCount'] = 1;
}

/** An error as a place of this name holds it: a google.rpc.Status, a list of errors, or a text. */
function errorAt(path: string, { code, message = '' }: NonNullable<ScriptedResult['error']>): unknown {
  const field = path.replace(/^.*\./, '');
  if (field === 'error') return { code, message };
  if (path === 'error.errors') return [{ code: codeName(code), message }];
  // Web Security Scanner tells a reason by a word.
  if (path === 'errorTrace.code') return 'INTERNAL_ERROR';
  return field === 'errors' ? [{ code, message }] : message;
}

/** The value at a path of names with dots between them. */
export function valueAt(body: JsonObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => (value as JsonObject | null | undefined)?.[field], body);
}

/** Puts a value at a path, where everything above it is an object or absent. */
export function put(body: JsonObject, path: string, value: unknown): void {
  const fields = path.split('.');
  const last = fields.pop() ?? '';
  let at = body;
  for (const field of fields) at = (at[field] ??= {}) as JsonObject;
  at[last] = value;
}

/** The body with the fields of another laid over it, objects field by field. */
function merged(body: JsonObject, more: JsonObject = {}): JsonObject {
  const isObject = (value: unknown): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const result = { ...body };
  for (const [field, value] of Object.entries(more)) {
    const old = body[field];
    result[field] = isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result;
}
