import type { ListRequest, OperationRef } from '../contract/activities.js';
import {
  DEFAULT_SERVICE,
  problemOfApiVersion,
  problemOfName,
  problemOfParent,
  problemOfService,
} from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { bindingOf, waitBindingOf } from './bindings.js';
import { endpointOf, type EndpointConfig } from './endpoint.js';
import { argumentError } from './error.js';
import { collectionOf } from './kinds/collections.js';
import { kindOf, kindsOf } from './kinds/find-kind.js';
import { nameInPath, segmentsOf, type Kind } from './kinds/kind.js';

/**
 * A collection of operations: `parent` owns them (`projects/p/locations/l`) or is the collection itself (`batches`).
 */
export type ListRef = Pick<ListRequest, 'service' | 'apiVersion' | 'parent'>;

export interface OperationUrls {
  get: string;
  /** Left out where the kind has no cancel of its own. */
  cancel?: string;
  /** Left out where the service has no `wait`. */
  wait?: string;
}

/**
 * The URLs of an operation or a job: get, cancel and wait. They are `/{version}/{name}` with `:cancel` and `:wait`
 * (AIP-127, AIP-136), save for the exceptions in bindings.ts and in the table of kinds.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function urlsOf(ref: OperationRef, config: EndpointConfig): OperationUrls {
  assertNoProblem('service', problemOfService(ref.service));
  assertNoProblem('name', problemOfName(ref.name, ref.service));
  const kind = kindOf(ref);
  if (kind !== undefined) return urlsOfJob(kind, ref, config);
  const path = pathOf(ref, ref.name);
  const origin = endpointOf(ref, config);
  const { verbDivider = ':' } = bindingOf(ref.service, ref.apiVersion);
  return {
    get: plainUrl(origin, path),
    cancel: plainUrl(origin, `${path}${verbDivider}cancel`),
    ...(waitBindingOf(ref.service) && { wait: plainUrl(origin, `${path}:wait`) }),
  };
}

function urlsOfJob(kind: Kind, ref: OperationRef, config: EndpointConfig): OperationUrls {
  const { path: template = '{0}', query = {}, cancel: { verb = ':cancel', none, through } = {} } = kind;
  const origin = endpointOf(ref, config);
  const path = pathOf(ref, filledIn(template, kind, ref.name));
  const inFull = (suffix: string): string => {
    const url = new URL(plainUrl(origin, path + suffix));
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, filledIn(value, kind, ref.name));
    return url.href;
  };
  const hasCancel = none === undefined && through === undefined;
  return { get: inFull(''), ...(hasCancel && { cancel: inFull(verb) }) };
}

/** The method and the JSON body, if any, of the request that cancels an operation or a job. */
export function cancelMessageOf(ref: Pick<OperationRef, 'service' | 'name'>): {
  method: 'POST' | 'PUT';
  body?: Record<string, string>;
} {
  const kind = kindOf(ref);
  const { method = 'POST', body } = kind?.cancel ?? {};
  if (kind === undefined || body === undefined) return { method };
  const fields = Object.entries(body).map(([field, value]) => [field, filledIn(value, kind, ref.name)]);
  return { method, body: Object.fromEntries(fields) as Record<string, string> };
}

/**
 * A template of the table of kinds, in which `{0}` is the name, `{1}` its first segment that `*` stands for, and `{-1}`
 * the last one.
 */
function filledIn(template: string, kind: Kind, name: string): string {
  const segments = [name, ...(segmentsOf(kind, name) ?? [])];
  return template.replaceAll(/\{(-?\d)\}/g, (_, index: string) => segments.at(Number(index)) ?? '');
}

/**
 * The URL of `operations.list`, or of the list of jobs that a parent such as `projects/p/locations/l/customJobs` is.
 * `/operations` is appended to a parent that is no collection already.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the field which is wrong.
 */
export function listUrlOf(ref: ListRef, config: EndpointConfig): string {
  assertNoProblem('service', problemOfService(ref.service));
  assertNoProblem('parent', problemOfParent(ref.parent));
  const { collection, kind } = collectionOf(ref);
  const resource = kind === undefined ? collection : pathOfCollection(kind, collection);
  return plainUrl(endpointOf({ service: ref.service, name: ref.parent }, config), pathOf(ref, resource));
}

/** A collection as its URL has it: as that of its jobs, without their last segment. */
function pathOfCollection(kind: Kind, collection: string): string {
  const path = filledIn(kind.path ?? '{0}', kind, `${collection}/-`);
  return path.slice(0, path.lastIndexOf('/'));
}

/**
 * The name and version in the path and query of a get, cancel or wait, the inverse of {@link urlsOf}; `undefined` where
 * the path has no version. Vertex AI also serves `/ui/{name}`, which has none.
 */
export function parsePath(
  service: string,
  path: string,
  query = new URLSearchParams(),
): { name: string; apiVersion?: string } | undefined {
  const { root = '', verbDivider } = bindingOf(service);
  const [, version = '', resource = ''] = new RegExp(`^/(?:${root})?([^/]+)/(.+)$`).exec(path) ?? [];
  const verb = verbDivider === '/' ? /(?<=\/operations\/[^/]+)\/cancel$/ : /:(?:cancel|wait)$/;
  const name = jobInPath(service, resource, query) ?? resource.replace(verb, '');
  if (version === 'ui' && service === DEFAULT_SERVICE) return { name };
  return problemOfApiVersion(version) === undefined ? { name, apiVersion: version } : undefined;
}

/** The verb is tried first: of `customJobs/1:cancel` the whole would be a name too. */
function jobInPath(service: string, resource: string, query: URLSearchParams): string | undefined {
  for (const kind of kindsOf(service)) {
    const { verb = ':cancel' } = kind.cancel ?? {};
    const job = resource.endsWith(verb) ? resource.slice(0, resource.length - verb.length) : resource;
    const name = nameInPath(kind, job, query) ?? nameInPath(kind, resource, query);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The URL up to its query: for messages, which a filter or a page token would make long. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function pathOf({ service, apiVersion }: Pick<ListRef, 'service' | 'apiVersion'>, resource: string): string {
  assertNoProblem('apiVersion', problemOfApiVersion(apiVersion));
  const { root = '', pathStart = '', nameStart = '' } = bindingOf(service, apiVersion);
  // A caller may have written the resource as the path has it.
  const isWrittenOut = `${resource}/`.startsWith(pathStart) || !resource.startsWith(nameStart);
  const written = isWrittenOut ? resource : pathStart + resource.slice(nameStart.length);
  const path = `/${root}${apiVersion}/${written}`;
  const { paths } = bindingOf(service);
  if (paths?.test(path) === false)
    throw argumentError(
      `name must be projects/_/buckets/{bucket}/operations/{id}, and apiVersion v1, on ${quoted(service)}; any other path is an object`,
    );
  return path;
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
