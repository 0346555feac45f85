import type { Client } from '@temporalio/client';
import { FOLLOWER_TYPES } from './own-workflow.js';
import { lastSegment } from '../contract/names.js';
import { collectionPrefix, parseWorkflowId } from '../contract/workflow-id.js';

/** Temporal gives no more workflows on a page. */
const PAGE_SIZE = 1_000;
const REQUEST_TIMEOUT_MS = 10_000;
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
  const types = FOLLOWER_TYPES.map((type) => `'${type}'`).join(', ');
  return `TaskQueue = ${quotedLiteral(taskQueue)} AND ExecutionStatus = 'Running' AND WorkflowType IN (${types})`;
}

function collectionQuery({ taskQueue, service, collection }: FollowedCollection): string {
  const prefix = quotedLiteral(collectionPrefix(service, collection));
  return `WorkflowId STARTS_WITH ${prefix} AND ${followedQuery(taskQueue)}`;
}

/** How many operations of a collection, and of those below it, are followed. */
export async function countFollowed(client: Client, followed: FollowedCollection): Promise<number> {
  const request = { namespace: client.options.namespace, query: collectionQuery(followed) };
  const { count } = await withDeadline(client, () => client.workflowService.countWorkflowExecutions(request));
  return Number(count);
}

/** The operations of a collection that are followed: the last segment of each name. Names with shortened ids are left out. */
export async function listFollowed(client: Client, followed: FollowedCollection): Promise<string[]> {
  const ids: string[] = [];
  const request = { namespace: client.options.namespace, query: collectionQuery(followed), pageSize: PAGE_SIZE };
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await withDeadline(client, () =>
      client.workflowService.listWorkflowExecutions({ ...request, ...(nextPageToken && { nextPageToken }) }),
    );
    for (const { execution } of page.executions ?? []) {
      const { name = '' } = parseWorkflowId(execution?.workflowId ?? '') ?? {};
      const id = lastSegment(name);
      // Otherwise it is of a collection below.
      if (name === `${followed.collection}/${id}`) ids.push(id);
    }
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  return ids;
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
