import type { JsonObject } from '../../contract/operation.js';
import { collectionNameOf, type Kind, statePathOf } from '../../google/kinds/kind.js';
import { type Condition, parseFilter } from '../operations/filter.js';
import type { Listing } from '../operations/list.js';
import type { ScriptedOperation } from '../operations/state.js';
import { shownName, type VisibleState } from '../operations/view.js';
import type { Route } from '../route.js';
import { jobJson, put, valueAt, wordOf } from './body.js';
import { factsOf } from './facts.js';

/** The list of a collection of jobs: its array, parameters, filter and items. */
export function jobListing(kind: Kind, { name = '', query, members }: Route): Listing {
  const { array = collectionNameOf(kind), filterIn = 'filter', pageSizeIn = 'pageSize' } = kind.list ?? {};
  const isAcross = name.split('/').includes('-');
  const filters = query.getAll(filterIn).filter((text) => text !== '');
  return {
    array,
    pageSizeIn,
    filter: filters.join(' '),
    scope: name,
    isParentValid: !isAcross || kind.list?.acrossParents === true,
    isPaged: kind.list?.unpaged !== true,
    isWanted: conditionOf(kind, filters),
    includes: (job) => job.kind === kind && [job.script.name, shownName(job.script)].some((one) => members?.test(one)),
    shown: (job, state) => jobJson(job, kind, state),
    filtered: (job, state) => filterable(job, kind, state),
  };
}

/** Words that are a filter by themselves: what runs, what ends, everything (Dataflow), and states (BigQuery). */
function conditionOf(kind: Kind, filters: readonly string[]): Condition | undefined {
  if (filters.length === 0) return () => true;
  const word = (body: JsonObject): string => String(valueAt(body, statePathOf(kind)));
  if (kind.list?.filterIn === 'stateFilter') {
    const isState = filters.every((one) => /^(?:pending|running|done)$/i.test(one));
    return isState ? (body) => filters.some((one) => one.toUpperCase() === word(body)) : undefined;
  }
  const [filter = ''] = filters;
  if (filter === 'ACTIVE') return ({ done }) => done === false;
  if (filter === 'TERMINATED') return ({ done }) => done === true;
  if (filter === 'ALL') return () => true;
  // A job of the kind tells which fields there are.
  const sample = { script: { name: kind.names[0] ?? '' }, addedAt: 0, events: [] };
  const known = jobJson(sample, kind, { phase: 'done', at: 0, result: {} });
  return parseFilter(filter, (path) => {
    const camel = path.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return valueAt(known, camel) === undefined && !camel.startsWith('labels.') ? undefined : camel;
  });
}

/** The body as filters see it: with its word as they write it, and whether it is done. */
function filterable(job: ScriptedOperation, kind: Kind, state: VisibleState): JsonObject {
  const done = state.phase === 'done';
  const body = structuredClone(jobJson(job, kind, state));
  const { filterWord } = factsOf(kind);
  if (filterWord !== undefined) put(body, statePathOf(kind), filterWord(wordOf(job, kind, state), done));
  return { ...body, done };
}
