import { quoted } from './text.js';

/** The longest operation name, in characters. */
export const MAX_NAME_LENGTH = 780;

export const DEFAULT_SERVICE = 'aiplatform.googleapis.com';
export const DEFAULT_TASK_QUEUE = 'google-operations';
/** The name of the kind of everything that is a google.longrunning.Operation. */
export const OPERATION_KIND = 'operation';

/** The reason why a text cannot be used, as a clause that follows the field's name: `"must not be empty"`. */
export type Problem = string;

// Unreserved characters (RFC 3986) and the few others that occur in ids: `=` and `+` of base64, `@`, `,`, the
// parentheses of Firestore's database `(default)`, and the `:` of projects (`example.com:my-project`).
const SEGMENT = /^[A-Za-z0-9\-._~=+@,():]+$/;
/** A custom method at the end of a path (AIP-136), such as `:cancel` or `:getIamPolicy`. */
const METHOD = /:[A-Za-z]+$/;
/** The collections of operations: `operations`, and those of Storage Transfer, the Gemini API and Vision AI. */
const COLLECTION = /(?:^|\/)(?:operations|transferOperations|warehouseOperations|batches)$/;
/** The services whose names of operations are an id alone: Speech v1 answers `{"name": "1189218350739101011"}`. */
const BARE_NAMES = new Set(['speech.googleapis.com']);
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const VERSION = /^v\d{1,3}(?:[a-z][a-z0-9]{0,15})?$/;

/**
 * Describes the problem of the name of a service's operation, or `undefined` if it is valid: two segments or more,
 * separated by `/`, of unreserved and harmless characters. A `:` stands within a segment only, and the last one does
 * not end like a method. Of the percent escapes only `%2F` is legal, which stands for a `/` within a segment (IAM v2).
 *
 * There is no list of collections, because services add new ones. `=` is legal: some ids are bytes in base64.
 */
export function problemOfName(name: unknown, service: string = DEFAULT_SERVICE): Problem | undefined {
  const problem = problemOfPath(name, usesBareNames(service));
  if (problem !== undefined) return problem;
  const method = METHOD.exec(String(name))?.[0];
  return method === undefined
    ? undefined
    : `must not end in ${quoted(method)}: that is a method, and no part of a name`;
}

/** Describes the problem of a parent, such as `projects/p/locations/l` or `operations`; `undefined` if it is valid. */
export function problemOfParent(parent: unknown): Problem | undefined {
  return problemOfPath(parent, typeof parent === 'string' && isCollection(parent));
}

/** Whether a parent is a collection of operations itself. */
export function isCollection(parent: string): boolean {
  return COLLECTION.test(parent);
}

/** Whether the service's names of operations may be an id alone. */
export function usesBareNames(service: string): boolean {
  return BARE_NAMES.has(service);
}

function problemOfPath(path: unknown, mayBeOneSegment: boolean): Problem | undefined {
  if (typeof path !== 'string') return 'must be a string such as projects/p/locations/us-central1/operations/123';
  if (path === '') return 'must not be empty';
  if (path.length > MAX_NAME_LENGTH) return `must have at most ${MAX_NAME_LENGTH} characters; it has ${path.length}`;
  const segments = path.split('/');
  if (segments.length < 2 && !mayBeOneSegment)
    return 'must be a full name of two segments or more, such as projects/p/locations/us-central1/operations/123';
  for (const segment of segments) {
    // A server may read %2F as /: a segment that it then sees has to be one as well.
    for (const part of segment.split(/%2F/i)) {
      if (part === '') return 'must have no empty segment and no / at either end';
      if (part === '.' || part === '..') return 'must have no segment . or ..';
      if (!SEGMENT.test(part))
        return `has a character that is not allowed in operation names, in segment ${quoted(segment)}`;
    }
    if (/^:|:$/.test(segment)) return `must have no : at either end of a segment, as in ${quoted(segment)}`;
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
  return 'must be a version such as v1 or v1beta1';
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

function segmentAfter(name: string, collection: string): string | undefined {
  const segments = name.split('/');
  const at = segments.findIndex((segment, index) => index % 2 === 0 && segment === collection);
  return at === -1 ? undefined : segments[at + 1];
}
