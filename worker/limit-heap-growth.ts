import { setFlagsFromString } from 'node:v8';

/** How much the heap may grow before garbage is collected, in percent of the live objects. */
const HEAP_GROWTH_PERCENT = 100;
const HEAP_FLAG = /--(?:max-old-space-size|max-heap-size|heap-growing-percent)/;

/**
 * Limits the growth of the heap between garbage collections. V8's default grows with the machine's memory: a
 * worker that watched thousands of operations took more than 1 GB on a large machine, and takes less than
 * half of that with this limit. At 25 percent, garbage collection would take 7 percent of the processor time.
 */
export function limitHeapGrowth(env: NodeJS.ProcessEnv, nodeArguments: readonly string[]): void {
  const flag = heapGrowthFlag(env, nodeArguments);
  if (flag !== undefined) setFlagsFromString(flag);
}

/** The V8 flag that sets the limit, or `undefined` if Node was started with a flag for the size of the heap. */
export function heapGrowthFlag(env: NodeJS.ProcessEnv, nodeArguments: readonly string[]): string | undefined {
  const flags = [env['NODE_OPTIONS'] ?? '', ...nodeArguments].join(' ').replaceAll('_', '-');
  return HEAP_FLAG.test(flags) ? undefined : `--heap-growing-percent=${HEAP_GROWTH_PERCENT}`;
}
