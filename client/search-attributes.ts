import type { Client } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { RUNNING_OUTCOME, searchAttributes } from '../contract/messages.js';
import { grpcError } from './grpc-error.js';
import { shortened } from '../contract/workflow-id.js';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;
const LOOKUP_TIMEOUT_MS = 5_000;
const answers = new WeakMap<Client, Promise<boolean>>();

/**
 * The search attributes of a new workflow if the namespace has both registered, else none: Temporal refuses a
 * start with an unregistered one. The namespace is asked once for each client.
 */
export async function searchAttributesFor(client: Client, name: string): Promise<SearchAttributePair[]> {
  if (!(await areBothRegistered(client))) return [];
  return [
    { key: { name: searchAttributes.name, type: 'KEYWORD' }, value: shortened(name) },
    { key: { name: searchAttributes.outcome, type: 'KEYWORD' }, value: RUNNING_OUTCOME },
  ];
}

/** Whether Temporal refused a start for its search attributes: they were removed, or a server does not know them yet. */
export function isRefusedForAttributes(error: unknown): boolean {
  const { code, details = '' } = grpcError(error) ?? {};
  return code === 'INVALID_ARGUMENT' && /search attribute/i.test(details);
}

/** Has the next start ask the namespace again. */
export function forgetRegistered(client: Client): void {
  answers.delete(client);
}

/** Whether the namespace has both search attributes. */
export function areBothRegistered(client: Client): Promise<boolean> {
  const answer = answers.get(client) ?? readRegistered(client);
  answers.set(client, answer);
  // Temporal Cloud may deny the request, and a server may be down; the workflow runs without them too.
  return answer.catch(() => {
    answers.delete(client);
    return false;
  });
}

async function readRegistered(client: Client): Promise<boolean> {
  const { namespace } = client.options;
  // Other callers share the answer, so the deadline and the signal of the one that asks do not apply to it.
  const { customAttributes } = await client.withDeadline(Date.now() + LOOKUP_TIMEOUT_MS, () =>
    client.withAbortSignal(new AbortController().signal, () =>
      client.connection.operatorService.listSearchAttributes({ namespace }),
    ),
  );
  return Object.values(searchAttributes).every((name) => customAttributes[name] === KEYWORD);
}
