// JSON.stringify writes the two control characters as escapes. No other text has them around this word.
const PLACEHOLDER = /\\u0000padding:(\d+)\\u0000/;

/** One piece of a body: text, or a number of filler bytes that are generated while they are sent. */
export type Piece = string | { filler: number };

/** A placeholder for a text of `bytes` characters, which {@link piecesOf} turns into filler: it takes no memory. */
export function padding(bytes: number): string {
  return `\u0000padding:${bytes}\u0000`;
}

/** JSON as Google prints it, indented and ended with a newline; paddings become filler. */
export function piecesOf(json: unknown): Piece[] {
  const parts = `${JSON.stringify(json, undefined, 2)}\n`.split(PLACEHOLDER);
  return parts.map((part, index) => (index % 2 === 0 ? part : { filler: Number(part) }));
}

/** The size of the pieces in bytes. */
export function byteLength(pieces: readonly (Piece | Buffer)[]): number {
  return pieces.reduce<number>((sum, piece) => sum + sizeOf(piece), 0);
}

/** The first `bytes` bytes of the pieces. The cut may fall inside a character. */
export function firstBytes(pieces: readonly (Piece | Buffer)[], bytes: number): (Piece | Buffer)[] {
  const result: (Piece | Buffer)[] = [];
  let left = bytes;
  for (const piece of pieces) {
    if (left <= 0) break;
    const part = isFiller(piece) ? { filler: Math.min(piece.filler, left) } : Buffer.from(piece).subarray(0, left);
    left -= sizeOf(part);
    result.push(part);
  }
  return result;
}

const FILLER_BLOCK = Buffer.alloc(64 * 1024, 'x');

/** The bytes of the pieces; filler comes in blocks of at most 64 KiB. */
export function* blocksOf(pieces: Iterable<Piece | Buffer>): Generator<Buffer> {
  for (const piece of pieces) {
    if (!isFiller(piece)) yield Buffer.from(piece);
    else for (let left = piece.filler; left > 0; left -= FILLER_BLOCK.length) yield FILLER_BLOCK.subarray(0, left);
  }
}

function isFiller(piece: Piece | Buffer): piece is { filler: number } {
  return typeof piece === 'object' && 'filler' in piece;
}

function sizeOf(piece: Piece | Buffer): number {
  return isFiller(piece) ? piece.filler : Buffer.byteLength(piece);
}
