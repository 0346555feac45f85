import { seededRandom } from '../../emulator/index.js';

/** Random numbers that a seed repeats. */
export interface Random {
  /** A number from 0 up to 1. */
  next(): number;
  /** A copy in random order. */
  shuffled<T>(items: readonly T[]): T[];
  /** So many numbers between two bounds, one in each of as many equal parts, in random order: few of them cover the range well. */
  spread(count: number, from: number, to: number): number[];
}

/** @param seed a whole number from 0 to 2^32 - 1 */
export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, place: next() }))
      .toSorted((a, b) => a.place - b.place)
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
