import { usesBareNames } from '../contract/names.js';

/** How a service's HTTP bindings of google.longrunning.Operations differ from `/{version}/{name}`. */
interface Binding {
  service: string;
  versions: RegExp;
  /** It precedes the version in the path. */
  root?: string;
  /** The path has it in place of `nameStart`, or without one in front of the name. */
  pathStart?: string;
  nameStart?: string;
  /** The only paths of operations and their lists, where any other path is that of somebody's object. */
  paths?: RegExp;
  /** It separates the name from the verb. Default: a colon. */
  verbDivider?: '/';
}

/**
 * Every other published binding is plain (discovery documents of November 2026). Those of Video Intelligence are plain
 * too; its second binding, with `operations/` in front, makes a name that is written so the same operation's.
 */
const BINDINGS: readonly Binding[] = [
  { service: 'bigquery.googleapis.com', versions: /^v/, root: 'bigquery/' },
  { service: 'compute.googleapis.com', versions: /^\w/, root: 'compute/' },
  { service: 'dns.googleapis.com', versions: /^v/, root: 'dns/' },
  { service: 'pubsublite.googleapis.com', versions: /^v1$/, pathStart: 'admin/' },
  { service: 'speech.googleapis.com', versions: /^v1(?:p1beta1)?$/, pathStart: 'operations/' },
  {
    service: 'storage.googleapis.com',
    versions: /^v1$/,
    root: 'storage/',
    pathStart: 'b/',
    nameStart: 'projects/_/buckets/',
    paths: /^\/storage\/v1\/b\/[^/]+\/operations(?:\/[^/]+)?$/,
    verbDivider: '/',
  },
  { service: 'sqladmin.googleapis.com', versions: /^v1beta4$/, root: 'sql/' },
  { service: 'videointelligence.googleapis.com', versions: /^$/, pathStart: 'operations/' },
];

/** The binding of a service, at one of its versions or any; empty where it is plain. */
export function bindingOf(service: string, apiVersion?: string): Partial<Binding> {
  const isMeant = (one: Binding) =>
    one.service === service && (apiVersion === undefined || one.versions.test(apiVersion));
  return BINDINGS.find(isMeant) ?? {};
}

/** The service whose paths begin as this one does, before the version: `/bigquery/v2/…` is BigQuery's. */
export function serviceOfRoot(path: string): string | undefined {
  return BINDINGS.find(({ root }) => root !== undefined && path.startsWith(`/${root}`))?.service;
}

/**
 * A name or parent as Google writes it, where a caller has written it as the path has it. The access rules have to
 * hold for both, or `operations/projects/p/…` would pass a rule that allows `operations/**`. It holds for every
 * version, because one that is not known here may read it the same way.
 */
export function canonicalName(service: string, resource: string): string {
  const { pathStart = '', nameStart = '' } = bindingOf(service);
  if (pathStart === '' || !resource.startsWith(pathStart)) return resource;
  const name = nameStart + resource.slice(pathStart.length);
  return name.includes('/') || usesBareNames(service) ? name : resource;
}

/** How a service binds `operations.wait`: the HTTP method, and where the timeout stands. */
interface WaitBinding {
  method: 'GET' | 'POST';
  timeoutIn: 'query' | 'body';
}

const WAIT_BY_QUERY: WaitBinding = { method: 'POST', timeoutIn: 'query' };
const WAIT_BY_BODY: WaitBinding = { method: 'POST', timeoutIn: 'body' };

/** From the discovery documents of November 2026, and of AutoML from its service configuration. */
const WAIT_BINDINGS = new Map<string, WaitBinding>([
  ['aiplatform.googleapis.com', WAIT_BY_QUERY],
  ['automl.googleapis.com', WAIT_BY_BODY],
  ['checks.googleapis.com', WAIT_BY_BODY],
  ['colaboratory.googleapis.com', { method: 'GET', timeoutIn: 'query' }],
  ['firebaseappdistribution.googleapis.com', WAIT_BY_BODY],
  ['ondemandscanning.googleapis.com', WAIT_BY_QUERY],
  ['run.googleapis.com', WAIT_BY_BODY],
  ['translate.googleapis.com', WAIT_BY_BODY],
  ['translation.googleapis.com', WAIT_BY_BODY],
]);

/** How to call `wait`; `undefined` where the service has none. Services that are not Google's are asked as Vertex AI is. */
export function waitBindingOf(service: string): WaitBinding | undefined {
  return WAIT_BINDINGS.get(service) ?? (service.endsWith('.googleapis.com') ? undefined : WAIT_BY_QUERY);
}
