import type { ListedOperation, ListPage, ListPageRequest, ListRequest } from '../../contract/activities.js';
import { failureTypes, type FailureType } from '../../contract/messages.js';
import { inSpellingOf, MAX_NAME_LENGTH } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient, OperationsPage } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { listInHalves } from '../../google/list-pages.js';
import { createTimeOf } from '../../google/operation.js';
import type { Attempt } from '../attempt.js';
import { afterFailure, atLeastRetryAfter, typeOfStreak } from '../classify.js';
import { failed, retry } from '../failures.js';
import { backoff } from '../polling/interval.js';
import { LIST_FIELDS } from '../reconcile/list-running.js';

const DEFAULT_PAGE_SIZE = 100;
/**
 * Some services ignore the page size. With the longest names and reasons this many operations fit into
 * Temporal's 2 MiB.
 */
const MAX_OPERATIONS = 1_500;
const MAX_MESSAGE_LENGTH = 300;

const FIELDS_WITH_METADATA = 'operations(name,done,metadata),nextPageToken';

/**
 * The page that a read gives.
 *
 * @throws ApplicationFailure: retryable, or non-retryable if Google refuses to list
 */
export async function listPage(attempt: Attempt, read: () => Promise<ListPage>): Promise<ListPage> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const type = failureTypeOf(attempt, error);
    const pollState = afterFailure(error, attempt.pollState, Date.now());
    attempt.update(pollState);
    throw type === undefined
      ? retry(attempt, error, atLeastRetryAfter(backoff(pollState.failures), error))
      : failed(attempt, error, type);
  }
}

/** Reads one page of one collection. @throws GoogleApiError */
export async function readPage(
  attempt: Attempt,
  { pageSize = DEFAULT_PAGE_SIZE, withCreateTime, ...request }: Omit<ListPageRequest, 'kinds'>,
): Promise<ListPage> {
  const query = { ...request, pageSize };
  const fields = withCreateTime ? FIELDS_WITH_METADATA : LIST_FIELDS;
  const { page } = await listInHalves((smaller) => list(attempt, smaller, fields), query);
  const { nextPageToken, unreachable } = page;
  return {
    operations: page.operations.map((operation) => ({
      ...toListed(attempt.process.operations, query, operation),
      ...(withCreateTime && createTimeIn(operation)),
    })),
    ...(nextPageToken !== undefined && { nextPageToken }),
    ...(unreachable !== undefined && { unreachable: unreachable.map((place) => place.slice(0, MAX_NAME_LENGTH)) }),
  };
}

function createTimeIn(operation: Operation): { createTime?: string } {
  const time = operation.done ? undefined : createTimeOf(operation);
  return time === undefined ? {} : { createTime: new Date(time).toISOString() };
}

async function list({ operations }: Attempt, query: ListRequest, fields: string): Promise<OperationsPage> {
  const page = await operations.list(query, { fields });
  // Nothing is done with those that are done, which an unpaged list is full of.
  const running = page.operations.filter(({ done }) => !done);
  const count = running.length;
  if (count <= MAX_OPERATIONS) return { ...page, operations: running };
  throw new GoogleApiError(`list of ${query.parent}: a page of ${count} operations is too large to keep`, {
    code: 'RESOURCE_EXHAUSTED',
    kind: 'TOO_LARGE',
  });
}

function toListed(
  client: Pick<OperationsClient, 'assertAllowed'>,
  { service, apiVersion, parent }: ListRequest,
  { name: listedName, done }: Operation,
): ListedOperation {
  // A name over the limit is invalid, and one character over the limit is enough to show that.
  const name = inSpellingOf(parent, listedName).slice(0, MAX_NAME_LENGTH + 1);
  if (done) return { name, done };
  try {
    client.assertAllowed({ service, apiVersion, name });
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    // The workflow reports a name that is not valid.
    if (error.kind === 'FORBIDDEN') return { name, done, denied: error.message.slice(0, MAX_MESSAGE_LENGTH) };
  }
  return { name, done };
}

/** The type of the failure of a list that Google refuses; `undefined` for a transient error. */
export function failureTypeOf({ pollState }: Attempt, error: GoogleApiError): FailureType | undefined {
  const { code, kind } = error;
  const { streak } = afterFailure(error, pollState, Date.now());
  if (kind === 'NO_CREDENTIALS') return streak && typeOfStreak(streak, error, Date.now());
  if (code === 'UNIMPLEMENTED') return 'INVALID_ARGUMENT';
  if (kind === 'NOT_API_ERROR' && code !== 'NOT_FOUND') return undefined;
  return failureTypes.find((type) => type === code);
}
