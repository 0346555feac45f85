const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HASH_LENGTH = 12;

/** A set of names, stored as hashes of 64 bits, so that a hundred thousand of them can be carried over. */
export class SeenNames {
  private readonly hashes: Set<string>;

  /** @param carried the result of {@link SeenNames.carry} */
  constructor(carried = '') {
    this.hashes = new Set(carried.match(new RegExp(`.{${HASH_LENGTH}}`, 'g')) ?? []);
  }

  /** Adds a name. @returns whether it is new */
  add(name: string): boolean {
    const before = this.hashes.size;
    this.hashes.add(hash(name));
    return this.hashes.size > before;
  }

  /**
   * The hashes as one string of at most this many bytes: those of the latest names. A name that is left out
   * and listed again is cancelled again, which joins its execution.
   */
  carry(bytes: number): string {
    const max = Math.max(0, Math.floor(bytes / HASH_LENGTH));
    return [...this.hashes].slice(Math.max(0, this.hashes.size - max)).join('');
  }
}

function hash(name: string): string {
  return digits(half(name, 0x811c9dc5, 0x01000193)) + digits(half(name, 0x9747b28c, 0x85ebca77));
}

// FNV-1a over UTF-16 units, with a final mix that makes the two halves independent.
function half(name: string, seed: number, factor: number): number {
  let value = seed;
  for (let index = 0; index < name.length; index++) value = Math.imul(value ^ name.charCodeAt(index), factor);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function digits(value: number): string {
  let text = '';
  let rest = value;
  for (let count = 0; count < HASH_LENGTH / 2; count++) {
    text += DIGITS[rest % 64];
    rest = Math.floor(rest / 64);
  }
  return text;
}
