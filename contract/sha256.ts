/** The first 64 primes: the constants of SHA-256 are fractions of their roots (FIPS 180-4, 4.2.2 and 5.3.3). */
const PRIMES = Array.from({ length: 310 }, (_, index) => index + 2).filter((number, at, all) =>
  all.slice(0, at).every((divisor) => number % divisor !== 0),
);
const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
const ROUND_CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL_HASH = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

const rotate = (value: number, bits: number) => (value >>> bits) | (value << (32 - bits));
const mix = (value: number, first: number, second: number, third: number) =>
  rotate(value, first) ^ rotate(value, second) ^ third;

/**
 * The SHA-256 of a text in UTF-8, in hex. It is written out because workflow code, which also makes workflow
 * ids, has no `node:crypto`.
 */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set([...bytes, 0x80]);
  const data = new DataView(padded.buffer);
  data.setUint32(padded.length - 4, bytes.length * 8);
  let hash = INITIAL_HASH;
  for (let at = 0; at < padded.length; at += 64) hash = addBlock(hash, data, at);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function addBlock(hash: readonly number[], data: DataView, at: number): number[] {
  const words: number[] = [];
  const word = (index: number) => words[index] ?? 0;
  let state = [...hash];
  for (const [round, constant] of ROUND_CONSTANTS.entries()) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    const [w2, w15] = [word(round - 2), word(round - 15)];
    const mixed = word(round - 16) + word(round - 7) + mix(w15, 7, 18, w15 >>> 3) + mix(w2, 17, 19, w2 >>> 10);
    words[round] = round < 16 ? data.getInt32(at + round * 4) : mixed | 0;
    const first = h + mix(e, 6, 11, rotate(e, 25)) + ((e & f) ^ (~e & g)) + constant + word(round);
    const second = mix(a, 2, 13, rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    state = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return state.map((value, index) => (value + (hash[index] ?? 0)) | 0);
}
