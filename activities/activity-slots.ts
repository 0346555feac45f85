/** The activity slots of the worker that attempts run in, for shares of them. */
export type ActivitySlots = ReturnType<typeof createActivitySlots>;

/**
 * @param known how many there are. Without it there are at least as many as attempts have run at once, and a share is one of
 * these: a single slot is then never held.
 */
export function createActivitySlots(known?: number) {
  let running = 0;
  let most = 0;
  return {
    /** Runs an attempt, which takes one. */
    async occupy<T>(attempt: () => Promise<T>): Promise<T> {
      most = Math.max(most, ++running);
      try {
        return await attempt();
      } finally {
        running--;
      }
    },
    /** A part of them, never all: `share` is less than 1. */
    part: (share: number) => Math.floor((known ?? most) * share),
  };
}
