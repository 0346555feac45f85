import type { OperationRef } from '../../contract/activities.js';
import { lastSegment } from '../../contract/names.js';
import { kindOf } from '../../google/kinds/find-kind.js';
import { quotaScope } from '../limiter.js';
import { CachedList, type ReadPage } from './cached-list.js';
import { ListBudget } from './list-budget.js';

/** A location, and the part of the name below it. */
const LOCATED_NAME = /^((?:[^/]+\/)*?(?:locations|regions)\/[^/]+)\/(.+)$/;

/** The lists of collections that are no longer followed are dropped every 5 min. */
const CLEANUP_INTERVAL_MS = 300_000;
/** Operations of further collections, whose names callers may have made up, are polled one by one. */
const MAX_LISTS = 5_000;

interface ListCacheSettings {
  /** Up to this many operations of a collection are polled one by one. Default 50. */
  listThreshold?: number | undefined;
  /** The limit of requests for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** The monotonic time in ms since 1970. Default: that of `performance`. */
  clock?: () => number;
  /** From 0 up to 1. Default `Math.random`. */
  random?: () => number;
}

/**
 * Lists of the running operations that this process follows, so that a thousand operations of one collection
 * cost a few requests a minute.
 *
 * A list proves only that an operation that it shows as running was not done when the list was read. All other
 * decisions need a `get`.
 */
export function createOperationListCache(settings: ListCacheSettings = {}) {
  const { listThreshold, requestsPerMinute = Number.POSITIVE_INFINITY, clock = monotonicNow, random } = settings;
  const lists = new Map<string, CachedList>();
  const budgets = new Map<string, ListBudget>();
  let cleanedUpAt = clock();
  const cleanUp = (): void => {
    if (clock() - cleanedUpAt < CLEANUP_INTERVAL_MS) return;
    cleanedUpAt = clock();
    for (const [key, list] of lists) if (list.isExpired) lists.delete(key);
    const usedBudgets = new Set([...lists.values()].map(({ budget }) => budget));
    for (const [scope, budget] of budgets) if (!usedBudgets.has(budget)) budgets.delete(scope);
  };
  const listsFor = ({ service, apiVersion, name }: OperationRef): CachedList[] =>
    listKeysOf({ service, name }).flatMap(({ parent, kind, idOf }) => {
      const key = [service, apiVersion, kind, parent].join(' ');
      const known = lists.get(key);
      if (known !== undefined) return [known];
      if (lists.size >= MAX_LISTS) return [];
      const scope = quotaScope({ service, name });
      const budget = budgets.get(scope) ?? new ListBudget(requestsPerMinute);
      budgets.set(scope, budget);
      const ref = { service, apiVersion, parent };
      const list = new CachedList(ref, idOf, budget, clock, listThreshold, random);
      lists.set(key, list);
      return [list];
    });
  return {
    /** Counts the operation as followed. @returns whether to use a list for it now, rather than a direct poll */
    track(ref: OperationRef): boolean {
      cleanUp();
      const all = listsFor(ref);
      const usedBefore = all.find(({ isUsable }) => isUsable);
      for (const list of all) list.track(ref.name, list === usedBefore);
      const used = all.find(({ isUsable }) => isUsable);
      return used !== undefined && !used.isDueForDirectPoll(ref.name);
    },
    /** Whether a list is used for the operation's collection; its direct polls are then by `get`, not `wait`. */
    isCovered: (ref: OperationRef): boolean => listsFor(ref).some(({ isUsable }) => isUsable),
    /**
     * Whether a recent list shows the operation as running. `undefined` while there is no list yet; `false` too
     * where there has been none for a quarter of a minute.
     *
     * @param intervalMs how old the list may be, as far as its pages and the budget of lists allow
     */
    async isListedAsRunning(ref: OperationRef, intervalMs: number, read: ReadPage): Promise<boolean | undefined> {
      const omitting: CachedList[] = [];
      let isPending = false;
      for (const list of listsFor(ref).filter(({ isUsable }) => isUsable)) {
        const isShown = await list.isListedAsRunning(ref.name, intervalMs, read);
        if (isShown === undefined) isPending = true;
        else if (!isShown) omitting.push(list);
        // A later list that leaves it out may be right: it may have ended in between.
        else if (omitting.some((other) => other.readAt > list.readAt && !other.hasOmitted(ref.name))) return false;
        else {
          for (const other of omitting) other.recordOmission(ref.name);
          return true;
        }
      }
      return isPending && omitting.length === 0 ? undefined : false;
    },
    /** Records the result of a `get`: a list that is wrong too often is no longer used. */
    recordPoll(ref: OperationRef, done: boolean): void {
      for (const list of listsFor(ref)) list.recordPoll(ref.name, done);
    },
  };
}

interface ListKey {
  parent: string;
  kind: 'own' | 'location';
  idOf: (name: string) => string;
}

/**
 * The lists that may show an operation. An operation below a resource of a location is in the list of that resource. In
 * some services it is in the list of the location too; that one is read first, as it covers many resources at once.
 * A job is in the list of its collection, if its kind can be listed.
 */
function listKeysOf({ service, name }: { service: string; name: string }): ListKey[] {
  // A name that is an id alone is in the list of `operations`.
  const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : 'operations';
  const own = { parent, kind: 'own' as const, idOf: lastSegment };
  const job = kindOf({ service, name });
  if (job !== undefined) return job.list?.none === undefined ? [own] : [];
  const [, location, below = ''] = LOCATED_NAME.exec(name) ?? [];
  if (location === undefined || below.split('/').length <= 2) return [own];
  return [{ parent: `${location}/operations`, kind: 'location', idOf: belowLocation }, own];
}

function belowLocation(name: string): string {
  return LOCATED_NAME.exec(name)?.[2] ?? name;
}

function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}
