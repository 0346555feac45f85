import { problemOfApiVersion, problemOfName, problemOfService } from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { endpointOf, type EndpointConfig } from './endpoint.js';
import { argumentError } from './error.js';

/** An API at one of its versions. */
interface Api {
  /** Such as `aiplatform.googleapis.com`. */
  service: string;
  /** Such as `v1` or `v1beta1`. */
  apiVersion: string;
}

/** An operation and the API that owns it. */
export interface OperationRef extends Api {
  /** The full name, such as `projects/p/locations/us-central1/operations/123`. */
  name: string;
}

/**
 * A collection of operations: `parent` owns them (`projects/p/locations/l`) or is the collection itself (`batches`).
 */
export interface ListRef extends Api {
  parent: string;
}

export interface OperationUrls {
  get: string;
  cancel: string;
  wait: string;
}

/**
 * The services that put a fixed segment between the version and the name in the HTTP bindings of their
 * service configurations; every other published binding of google.longrunning.Operations is
 * `/{version}/{name}`. Video Intelligence answers without the segment too, and lists only without it.
 */
const PREFIXES = [
  { service: 'pubsublite.googleapis.com', versions: /^v1$/, prefix: 'admin', forLists: true },
  { service: 'speech.googleapis.com', versions: /^v1(?:p1beta1)?$/, prefix: 'operations', forLists: true },
  {
    service: 'videointelligence.googleapis.com',
    versions: /^v1(?:beta2|p[12]beta1)?$/,
    prefix: 'operations',
    forLists: false,
  },
];

/**
 * The names of collections of operations: `operations`, and those of Storage Transfer, the Gemini API and Vision AI.
 */
const COLLECTION = /(?:^|\/)(?:operations|transferOperations|warehouseOperations|batches)$/;

/**
 * The URLs of an operation: get, `:cancel` and `:wait` (AIP-127 and AIP-136: `GET /{version}/{name}`, custom
 * verbs after a colon).
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function urlsOf(ref: OperationRef, config: EndpointConfig): OperationUrls {
  assertNoProblem('name', problemOfName(ref.name));
  const path = pathOf(ref, ref.name, false);
  const origin = endpointOf(ref, config);
  return {
    get: plainUrl(origin, path),
    cancel: plainUrl(origin, `${path}:cancel`),
    wait: plainUrl(origin, `${path}:wait`),
  };
}

/**
 * The URL of `operations.list`. `/operations` is appended to a parent that is no collection of operations already.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function listUrlOf(ref: ListRef, config: EndpointConfig): string {
  if (typeof ref.parent !== 'string') assertNoProblem('parent', problemOfName(ref.parent));
  const isCollection = COLLECTION.test(ref.parent);
  // A collection at the top, such as Storage Transfer's, is one segment; with an id after it, it can be
  // checked as a name.
  assertNoProblem('parent', problemOfName(isCollection ? `${ref.parent}/id` : ref.parent));
  const path = pathOf(ref, isCollection ? ref.parent : `${ref.parent}/operations`, true);
  return plainUrl(endpointOf({ service: ref.service, name: ref.parent }, config), path);
}

/**
 * A name or parent as Google reads it: without the service's fixed segment, where a caller has written that
 * out. The access rules have to allow both forms, or `operations/projects/p/…` would pass a rule that allows
 * `operations/**`. It holds for every version, because one that is not known here may read it the same way.
 */
export function nameWithoutPrefix({ service }: Pick<Api, 'service'>, resource: string): string {
  const prefix = PREFIXES.find((one) => one.service === service)?.prefix;
  if (prefix === undefined || !resource.startsWith(`${prefix}/`)) return resource;
  const rest = resource.slice(prefix.length + 1);
  // One segment alone is no name: `operations/1` of Speech is the collection and an id.
  return rest.includes('/') ? rest : resource;
}

/** The URL up to its query: for messages, which a filter or a page token would make long. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function pathOf({ service, apiVersion }: Api, resource: string, isList: boolean): string {
  assertNoProblem('service', problemOfService(service));
  assertNoProblem('apiVersion', problemOfApiVersion(apiVersion));
  const entry = PREFIXES.find((one) => one.service === service && one.versions.test(apiVersion));
  if (entry === undefined || (isList && !entry.forLists)) return `/${apiVersion}/${resource}`;
  // Speech names an operation `123` where other services write `operations/123`: a caller may have written
  // the segment out.
  const isWrittenOut = `${resource}/`.startsWith(`${entry.prefix}/`);
  return `/${apiVersion}/${isWrittenOut ? '' : `${entry.prefix}/`}${resource}`;
}

/**
 * The URL of an origin and a path. It has to parse back into exactly these two, so that anything the checks above
 * missed fails here.
 */
function plainUrl(origin: string, path: string): string {
  const text = origin + path;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== origin || url.pathname !== path || url.href !== text) {
    throw argumentError(`name and service must make up a plain URL; they do not: ${JSON.stringify(text)}`);
  }
  // The limits of DNS (RFC 1035, 2.3.4): a longer host never resolves.
  if (url.hostname.length > 253 || url.hostname.split('.').some((label) => label.length > 63))
    throw argumentError(`name and service must make up a host that DNS can hold; it is ${quoted(url.hostname)}`);
  return text;
}

function assertNoProblem(field: string, problem: string | undefined): void {
  if (problem !== undefined) throw argumentError(`${field} ${problem}`);
}
