import type { LogEntry, Method, ScriptedResult } from '../../emulator/index.js';
import type { World } from './world.js';

/** Waits until `times` requests of a method were answered. A poll is a `get` or a `wait`. */
export async function answered(world: World, name: string, method: Method | 'poll', times = 1): Promise<void> {
  const isCounted = (entry: LogEntry) =>
    entry.name === name &&
    entry.endedAt !== undefined &&
    (method === 'poll' ? entry.method === 'get' || entry.method === 'wait' : entry.method === method);
  await world.emulator.waitFor((log) => log.filter(isCounted).length >= times);
}

/** Waits until `times` requests of a method arrived, answered or not. */
export async function arrived(world: World, name: string, method: Method, times = 1): Promise<void> {
  await world.emulator.waitFor(
    (log) => log.filter((entry) => entry.name === name && entry.method === method).length >= times,
  );
}

/**
 * Ends an operation once `times` requests were answered. A script with times would race with the start of the workflow.
 */
export async function endAfter(
  world: World,
  name: string,
  method: Method | 'poll',
  result: ScriptedResult = { response: { '@type': 'x' } },
  times = 1,
): Promise<void> {
  await answered(world, name, method, times);
  world.emulator.complete(name, result);
}

/** When each request of a method arrived, in ms since 1970. */
export function timesOf(world: World, name: string, method?: Method): number[] {
  return world.emulator.requests(name, method).map(({ at }) => at);
}
