import type { PayloadConverter } from '@temporalio/workflow';
import { payloadConverter as inner } from './inner-converter.js';
import { UNDECODABLE } from './undecodable.js';

type FromPayload = PayloadConverter['fromPayload'];

/**
 * Temporal's own converter or that of the host, except that a payload that cannot be decoded is {@link UNDECODABLE}
 * instead of an error. The signal of a client with a codec of its own would otherwise fail every workflow task for ever:
 * it is in the history before a handler sees it.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => inner.toPayload(value),
  fromPayload: ((payload) => {
    try {
      return inner.fromPayload(payload);
    } catch {
      return UNDECODABLE;
    }
  }) as FromPayload,
};
