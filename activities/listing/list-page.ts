import type { ListedOperation, ListPage, ListRequest } from '../../contract/activities.js';
import { failureTypes, type FailureType } from '../../contract/messages.js';
import { inSpellingOf, MAX_NAME_LENGTH } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient, OperationsPage } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { atLeastRetryAfter } from '../classify.js';
import { backoff } from '../polling/interval.js';

const DEFAULT_PAGE = 100;
/** What a page may hold whatever was asked for: with the longest of names and reasons it still fits into Temporal's 2 MiB. */
const MOST_OPERATIONS = 1_500;
const LONGEST_MESSAGE = 300;
/** Responses and metadata are left where they are. */
const FIELDS = 'operations(name,done),nextPageToken';

/** Reads one page of `operations.list`. @throws ApplicationFailure to try again, or for good where Google will not list at all */
export async function listPage(
  attempt: Attempt,
  operations: OperationsClient,
  request: ListRequest,
): Promise<ListPage> {
  try {
    const page = await read(attempt, operations, request);
    const next = page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken };
    return {
      operations: page.operations.map((operation) => listed(operations, request, operation)),
      ...next,
    };
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    const failures = attempt.pollState.failures + 1;
    attempt.update({ ...attempt.pollState, failures });
    const type = finalType(error);
    throw type === undefined
      ? attempt.retry(error, atLeastRetryAfter(backoff(failures), error))
      : attempt.failed(error, type);
  }
}

function listed(
  operations: OperationsClient,
  { service, apiVersion, parent }: ListRequest,
  { name: given, done }: Operation,
): ListedOperation {
  // A name that is too long is none, and a little over the limit is enough to show it.
  const name = inSpellingOf(parent, given).slice(0, MAX_NAME_LENGTH + 1);
  if (done) return { name, done };
  try {
    operations.check({ service, apiVersion, name });
    return { name, done };
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    // What is no name at all is for the workflow to tell.
    return error.kind === 'FORBIDDEN'
      ? { name, done, denied: error.message.slice(0, LONGEST_MESSAGE) }
      : { name, done };
  }
}

/** A page that is too large is asked for again in smaller ones: the next token goes on from wherever the page ends. */
async function read(
  attempt: Attempt,
  operations: OperationsClient,
  request: ListRequest,
): Promise<OperationsPage> {
  const { service, apiVersion, parent, filter, pageSize = DEFAULT_PAGE, pageToken } = request;
  try {
    const page = await attempt.request('list', (signal) =>
      operations.list(
        { service, apiVersion, parent, filter, pageSize, pageToken },
        { signal, fields: FIELDS },
      ),
    );
    if (page.operations.length > MOST_OPERATIONS) throw tooMany(parent, page.operations.length);
    return page;
  } catch (error) {
    if (!(error instanceof GoogleApiError && error.kind === 'TOO_LARGE' && pageSize > 1)) throw error;
    return read(attempt, operations, { ...request, pageSize: Math.floor(pageSize / 2) });
  }
}

function tooMany(parent: string, number: number): GoogleApiError {
  return new GoogleApiError(`list of ${parent}: a page of ${number} operations is too large to keep`, {
    code: 'RESOURCE_EXHAUSTED',
    kind: 'TOO_LARGE',
  });
}

function finalType({ code, kind }: GoogleApiError): FailureType | undefined {
  if (code === 'UNIMPLEMENTED') return 'INVALID_ARGUMENT';
  if (kind === 'NOT_API_ERROR' && code !== 'NOT_FOUND') return undefined;
  return failureTypes.find((type) => type === code);
}
