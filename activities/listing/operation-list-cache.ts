import type { OperationRef } from '../../contract/activities.js';
import { lastSegment } from '../../contract/names.js';
import { CachedList, type ReadPage } from './cached-list.js';
import { ListBudget } from './list-budget.js';
import { quotaScope } from '../quota-scope.js';

/** A location, and what a name has below it. */
const LOCATED = /^((?:[^/]+\/)*?(?:locations|regions)\/[^/]+)\/(.+)$/;

/** Collections that nobody follows any more are dropped this often, in ms. */
const TIDY_EVERY = 300_000;

/**
 * What lists of running operations tell of those that this process follows, so that a thousand operations of one collection
 * cost a few requests a minute.
 *
 * A list proves one thing only: an operation shown in it as running was not done when the list was asked for. Whatever else
 * it shows or leaves out, `get` has to tell.
 */
export interface OperationListCache {
  /** Counts the operation as followed. @returns whether there are so many that a list is asked rather than each of them */
  track(target: OperationRef): boolean;
  /** Whether a list serves those of its collection: then one look is enough where it does not tell, or is checked. */
  isCovered(target: OperationRef): boolean;
  /**
   * Whether a recent list shows the operation as running; `undefined` where none is there yet, and `false` where it does not or
   * none has come for long.
   *
   * @param gap how old the list may be, in ms, as far as its pages and the share of lists allow
   */
  isListedAsRunning(target: OperationRef, gap: number, read: ReadPage): Promise<boolean | undefined>;
  /** What `get` found, after or without a list: by this a list that is of no use is found out. */
  recordPoll(target: OperationRef, done: boolean): void;
}

export interface ListCacheSettings {
  /** Up to how many operations of a collection are looked at one by one. Default 50. */
  listThreshold?: number | undefined;
  /** The ceiling of requests for one project and location; `undefined` is none. */
  requestsPerMinute?: number | undefined;
  /** The time, in ms since 1970; it never goes back. Default: that of `performance`. */
  clock?: () => number;
  /** From 0 up to 1. Default `Math.random`. */
  random?: () => number;
}

export function createOperationListCache(settings: ListCacheSettings = {}): OperationListCache {
  const {
    listThreshold: few,
    requestsPerMinute = Number.POSITIVE_INFINITY,
    clock = steady,
    random,
  } = settings;
  const collections = new Map<string, CachedList>();
  const budgets = new Map<string, ListBudget>();
  const budgetOf = (scope: string): ListBudget => {
    const budget = budgets.get(scope) ?? new ListBudget(requestsPerMinute);
    budgets.set(scope, budget);
    return budget;
  };
  let tidied = clock();
  const tidy = (): void => {
    if (clock() - tidied < TIDY_EVERY) return;
    tidied = clock();
    for (const [key, collection] of collections) if (collection.isForgotten) collections.delete(key);
    const kept = new Set([...collections.values()].map(({ budget }) => budget));
    for (const [scope, budget] of budgets) if (!kept.has(budget)) budgets.delete(scope);
  };
  const of = ({ service, apiVersion, name }: OperationRef): CachedList[] =>
    listsOf(name).map(({ parent, kind, idOf }) => {
      const key = [service, apiVersion, kind, parent].join(' ');
      const known = collections.get(key);
      if (known !== undefined) return known;
      const budget = budgetOf(quotaScope({ service, name }));
      const collection = new CachedList({ service, apiVersion, parent }, idOf, budget, clock, few, random);
      collections.set(key, collection);
      return collection;
    });
  return {
    track(target) {
      tidy();
      const all = of(target);
      const serving = all.find(({ isUsable: isOfUse }) => isOfUse);
      for (const collection of all) collection.track(target.name, collection === serving);
      const collection = all.find(({ isUsable: isOfUse }) => isOfUse);
      return collection !== undefined && !collection.isDueForDirectPoll(target.name);
    },
    isCovered: (target) => of(target).some(({ isUsable: isOfUse }) => isOfUse),
    async isListedAsRunning(target, gap, read) {
      const lacking: CachedList[] = [];
      let isAwaited = false;
      for (const collection of of(target).filter(({ isUsable: isOfUse }) => isOfUse)) {
        const isShown = await collection.isListedAsRunning(target.name, gap, read);
        if (isShown === undefined) isAwaited = true;
        else if (!isShown) lacking.push(collection);
        // It may have ended since, where a later list lacks it.
        else if (lacking.some((other) => other.listedAt > collection.listedAt && !other.omitted(target.name)))
          return false;
        else {
          for (const other of lacking) other.recordOmission(target.name);
          return true;
        }
      }
      return isAwaited && lacking.length === 0 ? undefined : false;
    },
    recordPoll(target, done) {
      for (const collection of of(target)) collection.recordPoll(target.name, done);
    },
  };
}

/**
 * The lists that may tell of an operation. What is below a resource of a location is in that resource's list. It may be in that of the
 * location too, which then tells of many resources at once, so that one is asked first: each service has its own way.
 */
function listsOf(
  name: string,
): { parent: string; kind: 'own' | 'location'; idOf: (name: string) => string }[] {
  const own = { parent: name.slice(0, name.lastIndexOf('/')), kind: 'own' as const, idOf: lastSegment };
  const [, location, below = ''] = LOCATED.exec(name) ?? [];
  if (location === undefined || below.split('/').length <= 2) return [own];
  return [{ parent: `${location}/operations`, kind: 'location', idOf: belowLocation }, own];
}

function steady(): number {
  return performance.timeOrigin + performance.now();
}

function belowLocation(name: string): string {
  return LOCATED.exec(name)?.[2] ?? name;
}
