import { defaultApiVersion } from '../../contract/api-version.js';
import { collectionNameOf, type Kind } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';
import type { OperationStore } from '../operations/store.js';
import { decodePath, type Route } from '../route.js';
import { linkedOperation } from './kind-of-job.js';

const PATH = /^\/(?:(bigquery|compute|sql)\/)?(v\d{1,3}(?:[a-z][a-z0-9]*)?|ui|beta|alpha)\/(.+)$/;
/** What precedes the version in the path. SQL has one of its versions below it. */
const ROOTS = new Map([
  ['bigquery.googleapis.com', /^bigquery$/],
  ['compute.googleapis.com', /^compute$/],
  ['sqladmin.googleapis.com', /^(?:sql)?$/],
]);
/** BigQuery finds jobs of these two without their location. */
const DEFAULT_LOCATIONS = ['us', 'eu'];

/** A kind as its paths have it: segments that `*` stands for are groups, such as `s1` for the first. */
interface PathsOfKind {
  kind: Kind;
  /** A part that every path of the kind has. It spares the expressions: most requests are for operations. */
  collection: string;
  root: RegExp;
  one: RegExp[];
  all: RegExp[];
}

const PATHS: readonly PathsOfKind[] = KINDS.map((kind) => {
  const templates = kind.names.map((pattern) => (kind.path ?? '{0}').replace('{0}', numbered(pattern)));
  const root = ROOTS.get(kind.service) ?? /^$/;
  return {
    kind,
    collection: `/${collectionNameOf(kind)}`,
    root,
    one: templates.map(toRegExp),
    all: templates.map((one) => toRegExp(one.replace(/\/[^/]+$/, ''))),
  };
});

/**
 * The route of a request for a job, by the root and version of its path and its name. Jobs of two services that have the
 * same path are distinguished by the job that was added.
 *
 * @returns `undefined` for what is an operation or nothing
 */
export function jobRouteOf(httpMethod: string, url: string, store: OperationStore): Route | undefined {
  const [path = '', search] = url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const [, root = '', version = '', resource = ''] = PATH.exec(decodePath(path)) ?? [];
  const served = PATHS.filter((paths) => resource.includes(paths.collection) && paths.root.test(root));
  const common = { ...(version !== 'ui' && { apiVersion: version }), query };

  const meant = served.flatMap((paths) => {
    const called = methodOf(httpMethod, resource, paths.kind);
    if (called === undefined) return [];
    const { kind } = paths;
    return namesAt(paths, called.path, query).map((name) => ({ ...common, method: called.method, name, kind }));
  });
  const added = meant.find(({ name, kind }) => store.find(name)?.kind === kind);
  if (added !== undefined) return added;
  const linked = linkRoute(httpMethod, resource, store);
  if (linked !== undefined) return { ...common, ...linked };
  if (httpMethod === 'GET') {
    const list = listRoute(served, resource, version, store);
    if (list !== undefined) return { ...common, ...list };
  }
  const isJob = ({ name }: Route): boolean => root !== '' || name?.includes('/operations/') !== true;
  return meant.find((route) => isJob(route) && store.find(route.name) === undefined);
}

function methodOf(
  httpMethod: string,
  resource: string,
  { cancel: { method, verb = ':cancel', none, through } = {} }: Kind,
): { method: 'get' | 'cancel' | 'delete'; path: string } | undefined {
  if (httpMethod === 'GET') return { method: 'get', path: resource };
  if (httpMethod === 'DELETE') return { method: 'delete', path: resource };
  const hasCancel = none === undefined && through === undefined;
  if (!hasCancel || httpMethod !== (method ?? 'POST') || !resource.endsWith(verb)) return undefined;
  return { method: 'cancel', path: resource.slice(0, resource.length - verb.length) };
}

/** The names of jobs that a path and its query may mean: a part that the query leaves out has more than one value. */
function namesAt({ kind, one }: PathsOfKind, resource: string, query: URLSearchParams): string[] {
  return kind.names.flatMap((pattern, index) => {
    const groups = one[index]?.exec(resource)?.groups;
    if (groups === undefined) return [];
    let names = [numbered(pattern)];
    for (const [group, segment] of Object.entries(groups)) names = filled(names, group, [segment]);
    for (const [parameter, template] of Object.entries(kind.query ?? {})) {
      const value = query.get(parameter);
      const values = value === null ? DEFAULT_LOCATIONS : [value.toLowerCase()];
      names = filled(names, template.replace(/[{}]/g, ''), [...values, ...values.map((one) => one.toUpperCase())]);
    }
    return names;
  });
}

function filled(names: readonly string[], group: string, values: readonly string[]): string[] {
  const place = `{${group.replace('s', '')}}`;
  return values.flatMap((value) => names.map((name) => name.replace(place, value)));
}

/** A request for the operation that makes a job. */
function linkRoute(httpMethod: string, resource: string, store: OperationStore) {
  const name = resource.replace(/:cancel$/, '');
  const job = store.find(name);
  const kind = job?.kind;
  if (kind === undefined || linkedOperation(kind, job?.script.name ?? '') !== name) return undefined;
  if (httpMethod === 'GET') return { method: 'get' as const, name, kind };
  return httpMethod === 'POST' && name !== resource ? { method: 'cancel' as const, name, kind } : undefined;
}

/** The list of a collection: of the kind that has jobs there, and among several of one of this version. */
function listRoute(served: readonly PathsOfKind[], resource: string, version: string, store: OperationStore) {
  const listed = served.filter(
    ({ kind, all }) => kind.list?.none === undefined && all.some((one) => one.test(resource)),
  );
  const isOfVersion = ({ kind }: PathsOfKind) => defaultApiVersion(kind.service) === version;
  const added = listed.filter(({ kind }) => store.has(kind));
  const isOperations = /(?:^|\/)(?:operations|batches)$/.test(resource);
  const chosen = added.find(isOfVersion) ?? added[0] ?? (isOperations ? undefined : listed[0]);
  if (chosen === undefined) return undefined;
  const { kind, all } = chosen;
  const index = all.findIndex((one) => one.test(resource));
  const members = membersOf(kind.names[index] ?? '', all[index]?.exec(resource)?.groups ?? {});
  return { method: 'list' as const, name: resource, kind, members };
}

/** The names in a collection whose path has these segments. `-` stands for any one, as what the path does not have. */
function membersOf(pattern: string, groups: Record<string, string>): RegExp {
  const known = numbered(pattern).replaceAll(/\{(\d)\}/g, (place, number: string) => groups[`s${number}`] ?? place);
  return toRegExp(known.replaceAll(/(?<=\/)-(?=\/)/g, '{0}'));
}

/** A pattern whose `*` are `{1}`, `{2}` and so on. */
function numbered(pattern: string): string {
  let number = 0;
  return pattern.replaceAll('*', () => `{${(number += 1)}}`);
}

function toRegExp(template: string): RegExp {
  const escaped = template.replaceAll('.', '\\.');
  return new RegExp(`^${escaped.replaceAll(/\{(\d)\}/g, '(?<s$1>[^/]+)')}$`);
}
