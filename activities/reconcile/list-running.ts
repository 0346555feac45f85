import { lastSegment } from '../../contract/names.js';
import type { OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { collectionOf } from '../../google/kinds/collections.js';
import { listInHalves, mayBeFilterError } from '../../google/list-pages.js';
import type { ListRef } from '../../google/url.js';
import { PAGE_SIZE } from './pace.js';

/** A list of more pages shows more operations that have ended than operations that run. */
const MAX_PAGES = 20;
const RUNNING_FILTER = 'done=false';
/** Neither responses nor metadata. */
export const LIST_FIELDS = 'operations(name,done),nextPageToken';

/** The operations that a list shows as running: the last segments of the names, which a collection has once each in any spelling. */
export interface Running {
  ids: ReadonlySet<string>;
  pages: number;
  noFilter?: true;
}

/**
 * Reads all pages of a list.
 *
 * @throws {GoogleApiError} those of a list, and `OUT_OF_RANGE` if it is too long or comes back to a page that was read
 */
export async function listRunning(
  operations: Pick<OperationsClient, 'list'>,
  ref: ListRef,
  { noFilter }: { noFilter?: true | undefined } = {},
): Promise<Running> {
  // A list of jobs has the filter of its kind.
  const filter = noFilter || collectionOf(ref).kind !== undefined ? undefined : RUNNING_FILTER;
  const ids = new Set<string>();
  const tokens = new Set<string | undefined>();
  let query = { ...ref, filter, pageSize: PAGE_SIZE };
  let pageToken: string | undefined;
  do {
    tokens.add(pageToken);
    try {
      const read = await listInHalves((page) => operations.list(page, { fields: LIST_FIELDS }), {
        ...query,
        pageToken,
      });
      query = { ...query, pageSize: read.pageSize };
      for (const { name, done } of read.page.operations) if (!done) ids.add(lastSegment(name));
      pageToken = read.page.nextPageToken;
    } catch (error) {
      if (!mayBeFilterError(error, { ...query, pageToken })) throw error;
      return listRunning(operations, ref, { noFilter: true });
    }
  } while (pageToken !== undefined && tokens.size < MAX_PAGES && !tokens.has(pageToken));
  if (pageToken === undefined) return { ids, pages: tokens.size, ...(noFilter && { noFilter }) };
  throw new GoogleApiError(`list of ${ref.parent}: it has no end within ${MAX_PAGES} pages`, {
    code: 'OUT_OF_RANGE',
    kind: 'TOO_LARGE',
  });
}

const LASTING_CODES = ['UNIMPLEMENTED', 'NOT_FOUND', 'PERMISSION_DENIED', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION'];

/** Whether the service does not list this collection, or not for this worker. */
export function isLasting({ code, kind, httpStatus }: GoogleApiError): boolean {
  if (kind === 'NOT_API_ERROR') return [400, 403, 404, 405, 501].includes(httpStatus ?? 0);
  return kind === 'TOO_LARGE' || LASTING_CODES.includes(code);
}
