import { quoted } from './text.js';

/** The longest operation name taken. With the service it has to fit into a workflow id, which Temporal limits to 1,000 characters. */
export const MAX_NAME_LENGTH = 780;

export const DEFAULT_SERVICE = 'aiplatform.googleapis.com';
export const DEFAULT_API_VERSION = 'v1beta1';
export const DEFAULT_TASK_QUEUE = 'google-operations';

/** Why a text cannot be used as a name: a clause that goes after the field's name, such as `"must not be empty"`. */
export type Problem = string;

// Unreserved characters (RFC 3986) and the few others that ids hold: `=` and `+` of base64, `@`, `,`, and the parentheses of
// `(default)`, Firestore's first database. `:` separates the custom verb.
const SEGMENT = /^[A-Za-z0-9\-._~=+@,()]+$/;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const VERSION = /^v\d{1,3}(?:[a-z][a-z0-9]{0,15})?$/;

/**
 * What is wrong with an operation's name or a parent (`projects/p/locations/l`), or `undefined` where it is fine: at least
 * two segments divided by `/`, none of them empty, `.` or `..`, of unreserved and harmless characters only.
 *
 * Collections are not listed, for services add new ones. `=` is legal: ids that are bytes in base64 occur.
 */
export function problemOfName(name: unknown): Problem | undefined {
  if (typeof name !== 'string')
    return 'must be a string such as projects/p/locations/us-central1/operations/123';
  if (name === '') return 'must not be empty';
  if (name.length > MAX_NAME_LENGTH)
    return `must have at most ${MAX_NAME_LENGTH} characters; it has ${name.length}`;
  const segments = name.split('/');
  if (segments.length < 2)
    return 'must be a full name of two segments or more, such as projects/p/locations/us-central1/operations/123';
  for (const segment of segments) {
    if (segment === '') return 'must have no empty segment and no / at either end';
    if (segment === '.' || segment === '..') return 'must have no segment . or ..';
    if (!SEGMENT.test(segment))
      return `has a character that no operation name holds, in segment ${quoted(segment)}`;
  }
  return undefined;
}

/** What is wrong with a service such as `aiplatform.googleapis.com`, or `undefined`: a lower-case host name without a port. */
export function problemOfService(service: unknown): Problem | undefined {
  if (typeof service !== 'string') return `must be a string such as ${DEFAULT_SERVICE}`;
  if (service.length > 190 || !HOST_NAME.test(service)) {
    return `must be a lower-case host name such as ${DEFAULT_SERVICE}; it is ${quoted(service)}`;
  }
  return undefined;
}

/** What is wrong with an API version such as `v1` or `v1beta1`, or `undefined`. */
export function problemOfApiVersion(version: unknown): Problem | undefined {
  if (typeof version === 'string' && VERSION.test(version)) return undefined;
  return `must be a version such as v1 or ${DEFAULT_API_VERSION}`;
}

/** The last segment of a name: what is left to compare where Google gives a project's number for its id. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The location in a name (`locations/l` or `regions/l`), or `undefined` where it has none. */
export function locationOf(name: string): string | undefined {
  return after(name, 'locations') ?? after(name, 'regions');
}

/** The project in a name, by number or id, or `undefined` where it has none. */
export function projectOf(name: string): string | undefined {
  return after(name, 'projects');
}

/**
 * A listed name in the spelling of the parent that was listed: some services (Vertex AI) answer with the project's number where its
 * id was asked for. A list holds what is under its parent, so the project is the same; and only one spelling gives one workflow id,
 * and is what the rules about names were checked against. A parent that has a number itself keeps the name as it is.
 */
export function inSpellingOf(parent: string, name: string): string {
  const project = /^projects\/([^/]+)/.exec(parent)?.[1];
  if (project === undefined || project === '-' || /^\d+$/.test(project)) return name;
  return name.replace(/^projects\/\d+\//, () => `projects/${project}/`);
}

/** The id of the one workflow that follows an operation. It holds no `/`, which Temporal's HTTP API cannot address. */
export function workflowIdOf(service: string, name: string): string {
  return `operation:${service}:${name.replaceAll('/', ':')}`;
}

/** The operation that a workflow id of {@link workflowIdOf} is for, or `undefined` where it is the id of something else. */
export function parseWorkflowId(workflowId: string): { service: string; name: string } | undefined {
  const [kind, service, ...segments] = workflowId.split(':');
  const name = segments.join('/');
  const isOurs =
    kind === 'operation' && problemOfService(service) === undefined && problemOfName(name) === undefined;
  return isOurs && service !== undefined && workflowIdOf(service, name) === workflowId
    ? { service, name }
    : undefined;
}

function after(name: string, collection: string): string | undefined {
  const segments = name.split('/');
  const at = segments.findIndex((segment, index) => index % 2 === 0 && segment === collection);
  return at === -1 ? undefined : segments[at + 1];
}
