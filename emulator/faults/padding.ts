import type { JsonObject } from '../operations/script.js';

// JSON.stringify writes the two control characters as escapes. No other text has them around this word.
const PLACEHOLDER = /\\u0000padding:(\d+)\\u0000/;

/** One piece of a body: text, bytes, or a number of filler bytes that are generated while they are sent. */
export type Piece = string | Buffer | { filler: number };

/**
 * Pads a field, if it is an object, until the whole JSON has `bytes` bytes. The padding is a placeholder, which
 * {@link piecesOf} turns into filler: it takes no memory.
 */
export function padField(json: JsonObject, field: string, bytes: number | undefined): JsonObject {
  const value = json[field];
  if (bytes === undefined || typeof value !== 'object' || value === null) return json;
  const padded = (padding: string): JsonObject => ({ ...json, [field]: { ...value, padding } });
  const missing = bytes - Buffer.byteLength(print(padded('')));
  return padded(missing > 0 ? `\u0000padding:${missing}\u0000` : '');
}

/** JSON as Google prints it, indented and ended with a newline; paddings become filler. */
export function piecesOf(json: unknown): Piece[] {
  const parts = print(json).split(PLACEHOLDER);
  return parts.map((part, index) => (index % 2 === 0 ? part : { filler: Number(part) }));
}

/** The size of the pieces in bytes. */
export function byteLength(pieces: readonly Piece[]): number {
  return pieces.reduce<number>((sum, piece) => sum + sizeOf(piece), 0);
}

/** The first half of the bytes. The cut may fall inside a character. */
export function firstHalf(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  let left = Math.floor(byteLength(pieces) / 2);
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
export function* blocksOf(pieces: Iterable<Piece>): Generator<Buffer> {
  for (const piece of pieces) {
    if (!isFiller(piece)) yield Buffer.from(piece);
    else for (let left = piece.filler; left > 0; left -= FILLER_BLOCK.length) yield FILLER_BLOCK.subarray(0, left);
  }
}

function print(json: unknown): string {
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function isFiller(piece: Piece): piece is { filler: number } {
  return typeof piece === 'object' && 'filler' in piece;
}

function sizeOf(piece: Piece): number {
  return isFiller(piece) ? piece.filler : Buffer.byteLength(piece);
}
