/** Choices from one source of random numbers: the same source gives the same choices. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<const L extends readonly [unknown, ...unknown[]]>(from: L): L[number];
  chance(probability: number): boolean;
  shuffled<T>(list: readonly T[]): T[];
}

/** @param random numbers from 0 up to 1 */
export function createRandom(random: () => number): Random {
  const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  return {
    whole,
    pick: (from) => from[whole(0, from.length - 1)],
    chance: (probability) => random() < probability,
    shuffled: (list) =>
      list
        .map((item) => ({ item, order: random() }))
        .toSorted((one, other) => one.order - other.order)
        .map(({ item }) => item),
  };
}
