/** Permits for waiting inside an attempt, which occupies an activity slot. */
export interface Semaphore {
  /** @returns whether a permit was free; a `release` must follow then */
  tryAcquire(): boolean;
  release(): void;
  /** The number of permits taken. */
  readonly inUse: number;
}

/** @param max the number of permits */
export function createSemaphore(max: number): Semaphore {
  let inUse = 0;
  return {
    tryAcquire: () => inUse < max && ++inUse > 0,
    release: () => void inUse--,
    get inUse() {
      return inUse;
    },
  };
}

/** Runs `work` with a permit if one is free, else without, and passes whether it has one. */
export async function withPermit<T>(semaphore: Semaphore, work: (hasPermit: boolean) => T): Promise<Awaited<T>> {
  const hasPermit = semaphore.tryAcquire();
  try {
    return await work(hasPermit);
  } finally {
    if (hasPermit) semaphore.release();
  }
}
