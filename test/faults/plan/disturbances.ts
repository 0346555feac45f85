import type { Random } from './random.js';
import type { Disturbance } from './plan.js';

const KILLS_PER_MINUTE = 11;
/** One of so many workers is stopped with SIGTERM; the others are killed. */
const WORKERS_PER_SIGTERM = 7;
const TEMPORAL_EVERY_MS = 50_000;
const OUTAGE_EVERY_MS = 75_000;
const AWAY_EVERY_MS = 60_000;

/** The disturbances of the processes while there are faults, each at a random time within its own window. */
export function planDisturbances(random: Random, faultsMs: number): Disturbance[] {
  const short = faultsMs < 60_000;
  const spread = (everyMs: number, least = 1): number[] => {
    const count = Math.max(least, Math.round(faultsMs / everyMs));
    const stretch = (faultsMs - 1) / count;
    return Array.from({ length: count }, (_, index) =>
      Math.floor(index * stretch + random.whole(0, Math.floor(stretch))),
    );
  };
  const all: Disturbance[] = [
    ...spread(60_000 / KILLS_PER_MINUTE, 4).map((atMs, index) => ({
      kind: 'kill-worker' as const,
      atMs,
      signal: index % WORKERS_PER_SIGTERM === 2 ? ('SIGTERM' as const) : ('SIGKILL' as const),
      backAfterMs: random.pick([0, 0, 500, 2_000]),
    })),
    ...spread(OUTAGE_EVERY_MS).map((atMs) => ({
      kind: 'stop-all-workers' as const,
      atMs,
      signal: random.chance(0.3) ? ('SIGTERM' as const) : ('SIGKILL' as const),
      forMs: short ? random.whole(2_000, 4_000) : random.whole(5_000, 15_000),
    })),
    ...spread(TEMPORAL_EVERY_MS).map((atMs) => ({
      kind: 'restart-temporal' as const,
      atMs,
      signal: random.pick(['SIGKILL', 'SIGTERM'] as const),
      downMs: random.pick([0, 500, 3_000]),
    })),
    ...spread(AWAY_EVERY_MS).map((atMs) => ({
      kind: 'google-away' as const,
      atMs,
      forMs: random.whole(500, 3_000),
    })),
  ];
  return all.toSorted((one, other) => one.atMs - other.atMs);
}
