import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

type FromPayload = PayloadConverter['fromPayload'];

/**
 * Temporal's own converter, except that what cannot be decoded is absent instead of an error: a signal that a client with a codec
 * of its own sent would otherwise fail every workflow task for ever, since it is in the history before any handler sees it.
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
