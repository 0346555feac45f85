import type { Clock } from './clock.js';
import type { WorkerPool } from './worker-pool.js';
import type { Google } from './google.js';
import type { Disturbance } from '../plan/plan.js';
import type { RestartableTemporal } from './temporal.js';

/** The processes that can be disturbed. */
export interface Disturbed {
  pool: WorkerPool;
  temporal: RestartableTemporal;
  google: Google;
  clock: Clock;
  /** Numbers from 0 up to 1, to choose a worker by. */
  random: () => number;
  say: (line: string) => void;
}

/** Makes one disturbance, and ends it when its time is up. */
export async function disturb(parts: Disturbed, disturbance: Disturbance): Promise<void> {
  const { pool, temporal, google, clock, random, say } = parts;
  await clock.at(disturbance.atMs);
  switch (disturbance.kind) {
    case 'kill-worker':
      return pool.endOne(random(), disturbance.signal, disturbance.backAfterMs);
    case 'stop-all-workers':
      say(`all workers stopped with ${disturbance.signal} for ${disturbance.forMs} ms`);
      return pool.endAll(disturbance.signal, disturbance.forMs);
    case 'restart-temporal':
      say(`Temporal stopped with ${disturbance.signal}, and started again`);
      return temporal.restart(disturbance.signal, disturbance.downMs);
    case 'google-away':
      return google.goAway(disturbance.forMs, clock);
  }
}
