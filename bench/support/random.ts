import { seededRandom } from '../../emulator/index.js';

/** Random numbers, the same for the same seed. */
export interface Random {
  /** A number from 0 up to 1. */
  next(): number;
  /** A copy in random order. */
  shuffled<T>(items: readonly T[]): T[];
  /**
   * Stratified random numbers: the range is divided into `count` equal parts with one number each, in random
   * order, so that even few numbers cover the range evenly.
   */
  spread(count: number, from: number, to: number): number[];
}

/** @param seed - a whole number from 0 to 2^32 - 1 */
export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return {
    next,
    shuffled,
    spread(count, from, to) {
      const part = (to - from) / count;
      return shuffled(Array.from({ length: count }, (_, index) => from + (index + next()) * part));
    },
  };
}
