import type { ListRequest } from '../contract/activities.js';
import type { OperationsPage } from './client.js';
import { GoogleApiError } from './error.js';

/**
 * Reads one page of `operations.list`. While the page is too large it is asked for again with half the size:
 * the next page token goes on from the end of each page (AIP-158).
 *
 * @returns the page, and the size to ask for the next one with
 * @throws {GoogleApiError} of kind `TOO_LARGE` where one operation alone is too large, and every other
 * error of `list`
 */
export async function listInHalves(
  list: (query: ListRequest) => Promise<OperationsPage>,
  query: ListRequest & { pageSize: number },
): Promise<{ page: OperationsPage; pageSize: number }> {
  for (let { pageSize } = query; ; pageSize = Math.floor(pageSize / 2)) {
    try {
      return { page: await list({ ...query, pageSize }), pageSize };
    } catch (error) {
      if (!(error instanceof GoogleApiError && error.kind === 'TOO_LARGE' && pageSize > 1)) throw error;
    }
  }
}

/**
 * True if a list may have failed because of its filter, and should be tried without it: each service decides which
 * fields a filter may name (AIP-160). On a later page INVALID_ARGUMENT means a bad page token.
 */
export function mayBeFilterError(error: unknown, { filter, pageToken }: ListRequest): boolean {
  return (
    filter !== undefined &&
    pageToken === undefined &&
    error instanceof GoogleApiError &&
    error.code === 'INVALID_ARGUMENT'
  );
}

/** True if there is no such list: several services with jobs have no `operations.list`. */
export function hasNoList({ code, kind }: GoogleApiError): boolean {
  return code === 'UNIMPLEMENTED' || (kind === 'NOT_API_ERROR' && code === 'NOT_FOUND');
}
