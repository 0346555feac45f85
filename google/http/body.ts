import { GoogleApiError } from '../error.js';

/** A body as it arrives; one that was compressed is unpacked already. */
export type BodyStream = AsyncIterable<Uint8Array>;

/**
 * The maximum that is read of an error's body: more than any google.rpc.Status has, because a truncated one
 * cannot be parsed.
 */
const MAX_ERROR_BYTES = 2 * 1024 * 1024;

/** In bytes. Beyond them, bodies are read one after the other: a dozen of the largest would fill the memory. */
const MAX_SHARED_BYTES = 2 * 1024 * 1024;

/** Waits for the turn to read a body beyond that. @returns ends the turn */
export type TakeTurn = () => Promise<() => void>;

/** The turns of one transport. */
export function createTurns(): TakeTurn {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let end = (): void => undefined;
    last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  };
}

/**
 * The body of a 2xx as text. No more than `maxBytes` of it are kept in memory.
 *
 * @param contentLength the header of that name, to refuse a large body before reading it.
 * @throws GoogleApiError of kind `TOO_LARGE`, with the code that gRPC has for a message over the limit; or
 *   the stream's own error.
 */
export async function readBody(
  stream: BodyStream,
  { maxBytes, contentLength, takeTurn }: { maxBytes: number; contentLength: string | null; takeTurn: TakeTurn },
): Promise<string> {
  if (Number(contentLength) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let endTurn: (() => void) | undefined;
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (size > MAX_SHARED_BYTES) endTurn ??= await takeTurn();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    endTurn?.();
  }
}

/**
 * The body of an error as text: the part that arrived, at most 2 MiB. It never fails, because the status line is
 * the answer.
 */
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
    // The body broke off or its compression is corrupt, so the part before that is used.
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ERROR_BYTES);
}

function tooLarge(maxBytes: number): GoogleApiError {
  return new GoogleApiError(`the body is over ${maxBytes / 1024 / 1024} MiB`, {
    code: 'RESOURCE_EXHAUSTED',
    kind: 'TOO_LARGE',
  });
}
