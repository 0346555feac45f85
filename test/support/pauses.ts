import type { Method } from '../../emulator/index.js';
import type { World } from './world.js';

/** Timers count by one clock, and moments are written down by another. */
const CLOCKS_DIFFER_MS = 20;

/** From the answer of each request of a method to the next request of it, in ms, by the emulator's clock. */
export function pausesOf(world: World, name: string, method?: Method): number[] {
  const requests = world.emulator.requests(name, method);
  return requests.slice(1).map(({ at }, index) => at - (requests[index]?.endedAt ?? at));
}

/** Whether so much time was left, as far as clocks can tell. How much more it was depends on the machine. */
export function isAtLeast(pause: number | undefined, ms: number): boolean {
  return pause !== undefined && pause >= ms - CLOCKS_DIFFER_MS;
}
