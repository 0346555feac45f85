import type { Client } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { RUNNING_OUTCOME, searchAttributes } from '../contract/messages.js';

const KEYWORD = 2;
const known = new WeakMap<Client, Promise<boolean>>();

/**
 * The search attributes of a new workflow where the namespace has both registered, else none: a start with an unregistered
 * one is refused. The namespace is asked once for each client.
 */
export async function searchAttributesFor(client: Client, name: string): Promise<SearchAttributePair[]> {
  if (!(await haveBoth(client))) return [];
  return [
    { key: { name: searchAttributes.name, type: 'KEYWORD' }, value: name },
    { key: { name: searchAttributes.outcome, type: 'KEYWORD' }, value: RUNNING_OUTCOME },
  ];
}

function haveBoth(client: Client): Promise<boolean> {
  const asked = known.get(client) ?? areRegistered(client);
  known.set(client, asked);
  // Temporal Cloud does not let everybody ask, and a server may be away: the workflow runs without them too.
  return asked.catch(() => {
    known.delete(client);
    return false;
  });
}

async function areRegistered(client: Client): Promise<boolean> {
  const { namespace } = client.options;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  return Object.values(searchAttributes).every((name) => customAttributes[name] === KEYWORD);
}
