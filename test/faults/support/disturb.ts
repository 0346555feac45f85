import type { Clock } from './clock.js';
import type { WorkerPool } from './worker-pool.js';
import type { Google } from './google.js';
import type { Disturbance } from '../plan/plan.js';
import type { RestartableTemporal } from './temporal.js';

/** What can be disturbed. */
export interface Disturbed {
  fleet: WorkerPool;
  temporal: RestartableTemporal;
  google: Google;
  clock: Clock;
  /** Which of the workers; numbers from 0 up to 1. */
  random: () => number;
  say: (line: string) => void;
}

/** Does one thing to the processes, and undoes it when its time is up. */
export async function disturb(parts: Disturbed, disturbance: Disturbance): Promise<void> {
  const { fleet, temporal, google, clock, random, say } = parts;
  await clock.at(disturbance.atMs);
  switch (disturbance.kind) {
    case 'kill-worker':
      return fleet.endOne(random(), disturbance.signal, disturbance.backAfterMs);
    case 'stop-all-workers':
      say(`all workers stopped with ${disturbance.signal} for ${disturbance.forMs} ms`);
      return fleet.endAll(disturbance.signal, disturbance.forMs);
    case 'restart-temporal':
      say(`Temporal stopped with ${disturbance.signal}, and started again`);
      return temporal.restart(disturbance.signal, disturbance.downMs);
    default:
      return google.goAway(disturbance.forMs, clock);
  }
}
