import type { Operation } from '../../contract/operation.js';
import { padding } from '../faults/padding.js';
import type { JsonObject, OperationScript } from './script.js';
import type { History, OperationState } from './state.js';

/** An operation that a client can see. */
export type VisibleState = Extract<OperationState, { phase: 'running' | 'done' }>;

/** The Operation that `get` returns, without padding. */
export function operationOf(script: OperationScript, history: History, state: VisibleState): Operation {
  const name = shownName(script);
  const metadata = script.metadata ?? vertexMetadata(script, history, state);
  if (state.phase === 'running') return { name, metadata, done: false };
  return { name, metadata, done: true, ...state.result };
}

/** An Operation in proto3 JSON, which omits `done: false`, with the padding of the script. */
export function operationJson(script: OperationScript, operation: Operation): JsonObject {
  const { done, ...rest } = operation;
  const json: JsonObject = done ? { ...operation } : rest;
  pad(json, 'metadata', script.metadataBytes);
  if (done) pad(json, 'response', script.responseBytes);
  return json;
}

/** The name that Google shows: with the project number if the script has one. */
export function shownName({ name, projectNumber }: OperationScript): string {
  return projectNumber === undefined ? name : name.replace(/^projects\/[^/]+/, `projects/${projectNumber}`);
}

function pad(json: JsonObject, field: 'response' | 'metadata', bytes: number | undefined): void {
  const value = json[field];
  if (bytes === undefined || typeof value !== 'object' || value === null) return;
  json[field] = { ...value, padding: '' };
  const missing = bytes - Buffer.byteLength(`${JSON.stringify(json, undefined, 2)}\n`);
  if (missing > 0) json[field] = { ...value, padding: padding(missing) };
}

// Every metadata message of Vertex AI has a GenericOperationMetadata inside
// (google/cloud/aiplatform/v1/operation.proto).
function vertexMetadata(script: OperationScript, history: History, state: VisibleState): JsonObject {
  const lastCancel = history.events.findLast(({ kind }) => kind === 'cancel-accepted')?.at;
  const updatedAt = state.phase === 'done' ? state.at : (lastCancel ?? history.addedAt);
  return {
    '@type': `type.googleapis.com/google.cloud.aiplatform.v1beta1.${metadataType(script.name)}`,
    genericMetadata: { createTime: timestamp(history.addedAt), updateTime: timestamp(updatedAt) },
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
