import type { LoopState } from '../../contract/activities.js';
import { wakeDelay } from './pace.js';

/** Temporal keeps the state of a loop in its database: some 60 bytes each. More that a list leaves out wait for their turn. */
const MAX_WOKEN = 5_000;

/**
 * Chooses what to wake: what is followed and not listed as running, the least woken first. What was woken in vain waits
 * longer each time. No list decides anything else.
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
  const room = MAX_WOKEN - waiting.length;
  let added = 0;
  const wake = due
    .toSorted((one, other) => one.times - other.times)
    .filter(({ times }) => times > 0 || ++added <= room)
    .slice(0, max);
  return { wake, waiting };
}
