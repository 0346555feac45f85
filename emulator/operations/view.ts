import type { Operation } from '../../contract/operation.js';
import { padField } from '../faults/padding.js';
import type { JsonObject, OperationScript } from './script.js';
import type { OperationState, ScriptedOperation } from './state.js';

/** An operation that a client can see. */
export type VisibleState = Extract<OperationState, { phase: 'running' | 'done' }>;

/** Whether a client can see an operation in this state. */
export function isVisible(state: OperationState): state is VisibleState {
  return state.phase === 'running' || state.phase === 'done';
}

/** The Operation that `get` returns, without padding. */
export function operationOf(operation: ScriptedOperation, state: VisibleState): Operation {
  const name = shownName(operation.script);
  const metadata = operation.script.metadata ?? vertexMetadata(operation, state);
  if (state.phase === 'running') return { name, metadata, done: false };
  return { name, metadata, done: true, ...state.result };
}

/** The Operation in proto3 JSON, which omits `done: false`, with the padding of the script. */
export function operationJson(operation: ScriptedOperation, state: VisibleState): JsonObject {
  const { metadataBytes, responseBytes } = operation.script;
  const shown = operationOf(operation, state);
  const { done, ...running } = shown;
  return padField(padField(done ? { ...shown } : running, 'metadata', metadataBytes), 'response', responseBytes);
}

/** The name that Google shows: with the project number if the script has one. */
export function shownName({ name, projectNumber }: OperationScript): string {
  return projectNumber === undefined ? name : name.replace(/^projects\/[^/]+/, `projects/${projectNumber}`);
}

// Every metadata message of Vertex AI has a GenericOperationMetadata inside
// (google/cloud/aiplatform/v1/operation.proto).
function vertexMetadata({ script, addedAt, events }: ScriptedOperation, state: VisibleState): JsonObject {
  const lastCancel = events.findLast(({ kind }) => kind === 'cancel-accepted')?.at;
  const updatedAt = state.phase === 'done' ? state.at : (lastCancel ?? addedAt);
  return {
    '@type': `type.googleapis.com/google.cloud.aiplatform.v1beta1.${metadataType(script.name)}`,
    genericMetadata: { createTime: timestamp(addedAt), updateTime: timestamp(updatedAt) },
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function metadataType(name: string): string {
  const segments = name.split('/');
  // Collections and ids alternate; a singleton such as ragEngineConfig has no id and shifts what follows.
  const collection = segments.length % 2 === 0 ? segments.at(-4) : undefined;
  if (collection === undefined || collection === 'locations' || collection === 'projects') {
    return 'DeleteOperationMetadata';
  }
  const singular = collection.replace(/(?<=x)es$|s$/, '');
  return `Create${singular.charAt(0).toUpperCase()}${singular.slice(1)}OperationMetadata`;
}
