import type { JsonObject, Operation } from '../../contract/operation.js';
import { padField } from '../faults/padding.js';
import type { OperationScript } from './script.js';
import type { OperationState, ScriptedOperation } from './state.js';

/** An operation that a client can see. */
export type VisibleState = Extract<OperationState, { phase: 'running' | 'done' }>;

/** Whether a client can see an operation in this state. */
export function isVisible(state: OperationState): state is VisibleState {
  return state.phase === 'running' || state.phase === 'done';
}

/** The Operation that `get` of this API version returns, without padding. */
export function operationOf(operation: ScriptedOperation, state: VisibleState, apiVersion?: string): Operation {
  const name = shownName(operation.script);
  const metadata = scriptedMetadata(operation.script, state) ?? vertexMetadata(operation, state, apiVersion);
  const shown = { name, ...(metadata !== undefined && { metadata }) };
  return state.phase === 'running' ? { ...shown, done: false } : { ...shown, done: true, ...state.result };
}

function scriptedMetadata({ metadata, cancellingMetadata = metadata }: OperationScript, state: VisibleState) {
  return state.phase === 'running' && state.cancelAccepted ? cancellingMetadata : metadata;
}

/** The Operation in proto3 JSON, which omits `done: false`, with the padding of the script. */
export function operationJson(operation: ScriptedOperation, state: VisibleState, apiVersion?: string): JsonObject {
  const { metadataBytes, responseBytes } = operation.script;
  const { done, ...running } = operationOf(operation, state, apiVersion);
  const shown = done ? { ...running, done } : running;
  return padField(padField(shown, 'metadata', metadataBytes), 'response', responseBytes);
}

/** The name that Google shows: with the project number if the script has one. */
export function shownName({ name, projectNumber }: OperationScript): string {
  return projectNumber === undefined ? name : name.replace(/^projects\/[^/]+/, `projects/${projectNumber}`);
}

/** Collections that only Vertex AI has directly in a location, so that their names tell its operations. */
const VERTEX_NAME =
  /^projects\/[^/]+\/locations\/[^/]+\/(?:customJobs|endpoints|featurestores|indexEndpoints|indexes|models|pipelineJobs|ragCorpora|reasoningEngines|tuningJobs|tensorboards|trainingPipelines)\//;

/**
 * Metadata of Vertex AI for its names and versions, in a message that both versions have and that its clients can read
 * (google/cloud/aiplatform/v1/operation.proto). None for anything else, such as a name with nothing between location
 * and operation, unless its metadata is padded: the clients of other services refuse an answer with a message that they
 * do not know.
 */
function vertexMetadata(
  { script, addedAt, events }: ScriptedOperation,
  state: VisibleState,
  apiVersion: string | undefined,
): JsonObject | undefined {
  const isVertex = VERTEX_NAME.test(script.name) || script.metadataBytes !== undefined;
  if (!isVertex || !/^v1(?:beta1)?$/.test(apiVersion ?? '')) return undefined;
  const lastCancel = events.findLast(({ kind }) => kind === 'cancel-accepted')?.at;
  const updatedAt = state.phase === 'done' ? state.at : (lastCancel ?? addedAt);
  return {
    '@type': `type.googleapis.com/google.cloud.aiplatform.${apiVersion}.DeleteOperationMetadata`,
    genericMetadata: { createTime: timestamp(addedAt), updateTime: timestamp(updatedAt) },
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
