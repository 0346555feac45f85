import { seededRandom } from '../../emulator/index.js';

export type Random = ReturnType<typeof createRandom>;

/** Random numbers, the same for the same seed, a whole number from 0 to 2^32 - 1. */
export function createRandom(seed: number) {
  /** A number from 0 up to 1. */
  const next = seededRandom(seed);
  /** A copy in random order. */
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return {
    next,
    shuffled,
    /**
     * Stratified random numbers: the range is divided into `count` equal parts with one number each, in random
     * order, so that even few numbers cover the range evenly.
     */
    spread(count: number, from: number, to: number): number[] {
      const part = (to - from) / count;
      return shuffled(Array.from({ length: count }, (_, index) => from + (index + next()) * part));
    },
  };
}
