import { codeNumber } from '../../contract/code.js';
import { lastSegment } from '../../contract/names.js';
import type { JsonObject } from '../../contract/operation.js';
import type { Kind } from '../../google/kinds/kind.js';
import { type Answer, errorAnswer } from '../answer.js';
import type { ScriptedOperation } from '../operations/state.js';
import type { VisibleState } from '../operations/view.js';
import { jobJson } from './body.js';
import { linkedOperation } from './kind-of-job.js';

/** The JSON of a job, or of the operation that makes it if that was asked for. */
export function getJobJson(job: ScriptedOperation, kind: Kind, state: VisibleState, asked = ''): JsonObject {
  const isLink = linkedOperation(kind, job.script.name) === asked;
  return isLink ? linkedOperationJson(job, asked, state) : jobJson(job, kind, state);
}

/** The JSON 404 for a job that does not exist. */
export function jobNotFound(kind: Kind, name: string): Answer {
  const [, project = '', , location = ''] = name.split('/');
  const isBigQuery = kind.read === 'bigquery';
  const what = isBigQuery ? `Job ${project}:${location}.${lastSegment(name)}` : name;
  return errorAnswer('NOT_FOUND', `Not found: ${what}`);
}

/** The 400 for a cancel that is an update (Dataflow) of something else than the state. */
export function updateError(kind: Kind, message: JsonObject, query: URLSearchParams): Answer | undefined {
  if (kind.cancel?.method !== 'PUT') return undefined;
  const isCancel = message['requestedState'] === 'JOB_STATE_CANCELLED' && !query.has('updateMask');
  const text = 'The emulator knows one update: requestedState JOB_STATE_CANCELLED, without an updateMask.';
  return isCancel ? undefined : errorAnswer('INVALID_ARGUMENT', text);
}

/**
 * The operation that makes a batch of Dataproc. It ends without an error if the batch was cancelled ("wait_for_operation
 * doesn't fail if the job is cancelled", Airflow's Google provider): its own state does not tell that.
 */
function linkedOperationJson(job: ScriptedOperation, name: string, state: VisibleState): JsonObject {
  const type = 'type.googleapis.com/google.cloud.dataproc.v1.BatchOperationMetadata';
  const metadata = { '@type': type, batch: job.script.name, operationType: 'BATCH' };
  if (state.phase === 'running') return { name, metadata };
  const { error } = state.result;
  const hasFailed = error !== undefined && error.code !== codeNumber('CANCELLED');
  return { name, metadata, done: true, ...(hasFailed && { error }) };
}
