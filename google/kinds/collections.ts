import { isCollection, OPERATION_KIND, problemOfParent } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import { argumentError } from '../error.js';
import { kindsOf } from './find-kind.js';
import { nameOfKind, type Kind } from './kind.js';

/** In `kinds`: operations, and every kind of the service that can be listed under the parent. */
export const ALL_KINDS = 'all';

/** The operations of a parent, or the jobs of one kind. */
export interface Collection {
  /** `operation`, or the kind's name. */
  kind: string;
  /** What a list takes for its parent. */
  parent: string;
}

/** The collection that a list of a parent reads, the parent itself or `operations` below it, and the kind of its jobs. */
export function collectionOf(ref: { service: string; parent: string }): {
  collection: string;
  kind?: Kind | undefined;
} {
  const isOne = isCollection(ref.parent) || kindOfCollection(ref) !== undefined;
  const collection = isOne ? ref.parent : `${ref.parent}/operations`;
  return { collection, kind: kindOfCollection({ ...ref, parent: collection }) };
}

/** The kind whose jobs are in a collection such as `projects/p/locations/l/customJobs`, if it is one of jobs. */
function kindOfCollection({ service, parent }: { service: string; parent: string }): Kind | undefined {
  return kindsOf(service).find((kind) => kind.names.some((pattern) => pathBelow(pattern, parent)?.length === 0));
}

/**
 * The collections that a parent and kinds stand for, in the order of the kinds. A parent that is a collection itself
 * has its own kind only.
 *
 * @param kinds names of kinds, `operation` and `all`. Default: the operations, or the kind of the parent
 * @throws GoogleApiError of kind `ARGUMENT` where the service does not have a kind, or cannot list it under the parent
 */
export function collectionsOf(ref: { service: string; parent: string }, kinds: readonly string[] = []): Collection[] {
  const problem = problemOfParent(ref.parent);
  if (problem !== undefined) throw argumentError(`parent ${problem}`);
  if (!Array.isArray(kinds) || kinds.some((kind) => typeof kind !== 'string'))
    throw argumentError('kinds must be an array of strings');
  const own = kindOfCollection(ref);
  if (own !== undefined || isCollection(ref.parent) || kinds.length === 0) {
    const kind = own === undefined ? OPERATION_KIND : nameOfKind(own);
    const other = kinds.find((one) => one !== kind);
    if (other === undefined) return [{ kind, parent: ref.parent }];
    throw argumentError(`kinds must not have ${quoted(other)}, because parent is a collection of the kind ${kind}`);
  }
  const found = kinds.flatMap((kind) => (kind === ALL_KINDS ? allUnder(ref) : [collectionNamed(ref, kind)]));
  return [...new Map(found.map((one) => [collectionOf({ ...ref, parent: one.parent }).collection, one])).values()];
}

function allUnder(ref: { service: string; parent: string }): Collection[] {
  const jobs = kindsOf(ref.service).flatMap((kind) => {
    const parent = kind.list?.none === undefined ? collectionBelow(kind, ref.parent) : undefined;
    return parent === undefined ? [] : [{ kind: nameOfKind(kind), parent }];
  });
  return [{ kind: OPERATION_KIND, parent: ref.parent }, ...jobs];
}

/** The kinds of a service that can be listed, and not under this parent, as `all` takes those that can. */
export function kindsNotUnder({ service, parent }: { service: string; parent: string }): string[] {
  const isElsewhere = (kind: Kind) => kind.list?.none === undefined && collectionBelow(kind, parent) === undefined;
  return kindsOf(service).filter(isElsewhere).map(nameOfKind);
}

function collectionNamed({ service, parent }: { service: string; parent: string }, name: string): Collection {
  if (name === OPERATION_KIND) return { kind: name, parent };
  const known = kindsOf(service);
  const kind = known.find((one) => nameOfKind(one) === name);
  if (kind === undefined) {
    const names = new Set([ALL_KINDS, OPERATION_KIND, ...known.map(nameOfKind)]);
    throw argumentError(`kinds must be of those of ${service}: ${[...names].join(', ')}; it has ${quoted(name)}`);
  }
  assertListable(kind);
  const collection = collectionBelow(kind, parent);
  if (collection !== undefined) return { kind: name, parent: collection };
  const parents = kind.names.map((pattern) => pattern.split('/').slice(0, -2).join('/').replaceAll('*', '…'));
  throw argumentError(`parent must be one of ${name}: ${parents.join(' or ')}; it is ${quoted(parent)}`);
}

/** @throws GoogleApiError of kind `ARGUMENT` with the reason why the kind cannot be listed, if there is one */
export function assertListable(kind: Kind): void {
  const { none } = kind.list ?? {};
  if (none !== undefined) throw argumentError(`kinds: ${nameOfKind(kind)} cannot be listed: ${none}`);
}

/** The collection of a kind below a parent, with `-` for every resource between them where its lists take that. */
function collectionBelow({ names, list = {} }: Kind, parent: string): string | undefined {
  for (const pattern of names) {
    const below = pathBelow(pattern, parent);
    if (below === undefined) continue;
    const isAcrossLocations = below.some((segment) => segment === 'locations' || segment === 'regions');
    const mayBeAcross = isAcrossLocations ? list.location !== undefined : list.acrossParents;
    if (!below.includes('*') || mayBeAcross === true) return [parent, ...below].join('/').replaceAll('*', '-');
  }
  return undefined;
}

/** The segments of the collection of a pattern that follow the parent; `undefined` where the parent is another. */
function pathBelow(pattern: string, parent: string): string[] | undefined {
  const collection = pattern.split('/').slice(0, -1);
  const segments = parent.split('/');
  const isAbove =
    segments.length <= collection.length && segments.every((one, i) => collection[i] === '*' || collection[i] === one);
  return isAbove ? collection.slice(segments.length) : undefined;
}
