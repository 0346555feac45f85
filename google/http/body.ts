import { GoogleApiError } from '../error.js';

/** A body as it arrives, already unpacked where it was compressed. */
export type BodyStream = AsyncIterable<Uint8Array>;

/** What is read of an error's body. A google.rpc.Status that is cut off is none any more, so this is longer than any. */
const MAX_ERROR_BYTES = 2 * 1024 * 1024;

/**
 * A body as text, never holding more than `maxBytes` of it.
 *
 * @param contentLength the header of that name, to refuse a large body before reading it.
 * @throws GoogleApiError of kind `TOO_LARGE`, with gRPC's code for a message over the limit; or the stream's own error.
 */
export async function readBody(
  stream: BodyStream,
  maxBytes: number,
  contentLength: string | null,
): Promise<string> {
  if (Number(contentLength) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What can be had of an error's body. That an error arrived matters more than how its body ended. */
export async function readErrorBody(stream: BodyStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > MAX_ERROR_BYTES) break;
    }
  } catch {
    // Cut off or badly packed: what came until then will do.
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ERROR_BYTES);
}

function tooLarge(maxBytes: number): GoogleApiError {
  return new GoogleApiError(`the body is over ${maxBytes / 1024 / 1024} MiB`, {
    code: 'RESOURCE_EXHAUSTED',
    kind: 'TOO_LARGE',
  });
}
