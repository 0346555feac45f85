import type { ListPage } from '../../contract/activities.js';
import { type BulkProgress, recordFailure, recordNames } from './progress.js';
import type { SeenNames } from './seen-names.js';

/** After so many pages in a row whose running operations are all known, the list is taken to go in circles. */
const MAX_REPEATED_PAGES = 1_000;

/** Whether a listing goes on, is at its end, or gives the same pages again and again. */
export type Listed = 'more' | 'last' | 'circles';

/**
 * Takes a page in: what runs and is new is counted and queued, or is a failure where the worker may not touch it: passed over
 * in silence it would look as if nothing ran. What is done is passed over, however many pages of
 * it there are.
 */
export function recordPage(progress: BulkProgress, seen: SeenNames, page: ListPage): Listed {
  const running = page.operations.filter(({ done }) => !done);
  const fresh = running.filter(({ name }) => seen.add(name));
  recordNames(
    progress,
    fresh.map(({ name }) => name),
  );
  for (const { name, denied } of fresh) {
    if (denied === undefined) progress.queue.push(name);
    else recordFailure(progress, name, 'PERMISSION_DENIED', denied);
  }
  if (fresh.length > 0) progress.repeats = 0;
  else if (running.length > 0) progress.repeats += 1;

  const next = page.nextPageToken;
  if (next === undefined) {
    progress.listed = true;
    return 'last';
  }
  if (next === progress.pageToken || comesAgain(progress, next) || progress.repeats >= MAX_REPEATED_PAGES)
    return 'circles';
  progress.pageToken = next;
  return 'more';
}

/**
 * Begins the listing again where its page token is no longer taken: tokens expire (AIP-158). What is known is passed over.
 *
 * @returns whether it could: at the first page there is no token, and a second time would be one of many
 */
export function relist(progress: BulkProgress): boolean {
  if (progress.pageToken === undefined || progress.relisted) return false;
  progress.relisted = true;
  // Every page so far comes again, and each held a name at least.
  progress.repeats = -progress.matched;
  delete progress.pageToken;
  delete progress.mark;
  return true;
}

// Brent's algorithm: it finds a cycle of any length with one token kept.
function comesAgain(progress: BulkProgress, token: string): boolean {
  const { mark } = progress;
  if (mark?.token === token) return true;
  const steps = (mark?.steps ?? 0) + 1;
  const span = mark?.span ?? 1;
  progress.mark =
    mark === undefined || steps >= span
      ? { token, steps: 0, span: span * 2 }
      : { token: mark.token, steps, span };
  return false;
}
