import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

/** A key of AES-256. */
export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

/**
 * Encrypts payloads with AES-256-GCM in the format of Temporal's samples: the payload as protobuf, in the data the
 * initialization vector, the ciphertext and the tag. The id of a key is the beginning of its SHA-256 in hex. Payloads that
 * are not encrypted are decoded as they are.
 *
 * @param keys of 32 bytes: the first one encrypts, and all of them decrypt
 */
export function aesGcmCodec(keys: readonly Buffer[]): PayloadCodec {
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const [[firstId, firstKey] = ['', Buffer.alloc(0)]] = byId;
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, firstId, firstKey)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, byId)),
  };
}

function encrypt(payload: Payload, keyId: string, key: Buffer): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const text = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  const data = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(keyId) }, data };
}

/** @throws {ValueError} if it was encrypted with another key */
function decrypt(payload: Payload, keys: ReadonlyMap<string, Buffer>): Payload {
  const { metadata, data } = payload;
  if (textOf(metadata?.['encoding']) !== ENCODING) return payload;
  const key = keys.get(textOf(metadata?.[KEY_ID]));
  if (key === undefined || !data)
    throw new ValueError('A payload is encrypted with a key that is not in PAYLOAD_CODEC_KEY_FILE');
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  return proto.temporal.api.common.v1.Payload.decode(text);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
