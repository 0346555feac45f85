import type { Method } from '../../emulator/index.js';
import type { World } from './world.js';

/** A timer and a timestamp come from different clocks. */
const CLOCKS_DIFFER_MS = 20;

/** From the answer of each request of a method to the next request of it, in ms, by the emulator's clock. */
export function pausesOf(world: World, name: string, method?: Method): number[] {
  const requests = world.emulator.requests(name, method);
  return requests.slice(1).map(({ at }, index) => at - (requests[index]?.endedAt ?? at));
}

/** True if a pause was at least that long, with a tolerance for different clocks. An upper bound would depend on the machine. */
export function isAtLeast(pause: number | undefined, ms: number): boolean {
  return pause !== undefined && pause >= ms - CLOCKS_DIFFER_MS;
}
