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

/** A collection of operations: `parent` owns them (`projects/p/locations/l`) or is the collection itself (`batches`). */
export interface ListRef extends Api {
  parent: string;
}

export interface OperationUrls {
  get: string;
  cancel: string;
  wait: string;
}

/**
 * The few services that put a fixed segment between the version and the name; every other published binding of
 * google.longrunning.Operations is `/{version}/{name}`. Video Intelligence answers without it too, and lists only so.
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

/** What a collection of operations is called: `operations`, or the names of Storage Transfer, the Gemini API and Vision AI. */
const COLLECTION = /(?:^|\/)(?:operations|transferOperations|warehouseOperations|batches)$/;

/**
 * The URLs of an operation: get, `:cancel` and `:wait`.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function urlsOf(ref: OperationRef, config: EndpointConfig): OperationUrls {
  assertNoProblem('name', problemOfName(ref.name));
  const path = pathOf(ref, ref.name, false);
  const origin = endpointOf(ref, config);
  return {
    get: exactly(origin, path),
    cancel: exactly(origin, `${path}:cancel`),
    wait: exactly(origin, `${path}:wait`),
  };
}

/**
 * The URL of `operations.list`. A parent gets `/operations` appended, unless it is a collection of operations already.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function listUrlOf(ref: ListRef, config: EndpointConfig): string {
  if (typeof ref.parent !== 'string') assertNoProblem('parent', problemOfName(ref.parent));
  const isCollection = COLLECTION.test(ref.parent);
  // A collection at the top, such as Storage Transfer's, has no second segment; an id in its place makes it a name.
  assertNoProblem('parent', problemOfName(isCollection ? `${ref.parent}/id` : ref.parent));
  const path = pathOf(ref, isCollection ? ref.parent : `${ref.parent}/operations`, true);
  return exactly(endpointOf({ service: ref.service, name: ref.parent }, config), path);
}

/**
 * The name that Google makes of a name or parent: without the fixed segment, where it has been written out. A rule about names
 * has to hold for both, or `operations/projects/p/…` would pass a rule that allows `operations/**`. Whatever the version: one that is
 * new here may do the same.
 */
export function nameWithoutPrefix({ service }: Pick<Api, 'service'>, resource: string): string {
  const prefix = PREFIXES.find((one) => one.service === service)?.prefix;
  const bare =
    prefix !== undefined && resource.startsWith(`${prefix}/`) ? resource.slice(prefix.length + 1) : '';
  return bare.includes('/') ? bare : resource;
}

function pathOf({ service, apiVersion }: Api, resource: string, isList: boolean): string {
  assertNoProblem('service', problemOfService(service));
  assertNoProblem('apiVersion', problemOfApiVersion(apiVersion));
  const exception = PREFIXES.find((one) => one.service === service && one.versions.test(apiVersion));
  if (exception === undefined || (isList && !exception.forLists)) return `/${apiVersion}/${resource}`;
  // Speech calls an operation `123` where others say `operations/123`: written out, the segment is there already.
  const isThere = `${resource}/`.startsWith(`${exception.prefix}/`);
  return `/${apiVersion}/${isThere ? '' : `${exception.prefix}/`}${resource}`;
}

/** A URL that parses back into exactly the origin and the path it was made of: whatever slipped through the checks fails here. */
function exactly(origin: string, path: string): string {
  const text = origin + path;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== origin || url.pathname !== path || url.href !== text) {
    throw argumentError(`name and service must make up a plain URL; they do not: ${JSON.stringify(text)}`);
  }
  // DNS knows no longer ones (RFC 1035, 2.3.4): an answer would never come.
  if (url.hostname.length > 253 || url.hostname.split('.').some((label) => label.length > 63))
    throw argumentError(
      `name and service must make up a host that DNS can hold; it is ${quoted(url.hostname)}`,
    );
  return text;
}

function assertNoProblem(field: string, problem: string | undefined): void {
  if (problem !== undefined) throw argumentError(`${field} ${problem}`);
}
