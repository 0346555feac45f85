/** Permits for waiting inside an attempt, which occupies an activity slot. */
export type Semaphore = ReturnType<typeof createSemaphore>;

/** @param max the number of permits, which may change */
export function createSemaphore(max: () => number) {
  let inUse = 0;
  return {
    /** @returns whether a permit was free; a `release` must follow then */
    tryAcquire: () => inUse < max() && ++inUse > 0,
    release: () => void inUse--,
    /** The number of permits taken. */
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
