import { quoted } from './text.js';

/**
 * The longest operation name. With the service it must fit into a workflow id, which Temporal limits to 1,000
 * characters.
 */
export const MAX_NAME_LENGTH = 780;

export const DEFAULT_SERVICE = 'aiplatform.googleapis.com';
export const DEFAULT_API_VERSION = 'v1beta1';
export const DEFAULT_TASK_QUEUE = 'google-operations';

/** The reason why a text cannot be used, as a clause that follows the field's name: `"must not be empty"`. */
export type Problem = string;

// Unreserved characters (RFC 3986) and the few others that occur in ids: `=` and `+` of base64, `@`, `,`, and the
// parentheses of Firestore's database `(default)`. `:` is not among them, because it separates the custom verb.
const SEGMENT = /^[A-Za-z0-9\-._~=+@,()]+$/;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const VERSION = /^v\d{1,3}(?:[a-z][a-z0-9]{0,15})?$/;

/**
 * Describes the problem of an operation's name or a parent (`projects/p/locations/l`), or `undefined` if it is valid: at
 * least two segments separated by `/`, none of them empty, `.` or `..`, and only unreserved and harmless characters.
 *
 * There is no list of collections, because services add new ones. `=` is legal: some ids are bytes in base64.
 */
export function problemOfName(name: unknown): Problem | undefined {
  if (typeof name !== 'string') return 'must be a string such as projects/p/locations/us-central1/operations/123';
  if (name === '') return 'must not be empty';
  if (name.length > MAX_NAME_LENGTH) return `must have at most ${MAX_NAME_LENGTH} characters; it has ${name.length}`;
  const segments = name.split('/');
  if (segments.length < 2)
    return 'must be a full name of two segments or more, such as projects/p/locations/us-central1/operations/123';
  for (const segment of segments) {
    if (segment === '') return 'must have no empty segment and no / at either end';
    if (segment === '.' || segment === '..') return 'must have no segment . or ..';
    if (!SEGMENT.test(segment))
      return `has a character that is not allowed in operation names, in segment ${quoted(segment)}`;
  }
  return undefined;
}

/**
 * Describes the problem of a service, or `undefined` if it is a lower-case host name without a port, such as
 * `aiplatform.googleapis.com`.
 */
export function problemOfService(service: unknown): Problem | undefined {
  if (typeof service !== 'string') return `must be a string such as ${DEFAULT_SERVICE}`;
  if (service.length > 190 || !HOST_NAME.test(service)) {
    return `must be a lower-case host name such as ${DEFAULT_SERVICE}; it is ${quoted(service)}`;
  }
  return undefined;
}

/** Describes the problem of an API version, or `undefined` if it is one such as `v1` or `v1beta1`. */
export function problemOfApiVersion(version: unknown): Problem | undefined {
  if (typeof version === 'string' && VERSION.test(version)) return undefined;
  return `must be a version such as v1 or ${DEFAULT_API_VERSION}`;
}

/**
 * The last segment of a name. It is all that can be compared, because Google may answer with a project's
 * number instead of its id.
 */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The location in a name (`locations/l` or `regions/l`), if it has one. */
export function locationOf(name: string): string | undefined {
  return segmentAfter(name, 'locations') ?? segmentAfter(name, 'regions');
}

/** The project in a name, by number or id, if it has one. */
export function projectOf(name: string): string | undefined {
  return segmentAfter(name, 'projects');
}

/**
 * A listed name with the project as its parent has it: some services (Vertex AI) answer with the project's
 * number when its id was asked for. A list has only operations under its parent, so it is the same project.
 * One spelling gives one workflow id, and the rules about names were checked with this one. If the parent has
 * a number itself, the name stays as it is.
 */
export function inSpellingOf(parent: string, name: string): string {
  const project = /^projects\/([^/]+)/.exec(parent)?.[1];
  if (project === undefined || project === '-' || /^\d+$/.test(project)) return name;
  return name.replace(/^projects\/\d+\//, () => `projects/${project}/`);
}

/**
 * The id of the one workflow that follows an operation. It has no `/`, because Temporal's HTTP API cannot
 * address ids with one.
 */
export function workflowIdOf(service: string, name: string): string {
  return `operation:${service}:${name.replaceAll('/', ':')}`;
}

/** The operation of a workflow id that {@link workflowIdOf} made; `undefined` for any other id. */
export function parseWorkflowId(workflowId: string): { service: string; name: string } | undefined {
  const [kind, service, ...segments] = workflowId.split(':');
  const name = segments.join('/');
  const isValid = kind === 'operation' && problemOfService(service) === undefined && problemOfName(name) === undefined;
  return isValid && service !== undefined && workflowIdOf(service, name) === workflowId ? { service, name } : undefined;
}

function segmentAfter(name: string, collection: string): string | undefined {
  const segments = name.split('/');
  const at = segments.findIndex((segment, index) => index % 2 === 0 && segment === collection);
  return at === -1 ? undefined : segments[at + 1];
}
