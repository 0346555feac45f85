import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

type FromPayload = PayloadConverter['fromPayload'];

/**
 * Temporal's own converter, except that a payload that cannot be decoded is `undefined` instead of an error.
 * The signal of a client with a codec of its own would otherwise fail every workflow task for ever: it is in
 * the history before a handler sees it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: ((payload) => {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return undefined;
    }
  }) as FromPayload,
};
