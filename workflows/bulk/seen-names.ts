import { sha256 } from '../../contract/sha256.js';

const HASH_LENGTH = 16;

/** A set of names, stored as hashes of 64 bits in hex, so that a hundred thousand of them can be carried over. */
export class SeenNames {
  private readonly hashes: Set<string>;

  /** @param carried the result of {@link SeenNames.carry} */
  constructor(carried = '') {
    this.hashes = new Set(carried.match(new RegExp(`.{${HASH_LENGTH}}`, 'g')) ?? []);
  }

  get size(): number {
    return this.hashes.size;
  }

  /** Adds a name. @returns whether it is new */
  add(name: string): boolean {
    const before = this.hashes.size;
    this.hashes.add(sha256(name).slice(0, HASH_LENGTH));
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
