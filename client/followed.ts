import type { Client } from '@temporalio/client';
import { FOLLOWER_TYPES } from './own-workflow.js';
import { lastSegment } from '../contract/names.js';
import { collectionPrefix, parseWorkflowId } from '../contract/workflow-id.js';

/** Temporal gives no more workflows on a page. */
const PAGE_SIZE = 1_000;
/** A development server with thousands of new workflows takes ten seconds and more. */
const REQUEST_TIMEOUT_MS = 30_000;
const RUNNING = 1;
const GRPC_CODES: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  7: 'PERMISSION_DENIED',
  12: 'UNIMPLEMENTED',
};

/** A collection that workflows of a task queue follow. */
export interface FollowedCollection {
  taskQueue: string;
  service: string;
  collection: string;
}

/** The visibility query for the operations that are followed on a task queue. */
export function followedQuery(taskQueue: string): string {
  return `${everFollowedQuery(taskQueue)} AND ExecutionStatus = 'Running'`;
}

function everFollowedQuery(taskQueue: string): string {
  const types = FOLLOWER_TYPES.map((type) => `'${type}'`).join(', ');
  return `TaskQueue = ${quotedLiteral(taskQueue)} AND WorkflowType IN (${types})`;
}

function prefixQuery({ service, collection }: FollowedCollection): string {
  return `WorkflowId STARTS_WITH ${quotedLiteral(collectionPrefix(service, collection))}`;
}

/**
 * The operations of a collection that are followed: the last segment of each name. Names with shortened ids are left out.
 *
 * @param changedSince only those that are followed, or no longer followed, since then, in ms since 1970
 */
export async function listFollowed(
  client: Client,
  followed: FollowedCollection,
  changedSince?: number,
): Promise<{ running: Set<string>; ended: Set<string> }> {
  const since = changedSince && `'${new Date(changedSince).toISOString()}'`;
  // On SQL databases what runs closes in the year 9999.
  const which = since
    ? `${everFollowedQuery(followed.taskQueue)} AND (StartTime >= ${since} OR (ExecutionStatus != 'Running' AND CloseTime >= ${since}))`
    : followedQuery(followed.taskQueue);
  const query = `${prefixQuery(followed)} AND ${which}`;
  const request = { namespace: client.options.namespace, query, pageSize: PAGE_SIZE };
  const [running, ended] = [new Set<string>(), new Set<string>()];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await withDeadline(client, () =>
      client.workflowService.listWorkflowExecutions({ ...request, ...(nextPageToken && { nextPageToken }) }),
    );
    for (const { execution, status } of page.executions ?? []) {
      const { name = '' } = parseWorkflowId(execution?.workflowId ?? '') ?? {};
      const id = lastSegment(name);
      // Otherwise it is of a collection below.
      if (name === `${followed.collection}/${id}`) (status === RUNNING ? running : ended).add(id);
    }
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  for (const id of running) ended.delete(id);
  return { running, ended };
}

/** The reason if Temporal does not answer such questions here: too old a server, or not for this worker. */
export function visibilityProblem(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return GRPC_CODES[Number(code ?? cause?.code)];
}

function withDeadline<T>(client: Client, request: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + REQUEST_TIMEOUT_MS, request);
}

function quotedLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
