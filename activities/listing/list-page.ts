import type { ListedOperation, ListPage, ListRequest } from '../../contract/activities.js';
import { failureTypes, type FailureType } from '../../contract/messages.js';
import { inProjectOf, MAX_NAME_LENGTH } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationsClient, OperationsPage } from '../../google/client.js';
import { OperationsError } from '../../google/error.js';
import type { Attempt } from '../attempt.js';
import { wishOr } from '../classify.js';
import { backoff } from '../polling/interval.js';

const DEFAULT_PAGE = 100;
/** What a page may hold whatever was asked for: with the longest of names and reasons it still fits into Temporal's 2 MiB. */
const MOST_OPERATIONS = 1_500;
const LONGEST_MESSAGE = 300;
/** Responses and metadata are left where they are. */
const FIELDS = 'operations(name,done),nextPageToken';

/** Reads one page of `operations.list`. @throws ApplicationFailure to try again, or for good where Google will not list at all */
export async function listOnce(
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
    if (!(error instanceof OperationsError)) throw error;
    const failures = attempt.trail.failures + 1;
    attempt.remember({ ...attempt.trail, failures });
    const type = finalType(error);
    throw type === undefined
      ? attempt.again(error, wishOr(backoff(failures), error))
      : attempt.failed(error, type);
  }
}

function listed(
  operations: OperationsClient,
  { service, apiVersion, parent }: ListRequest,
  { name: given, done }: Operation,
): ListedOperation {
  // A name that is too long is none, and a little over the limit is enough to show it.
  const name = inProjectOf(parent, given).slice(0, MAX_NAME_LENGTH + 1);
  if (done) return { name, done };
  try {
    operations.check({ service, apiVersion, name });
    return { name, done };
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
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
    if (!(error instanceof OperationsError && error.kind === 'TOO_LARGE' && pageSize > 1)) throw error;
    return read(attempt, operations, { ...request, pageSize: Math.floor(pageSize / 2) });
  }
}

function tooMany(parent: string, number: number): OperationsError {
  return new OperationsError(`list of ${parent}: a page of ${number} operations is too large to keep`, {
    code: 'RESOURCE_EXHAUSTED',
    kind: 'TOO_LARGE',
  });
}

function finalType({ code, kind }: OperationsError): FailureType | undefined {
  if (code === 'UNIMPLEMENTED') return 'INVALID_ARGUMENT';
  if (kind === 'PAGE' && code !== 'NOT_FOUND') return undefined;
  return failureTypes.find((type) => type === code);
}
