import type { ListPage, ListRequest } from '../contract/activities.js';
import { failureTypes, type FailureType } from '../contract/messages.js';
import type { OperationsClient, OperationsPage } from '../google/client.js';
import { OperationsError } from '../google/error.js';
import type { Attempt } from './attempt.js';
import { wishOr } from './judge.js';
import { backoff } from './pace.js';

const DEFAULT_PAGE = 100;
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
    return { operations: page.operations.map(({ name, done }) => ({ name, done })), ...next };
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

/** A page that is too large is asked for again in smaller ones: the next token goes on from wherever the page ends. */
async function read(
  attempt: Attempt,
  operations: OperationsClient,
  request: ListRequest,
): Promise<OperationsPage> {
  const { service, apiVersion, parent, filter, pageSize = DEFAULT_PAGE, pageToken } = request;
  try {
    return await attempt.request('list', (signal) =>
      operations.list(
        { service, apiVersion, parent, filter, pageSize, pageToken },
        { signal, fields: FIELDS },
      ),
    );
  } catch (error) {
    if (!(error instanceof OperationsError && error.kind === 'TOO_LARGE' && pageSize > 1)) throw error;
    return read(attempt, operations, { ...request, pageSize: Math.floor(pageSize / 2) });
  }
}

function finalType({ code, kind }: OperationsError): FailureType | undefined {
  if (code === 'UNIMPLEMENTED') return 'INVALID_ARGUMENT';
  if (kind === 'PAGE' && code !== 'NOT_FOUND') return undefined;
  return failureTypes.find((type) => type === code);
}
