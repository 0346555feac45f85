import type { Client } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import type { CodeName } from '../contract/code.js';
import { RUNNING_OUTCOME, searchAttributes } from '../contract/messages.js';
import { grpcError } from './grpc-error.js';
import { shortened } from '../contract/workflow-id.js';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;
const LOOKUP_TIMEOUT_MS = 5_000;
/** To those who may start workflows; Temporal Cloud does not list the request among those that they may make. */
const DENIED: readonly (CodeName | undefined)[] = ['PERMISSION_DENIED', 'UNIMPLEMENTED'];
type Answer = boolean | 'denied';
const answers = new WeakMap<Client, Promise<Answer>>();
const refused = new WeakSet<Client>();

/**
 * The search attributes of a new workflow if the namespace has both registered, else none: Temporal refuses a
 * start with an unregistered one. The namespace is asked once for each client. Where nobody may ask, the starts have them
 * until one is refused.
 */
export async function searchAttributesFor(client: Client, name: string): Promise<SearchAttributePair[]> {
  const answer = await registered(client);
  if (answer === false || (answer === 'denied' && refused.has(client))) return [];
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

/** Has the next start ask the namespace again, after one was refused. */
export function forgetRegistered(client: Client): void {
  answers.delete(client);
  refused.add(client);
}

/** Whether the namespace has both search attributes, as far as the client may know. */
export async function areBothRegistered(client: Client): Promise<boolean> {
  return (await registered(client)) === true;
}

function registered(client: Client): Promise<Answer> {
  const answer = answers.get(client) ?? readRegistered(client);
  answers.set(client, answer);
  return answer.catch((error: unknown) => {
    if (DENIED.includes(grpcError(error)?.code)) return 'denied';
    // A server may be down; the workflow runs without them too.
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
