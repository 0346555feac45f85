import type { ListedOperation, ListPage } from '../../contract/activities.js';
import { MAX_SHOWN } from '../../contract/bulk.js';
import { type BulkProgress, recordFailure, recordName } from './progress.js';
import type { SeenNames } from './seen-names.js';

/** After this many pages in a row with running operations, none of them new, the list counts as repeating. */
const MAX_REPEATED_PAGES = 1_000;
/**
 * After this many pages in a row without a running operation the list counts as endless: five million ended operations at a
 * hundred a page, which takes hours.
 */
const MAX_EMPTY_PAGES = 50_000;

/**
 * Takes a page over: the new names that are running are counted and queued. Those that the rules of the
 * worker forbid are recorded as failures, because without them nothing would seem to run. Operations that are
 * done are skipped, also where fifty thousand pages hold only those.
 *
 * @param createdBefore passes over what was created later than this, in ms since 1970, or tells no such time
 * @returns how the list goes on for ever, where it does: no more of it is to be read
 */
export function recordPage(
  progress: BulkProgress,
  seenNames: SeenNames,
  page: ListPage,
  createdBefore?: number,
): string | undefined {
  const running = page.operations.filter(({ done }) => !done);
  const added = running.filter(({ name }) => seenNames.add(name));
  const wanted = createdBefore === undefined ? added : added.filter((one) => isOlder(one, createdBefore));
  if (createdBefore !== undefined) progress.unknownAge += added.filter(({ createTime }) => !createTime).length;
  for (const { name, denied } of wanted) {
    recordName(progress, name);
    if (denied === undefined) progress.queue.push(name);
    else recordFailure(progress, name, 'PERMISSION_DENIED', denied);
  }
  for (const { name, type, message } of page.failures ?? []) recordFailure(progress, name, type, message);
  const places = new Set([...progress.unreachable, ...(page.unreachable ?? [])]);
  progress.unreachable = [...places].slice(0, MAX_SHOWN);
  progress.emptyPages = running.length > 0 ? 0 : progress.emptyPages + 1;
  if (added.length > 0) progress.repeats = 0;
  else if (running.length > 0) progress.repeats += 1;

  const next = page.nextPageToken;
  progress.listed = next === undefined;
  if (next === undefined) return undefined;
  if (next === progress.pageToken || isInCycle(progress, next) || progress.repeats >= MAX_REPEATED_PAGES)
    return 'gives the same pages again and again';
  if (progress.emptyPages >= MAX_EMPTY_PAGES)
    return `gave ${MAX_EMPTY_PAGES} pages in a row without a running operation`;
  progress.pageToken = next;
  return undefined;
}

function isOlder({ createTime = '' }: ListedOperation, createdBefore: number): boolean {
  return Date.parse(createTime) <= createdBefore;
}

/**
 * Starts the listing again after its page token was rejected, because tokens expire (AIP-158). Names that are
 * known are skipped.
 *
 * @returns whether it did; it does not for the first page, which has no token, and does so only once
 */
export function restartListing(progress: BulkProgress, seenNames: SeenNames): boolean {
  if (progress.pageToken === undefined || progress.relisted) return false;
  progress.relisted = true;
  // All pages so far are listed again, and there are at most as many of them as names.
  progress.repeats = -Math.max(progress.matched, seenNames.size);
  progress.emptyPages = 0;
  delete progress.pageToken;
  delete progress.earlierToken;
  return true;
}

/** Brent's algorithm: it finds a cycle of page tokens of any length, and stores only one of them. */
function isInCycle(progress: BulkProgress, token: string): boolean {
  const { earlierToken } = progress;
  if (earlierToken?.token === token) return true;
  const pagesSince = (earlierToken?.pagesSince ?? 0) + 1;
  const maxPages = earlierToken?.maxPages ?? 1;
  progress.earlierToken =
    earlierToken === undefined || pagesSince >= maxPages
      ? { token, pagesSince: 0, maxPages: maxPages * 2 }
      : { ...earlierToken, pagesSince };
  return false;
}
