import type { ListPage, ListPageRequest } from '../../contract/activities.js';
import { OPERATION_KIND } from '../../contract/names.js';
import { ALL_KINDS, collectionsOf, type Collection } from '../../google/kinds/collections.js';
import { GoogleApiError } from '../../google/error.js';
import { hasNoList } from '../../google/list-pages.js';
import type { Attempt } from '../attempt.js';
import { failed } from '../failures.js';
import { failureTypeOf, listPage, readPage } from './list-page.js';

/** A place in the lists of several collections, one after the other. */
interface Position {
  /** Of the collection. */
  index: number;
  /** Its list was started again, because Google rejected its page token. That is done once. */
  isRestarted: boolean;
  /** Google's page token. */
  token?: string;
}

/**
 * Reads one page of the collections that a parent and kinds stand for. What refuses the list of one of several is in
 * the page's `failures`, and the next page is of the next collection.
 *
 * @throws ApplicationFailure as {@link listPage} does
 */
export async function listKinds(attempt: Attempt, { kinds, ...request }: ListPageRequest): Promise<ListPage> {
  return listPage(attempt, async () => {
    if (kinds === undefined) return readPage(attempt, request);
    const collections = collectionsOf(request, kinds);
    const [only, ...others] = collections;
    if (only !== undefined && others.length === 0) return readPage(attempt, { ...request, parent: only.parent });
    return readPosition(attempt, request, collections, parsePosition(request.pageToken), kinds);
  });
}

async function readPosition(
  attempt: Attempt,
  request: ListPageRequest,
  collections: readonly Collection[],
  { index, isRestarted, token }: Position,
  kinds: readonly string[],
): Promise<ListPage> {
  const after = index + 1 < collections.length ? { index: index + 1, isRestarted: false } : undefined;
  const { kind = '', parent = request.parent } = collections[index] ?? {};
  try {
    const page = await readPage(attempt, { ...request, parent, pageToken: token });
    const { nextPageToken: next, ...rest } = page;
    return withNext(rest, next === undefined ? after : { index, isRestarted, token: next });
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const failure = failureTypeOf(attempt, error);
    if (failure === undefined) throw error;
    // Page tokens expire (AIP-158).
    if (failure === 'INVALID_ARGUMENT' && token !== undefined && !isRestarted)
      return withNext({ operations: [] }, { index, isRestarted: true });
    const isMissing = kind === OPERATION_KIND && !kinds.includes(kind) && kinds.includes(ALL_KINDS) && hasNoList(error);
    const { message } = failed(attempt, error, failure);
    const failures = isMissing ? [] : [{ name: parent, type: failure, message }];
    return withNext({ operations: [], failures }, after);
  }
}

function withNext(page: ListPage, next: Position | undefined): ListPage {
  if (next === undefined) return page;
  const { index, isRestarted, token = '' } = next;
  return { ...page, nextPageToken: `${index}${isRestarted ? '!' : ':'}${token}` };
}

function parsePosition(pageToken = ''): Position {
  const [, index = '0', divider, token = ''] = /^(\d{1,3})([:!])(.*)$/s.exec(pageToken) ?? [];
  return { index: Number(index), isRestarted: divider === '!', ...(token !== '' && { token }) };
}
