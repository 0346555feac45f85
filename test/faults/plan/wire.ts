import type { Random } from './random.js';
import type { WireFault } from './plan.js';
import { wireFaults } from './wire-faults.js';

const FAULTS_PER_WINDOW = 6;
const MAX_WINDOW_MS = 8_000;

/**
 * The faults of the wire. Each window of time has a few of them, which hit a small share of the requests. Each fault also hits
 * the first request that it fits, once.
 */
export function planWire(random: Random, faultsMs: number): WireFault[] {
  const planned: WireFault[] = [];
  const windowMs = Math.min(MAX_WINDOW_MS, (0.8 * faultsMs * FAULTS_PER_WINDOW) / wireFaults.length);
  let queue = random.shuffled(wireFaults);
  let isFirstRound = true;
  for (let atMs = 0; atMs < faultsMs; atMs += windowMs) {
    for (const { label, fault, share = 0.06 } of queue.splice(0, FAULTS_PER_WINDOW)) {
      const at = Math.round(atMs);
      if (isFirstRound) planned.push({ atMs: at, label, fault: { ...fault, times: 1 } });
      planned.push({
        atMs: at,
        label,
        fault: { ...fault, probability: share, untilMs: Math.round(windowMs) },
      });
    }
    if (queue.length > 0) continue;
    queue = random.shuffled(wireFaults);
    isFirstRound = false;
  }
  return planned;
}
