import { type Client, WorkflowClient, type WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter, Payload } from '@temporalio/common';

const clients = new WeakMap<Client, WorkflowClient>();

/** Describes a workflow as Temporal's client does, whatever its memo has. @throws as `describe` of Temporal's client */
export function describeWorkflow(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription> {
  return lenient(client).getHandle(workflowId, runId).describe();
}

/** Temporal's words for a workflow that has not ended. One that is paused goes on once it is unpaused. */
export const OPEN_STATUSES: readonly string[] = ['RUNNING', 'PAUSED'];

/** Whether a workflow has not ended. */
export function isOpen({ status }: Pick<WorkflowExecutionDescription, 'status'>): boolean {
  return OPEN_STATUSES.includes(status.name);
}

/**
 * A client that describes and lists workflows of others too: with another payload codec than this client, a workflow can
 * have a memo that cannot be decoded. A value that cannot is `undefined`.
 */
export function lenient(client: Client): WorkflowClient {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const { namespace, identity, loadedDataConverter } = client.options;
  const { connection } = client;
  const dataConverter = lenientConverter(loadedDataConverter);
  const created = new WorkflowClient({ connection, namespace, identity, dataConverter });
  clients.set(client, created);
  return created;
}

function lenientConverter(given: LoadedDataConverter): LoadedDataConverter {
  const decode = async (payload: Payload): Promise<Payload> => {
    try {
      return await decodePayload(payload, given);
    } catch {
      return payload;
    }
  };
  return {
    ...given,
    payloadConverter: {
      toPayload: (value) => given.payloadConverter.toPayload(value),
      fromPayload: ((payload) => {
        try {
          return given.payloadConverter.fromPayload(payload);
        } catch {
          return undefined;
        }
      }) as LoadedDataConverter['payloadConverter']['fromPayload'],
    },
    payloadCodecs: [
      { encode: (payloads) => Promise.resolve(payloads), decode: (payloads) => Promise.all(payloads.map(decode)) },
    ],
  };
}

/** A payload as its codecs found it. @throws as the codecs do */
export async function decodePayload(
  payload: Payload,
  { payloadCodecs }: Pick<LoadedDataConverter, 'payloadCodecs'>,
): Promise<Payload> {
  let payloads = [payload];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0] ?? payload;
}
