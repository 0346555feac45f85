const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LENGTH = 12;

/** Which names have been seen, by a hash of 64 bits, so that a hundred thousand of them can be carried over. */
export class SeenNames {
  private readonly hashes: Set<string>;

  /** @param carried what {@link SeenNames.carry} gave */
  constructor(carried = '') {
    this.hashes = new Set(carried.match(new RegExp(`.{${LENGTH}}`, 'g')) ?? []);
  }

  /** Whether the name is new; from now on it is not. */
  add(name: string): boolean {
    const before = this.hashes.size;
    this.hashes.add(hash(name));
    return this.hashes.size > before;
  }

  /**
   * As one string of that many bytes at most; where they are more, the latest names. A name that is forgotten and listed again
   * is joined again.
   */
  carry(bytes: number): string {
    const most = Math.max(0, Math.floor(bytes / LENGTH));
    return [...this.hashes].slice(Math.max(0, this.hashes.size - most)).join('');
  }
}

function hash(name: string): string {
  return digits(half(name, 0x811c9dc5, 0x01000193)) + digits(half(name, 0x9747b28c, 0x85ebca77));
}

// FNV-1a over UTF-16 units, with a last mix so that the two halves do not move together.
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
  for (let count = 0; count < LENGTH / 2; count++) {
    text += DIGITS[rest % 64];
    rest = Math.floor(rest / 64);
  }
  return text;
}
