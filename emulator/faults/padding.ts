// JSON.stringify writes the two control characters as escapes, which no text that was meant to be sent holds around such a word.
const STANDS_FOR = /\\u0000padding:(\d+)\\u0000/;

/** One piece of a body: text, or this many bytes of filler, which are made only as they are sent. */
export type Piece = string | { filler: number };

/** A text of `bytes` characters for use inside JSON that goes through {@link piecesOf}: it takes no memory. */
export function padding(bytes: number): string {
  return `\u0000padding:${bytes}\u0000`;
}

/** JSON as Google prints it, indented and with a line's end, with the paddings left as filler. */
export function piecesOf(json: unknown): Piece[] {
  const parts = `${JSON.stringify(json, undefined, 2)}\n`.split(STANDS_FOR);
  return parts.map((part, index) => (index % 2 === 0 ? part : { filler: Number(part) }));
}

/** How many bytes the pieces have. */
export function bytesOf(pieces: readonly (Piece | Buffer)[]): number {
  return pieces.reduce<number>((sum, piece) => sum + sizeOf(piece), 0);
}

/** The first `bytes` bytes of the pieces. The cut may fall inside a character. */
export function cutTo(pieces: readonly (Piece | Buffer)[], bytes: number): (Piece | Buffer)[] {
  const kept: (Piece | Buffer)[] = [];
  let left = bytes;
  for (const piece of pieces) {
    if (left <= 0) break;
    const part = isFiller(piece)
      ? { filler: Math.min(piece.filler, left) }
      : Buffer.from(piece).subarray(0, left);
    left -= sizeOf(part);
    kept.push(part);
  }
  return kept;
}

const BLOCK = Buffer.alloc(64 * 1024, 'x');

/** The bytes themselves, at most 64 KiB at a time where they are filler. */
export function* blocksOf(pieces: Iterable<Piece | Buffer>): Generator<Buffer> {
  for (const piece of pieces) {
    if (!isFiller(piece)) yield Buffer.from(piece);
    else for (let left = piece.filler; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, left);
  }
}

function isFiller(piece: Piece | Buffer): piece is { filler: number } {
  return typeof piece === 'object' && 'filler' in piece;
}

function sizeOf(piece: Piece | Buffer): number {
  return isFiller(piece) ? piece.filler : Buffer.byteLength(piece);
}
