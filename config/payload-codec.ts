import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PayloadCodec } from '@temporalio/common';
import { aesGcmCodec, KEY_BYTES } from './aes-gcm-codec.js';
import { ConfigError } from './config-error.js';
import type { Variables } from './variables.js';

const AES_GCM = 'aes-gcm';
const KEY_FILES = 'PAYLOAD_CODEC_KEY_FILE';

/** The payload codec of worker and command: a module that exports `payloadCodec`, or the keys of AES-GCM. */
export type PayloadCodecConfig = { module: string } | { keys: Buffer[] };

/** Reads `PAYLOAD_CODEC` and `PAYLOAD_CODEC_KEY_FILE`; `undefined` where neither is set. */
export function payloadCodecFrom(variables: Variables): PayloadCodecConfig | undefined {
  const codec = variables.text('PAYLOAD_CODEC');
  const files = variables.text(KEY_FILES);
  if (codec === AES_GCM) {
    if (files === undefined)
      return variables.report(KEY_FILES, `is not set; PAYLOAD_CODEC=${AES_GCM} takes the path of a key`);
    const keys = files.split(',').map((file) => readKey(variables, file.trim()));
    return keys.every((key) => key !== undefined) ? { keys } : undefined;
  }
  if (files !== undefined)
    return variables.report(KEY_FILES, `is set, and PAYLOAD_CODEC is not ${AES_GCM}, which alone takes keys`);
  return codec === undefined ? undefined : { module: codec };
}

/**
 * The codecs of a configuration, for the data converter of Temporal's client or worker.
 *
 * @throws {ConfigError} if the module cannot be loaded or exports no codec
 */
export async function loadPayloadCodecs(config: PayloadCodecConfig | undefined): Promise<PayloadCodec[]> {
  if (config === undefined) return [];
  if ('keys' in config) return [aesGcmCodec(config.keys)];
  const { module } = config;
  const isPath = module.startsWith('.') || isAbsolute(module);
  try {
    const loaded: unknown = await import(isPath ? pathToFileURL(resolve(module)).href : module);
    const { payloadCodec } = loaded as { payloadCodec?: unknown };
    if (isCodec(payloadCodec)) return [payloadCodec];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`PAYLOAD_CODEC is ${module}, which cannot be loaded: ${why}`]);
  }
  throw new ConfigError([
    `PAYLOAD_CODEC is ${module}, which does not export payloadCodec, an object with encode and decode`,
  ]);
}

function isCodec(value: unknown): value is PayloadCodec {
  const { encode, decode } = Object(value) as Partial<PayloadCodec>;
  return typeof encode === 'function' && typeof decode === 'function';
}

function readKey(variables: Variables, file: string): Buffer | undefined {
  try {
    const content = readFileSync(file);
    const key = content.length === KEY_BYTES ? content : Buffer.from(content.toString('utf8').trim(), 'base64');
    if (key.length === KEY_BYTES) return key;
    return variables.report(KEY_FILES, `(${file}) has no key; it takes ${KEY_BYTES} bytes, as they are or in base64`);
  } catch (error) {
    const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
    return variables.report(KEY_FILES, `(${file}) cannot be read (${code}); it takes the path of a file`);
  }
}
