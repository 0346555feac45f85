import type { LoopState } from '../../contract/activities.js';
import { wakeDelay } from './pace.js';

/** Temporal keeps the state of a loop in its database: some 60 bytes each. Of more the most woken are forgotten. */
const MAX_WOKEN = 5_000;

/**
 * Chooses what to wake: what is followed and not listed as running, the least woken first; what was woken in vain waits
 * longer each time, and has half of the wakes. No list decides anything else.
 *
 * @param followed the last segments of the names
 * @returns those to wake, and those that were woken before and are still missing
 */
export function chooseWakes(
  followed: Iterable<string>,
  running: ReadonlySet<string>,
  { woken }: Pick<LoopState, 'woken'>,
  max: number,
  now: number,
): { wake: { id: string; times: number }[]; waiting: LoopState['woken'] } {
  const before = new Map(woken.map((entry) => [entry[0], entry]));
  const due: { id: string; times: number }[] = [];
  const waiting: LoopState['woken'] = [];
  for (const id of followed) {
    if (running.has(id)) continue;
    const known = before.get(id);
    if (known !== undefined) waiting.push(known);
    const [, times = 0, at = 0] = known ?? [];
    if (times === 0 || now >= at + wakeDelay(times)) due.push({ id, times });
  }
  const again = due.filter(({ times }) => times > 0).toSorted((one, other) => one.times - other.times);
  const fresh = rotated(
    due.filter(({ times }) => times === 0),
    now,
  );
  const wake = [...fresh.slice(0, Math.max(Math.ceil(max / 2), max - again.length)), ...again].slice(0, max);
  const added = wake.filter(({ times }) => times === 0).length;
  const kept = waiting.toSorted((one, other) => one[1] - other[1]).slice(0, MAX_WOKEN - added);
  return { wake, waiting: kept };
}

/** Begins at another place each time, because more than can be woken may be missing round after round. */
function rotated<T>(items: readonly T[], now: number): T[] {
  const at = Math.floor(now / 1_000) % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}
