import type { Random } from './random.js';
import type { WireFault } from './plan.js';
import { wireFaults } from './wire-faults.js';

const AT_ONCE = 6;
const LONGEST_WINDOW_MS = 8_000;

/**
 * The faults of the wire: in each window of time a few others, each hitting a small share of the requests; and each of them
 * once for certain, on the first request that it fits.
 */
export function planWire(dice: Random, faultsMs: number): WireFault[] {
  const planned: WireFault[] = [];
  const windowMs = Math.min(LONGEST_WINDOW_MS, (0.8 * faultsMs * AT_ONCE) / wireFaults.length);
  let deck = dice.shuffled(wireFaults);
  let isFirstDeck = true;
  for (let atMs = 0; atMs < faultsMs; atMs += windowMs) {
    for (const { label, fault, share = 0.06 } of deck.splice(0, AT_ONCE)) {
      const at = Math.round(atMs);
      if (isFirstDeck) planned.push({ atMs: at, label, fault: { ...fault, times: 1 } });
      planned.push({
        atMs: at,
        label,
        fault: { ...fault, probability: share, untilMs: Math.round(windowMs) },
      });
    }
    if (deck.length > 0) continue;
    deck = dice.shuffled(wireFaults);
    isFirstDeck = false;
  }
  return planned;
}
