import type { Client } from '@temporalio/client';
import { type FollowedCollection, listFollowed, visibilityProblem } from '../../client/followed.js';
import { reconcileIdOf } from '../../contract/workflow-id.js';

/** All that are followed are read so often; in between what has changed. Temporal needs some 0.1 ms for each that it lists. */
export const FULL_READ_MS = 600_000;
/** Temporal lists a start or an end this late at most. What is later waits for the next full read. */
const MAX_LAG_MS = 60_000;

/** The operations that are followed in each collection whose loop this process runs. */
export type FollowedSets = ReturnType<typeof createFollowedSets>;

export function createFollowedSets() {
  const sets = new Map<string, { ids: Set<string>; readAt: number; fullyReadAt: number }>();
  return {
    /**
     * @returns the last segments of the names. Where Temporal does not answer in time, those of the last read.
     * @throws the errors of {@link listFollowed} where nothing was read in the last ten minutes, or Temporal refuses
     */
    async read(client: Client, collection: FollowedCollection): Promise<ReadonlySet<string>> {
      const now = Date.now();
      for (const [key, { readAt }] of sets) if (now - readAt > FULL_READ_MS) sets.delete(key);
      const key = keyOf(collection);
      const known = sets.get(key);
      const base = known && now - known.fullyReadAt <= FULL_READ_MS ? known : undefined;
      try {
        const { running, ended } = await listFollowed(client, collection, base && base.readAt - MAX_LAG_MS);
        const ids = base?.ids ?? new Set();
        for (const id of ended) ids.delete(id);
        for (const id of running) ids.add(id);
        sets.set(key, { ids, readAt: now, fullyReadAt: base?.fullyReadAt ?? now });
        return ids;
      } catch (error) {
        if (known === undefined || visibilityProblem(error) !== undefined) throw error;
        return known.ids;
      }
    },
    /** Those of the last read. */
    last: (collection: FollowedCollection): ReadonlySet<string> => sets.get(keyOf(collection))?.ids ?? new Set(),
  };
}

function keyOf({ taskQueue, service, collection }: FollowedCollection): string {
  return reconcileIdOf(taskQueue, service, collection);
}
