import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

/**
 * Temporal's own converter, except that what cannot be decoded is absent instead of an error: a signal that a client with a codec
 * of its own sent would otherwise fail every workflow task for ever, since it is in the history before any handler sees it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Parameters<PayloadConverter['fromPayload']>[0]): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  },
};
