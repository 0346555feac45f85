import { setTimeout as delay } from 'node:timers/promises';
import type { ListRequest } from '../../contract/activities.js';
import { inSpellingOf } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient, OperationsPage } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { listInHalves } from '../../google/list-pages.js';

const PAGE_SIZE = 100;
const MAX_TRIES = 4;
const RETRY_BASE_MS = 250;
const MAX_RETRY_DELAY_MS = 10_000;
/** The metadata has the creation time. The response may be large, and a running operation has none. */
const SHOWN_FIELDS = 'operations(name,done,metadata),nextPageToken';
/** After this many pages in a row without a new running operation, the list is taken to repeat itself. */
const MAX_EMPTY_PAGES = 1_000;

/**
 * The operations or jobs of one list that run, each once, page by page.
 *
 * @param unreachable takes the places that Google could not reach, whose operations are missing
 * @throws {GoogleApiError}
 */
export async function* runningOperations(
  google: OperationsClient,
  request: Omit<ListRequest, 'pageSize' | 'pageToken'>,
  unreachable: Set<string>,
): AsyncGenerator<Operation> {
  const { parent } = request;
  const seen = new Set<string>();
  let pageToken: string | undefined;
  let pageSize = PAGE_SIZE;
  let emptyPages = 0;
  do {
    const { page, ...next } = await readPage(google, { ...request, pageSize, pageToken });
    pageSize = next.pageSize;
    for (const place of page.unreachable ?? []) unreachable.add(place);
    const seenBefore = seen.size;
    for (const listed of page.operations) {
      const operation = { ...listed, name: inSpellingOf(parent, listed.name) };
      if (operation.done || seen.has(operation.name)) continue;
      seen.add(operation.name);
      yield operation;
    }
    emptyPages = seen.size === seenBefore ? emptyPages + 1 : 0;
    const isRepeated = page.nextPageToken === pageToken || emptyPages >= MAX_EMPTY_PAGES;
    if (page.nextPageToken !== undefined && isRepeated) {
      const message = `list of ${parent}: Google gives the same pages again and again`;
      throw new GoogleApiError(message, { code: 'UNKNOWN', kind: 'BODY' });
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** Reads a page, with fewer operations where it is too large. A transient error is retried three times. */
async function readPage(
  google: OperationsClient,
  query: ListRequest & { pageSize: number },
): Promise<{ page: OperationsPage; pageSize: number }> {
  let tries = 1;
  const list = async (smaller: ListRequest): Promise<OperationsPage> => {
    for (; ; tries += 1) {
      try {
        return await google.list(smaller, { fields: SHOWN_FIELDS, withDisplayName: true });
      } catch (error) {
        if (!(error instanceof GoogleApiError) || tries >= MAX_TRIES || !mayPass(error)) throw error;
        await delay(retryDelay(tries, error.retryAfterMs));
      }
    }
  };
  return listInHalves(list, query);
}

/** The delay after the `tries`-th try, in ms: 0.5 s, doubling, or the time that Google asks for, 10 s at most. */
export function retryDelay(tries: number, retryAfterMs = 0): number {
  return Math.min(Math.max(retryAfterMs, RETRY_BASE_MS * 2 ** tries), MAX_RETRY_DELAY_MS);
}

function mayPass({ code, kind }: GoogleApiError): boolean {
  if (kind === 'TOO_LARGE') return false;
  if (['NETWORK', 'TIMEOUT', 'BODY'].includes(kind)) return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED', 'DEADLINE_EXCEEDED'].includes(code);
}
