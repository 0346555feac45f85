import type { CancelOperationsInput } from '../../contract/bulk.js';
import type { BulkProgress } from './progress.js';
import type { SeenNames } from './seen-names.js';

/** What the arguments of a continued run may have, in bytes of JSON. Temporal ends a run whose arguments exceed 2 MiB together. */
const MAX_BYTES = 1_800_000;
const MAX_MESSAGE_LENGTH = 100;

/**
 * What a continued run is given beside the input, cut to what Temporal takes: failure messages are shortened, and of the names
 * that were listed as many are remembered as there is room for. Where not even that fits, shown names go first, then failures.
 */
export function continueAsNewArgs(
  progress: BulkProgress,
  input: CancelOperationsInput,
  seen: SeenNames,
): [BulkProgress, string] {
  const carried: BulkProgress = {
    ...progress,
    failures: progress.failures.map((failure) => ({
      ...failure,
      message: failure.message.slice(0, MAX_MESSAGE_LENGTH),
    })),
    // Names that were given are in the input, from which the next run takes them.
    queue: input.names === undefined ? progress.queue : [],
    names: input.names === undefined ? [...progress.names] : [],
  };
  const most = MAX_BYTES - bytes(input);
  while (bytes(carried) > most && carried.names.length + carried.failures.length > 0) {
    const shown = carried.names.length > 0 ? 'names' : 'failures';
    carried[shown].length = Math.floor(carried[shown].length / 2);
  }
  return [carried, seen.carry(most - bytes(carried))];
}

function bytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
