import { setFlagsFromString } from 'node:v8';

/** How much garbage may pile up before it is collected, as a share of what lives, in percent. */
const GARBAGE = 100;
const CHOSEN = /--(?:max-old-space-size|max-heap-size|heap-growing-percent)/;

/**
 * Keeps garbage in proportion to what lives. By itself V8 lets it grow with the machine's memory: a worker that follows
 * thousands of operations took more than a gigabyte on a large machine for what fits in less than half of it. A smaller share
 * than this costs processor time that is seen: a fourteenth, at a quarter.
 */
export function limitHeapGrowth(env: NodeJS.ProcessEnv, nodeArguments: readonly string[]): void {
  const flag = heapGrowthFlag(env, nodeArguments);
  if (flag !== undefined) setFlagsFromString(flag);
}

/** The flag of V8 for it, or `undefined` where whoever started Node has set a limit of the heap already. */
export function heapGrowthFlag(env: NodeJS.ProcessEnv, nodeArguments: readonly string[]): string | undefined {
  const given = [env['NODE_OPTIONS'] ?? '', ...nodeArguments].join(' ').replaceAll('_', '-');
  return CHOSEN.test(given) ? undefined : `--heap-growing-percent=${GARBAGE}`;
}
