import type { Payload, PayloadCodec } from '@temporalio/common';

/** In bytes. The names of encodings, such as `json/plain`, have a few dozen. */
const MAX_ENCODING_BYTES = 256;

/**
 * Cuts the name of a payload's encoding, which whoever writes the payload chooses. The SDK repeats an unknown one in an
 * error, which it then searches with patterns that take quadratic time: 80 kB of blanks stop the process for 50 s.
 */
export const boundEncoding: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => Promise.resolve(payloads.map(withShortEncoding)),
};

function withShortEncoding(payload: Payload): Payload {
  const encoding = payload.metadata?.['encoding'];
  if (encoding === undefined || encoding.length <= MAX_ENCODING_BYTES) return payload;
  return { ...payload, metadata: { ...payload.metadata, encoding: encoding.slice(0, MAX_ENCODING_BYTES) } };
}
