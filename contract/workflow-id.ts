import { problemOfName, problemOfService } from './names.js';
import { sha256 } from './sha256.js';

/** The longest workflow id and search attribute that every database of Temporal's takes, in characters. */
const MAX_LENGTH = 255;
const KEPT_LENGTH = 180;
const HASH_LENGTH = 32;

/**
 * The id of the one workflow that follows an operation: `operation:{service}:{name}`, where the name has `:` for
 * `/`, because Temporal's HTTP API cannot address ids with one, and `::` for `:`. A longer one than 255 characters
 * is {@link shortened}.
 */
export function workflowIdOf(service: string, name: string): string {
  return shortened(`operation:${service}:${asIdPart(name)}`);
}

/** The beginning of the workflow ids of all operations of a collection. */
export function collectionPrefix(service: string, collection: string): string {
  return `operation:${service}:${asIdPart(collection)}:`;
}

/**
 * The id of the loop that watches a collection for the workers of a task queue. Those of another queue may have other
 * rules and credentials, so they have a loop of their own.
 */
export function reconcileIdOf(taskQueue: string, service: string, collection: string): string {
  return shortened(`reconcile:${taskQueue}:${service}:${asIdPart(collection)}`);
}

function asIdPart(name: string): string {
  return name.replaceAll(':', '::').replaceAll('/', ':');
}

/** A text over 255 characters as its first 180, `~`, and the first 32 hex digits of the SHA-256 of the whole. */
export function shortened(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, KEPT_LENGTH)}~${sha256(text).slice(0, HASH_LENGTH)}`;
}

/**
 * The operation of a workflow id that {@link workflowIdOf} made; `undefined` for any other id, and for one that may be
 * shortened where the name is not given.
 *
 * @param memoName the name in the workflow's memo, which a shortened id does not hold
 */
export function parseWorkflowId(workflowId: string, memoName?: string): { service: string; name: string } | undefined {
  const [, service = '', rest = ''] = /^operation:([^:]*):(.*)$/s.exec(workflowId) ?? [];
  // One colon is a /, and two are a colon: no segment begins or ends with one.
  const written = rest.replaceAll(/:+/g, ({ length }) => (length === 1 ? '/' : ':'.repeat(length / 2)));
  const name = memoName ?? (isShortened(workflowId) ? '' : written);
  const isValid = problemOfService(service) === undefined && problemOfName(name, service) === undefined;
  return isValid && workflowIdOf(service, name) === workflowId ? { service, name } : undefined;
}

function isShortened(text: string): boolean {
  return text.length === KEPT_LENGTH + 1 + HASH_LENGTH && text[KEPT_LENGTH] === '~';
}
