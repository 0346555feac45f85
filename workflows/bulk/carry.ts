import type { CancelOperationsInput } from '../../contract/bulk.js';
import { type BulkProgress, bytes, cutToFit } from './progress.js';
import type { SeenNames } from './seen-names.js';

/**
 * The limit for the arguments of a continued run, as JSON. Temporal terminates a run whose arguments exceed 2
 * MiB in total, and a payload codec that writes base64 makes four bytes of three.
 */
const MAX_ARGUMENT_BYTES = 1_500_000;
const MAX_MESSAGE_LENGTH = 100;

/**
 * The arguments of a continued run besides the input, cut to Temporal's limit: failure messages are
 * shortened, and as many hashes of listed names are carried over as fit. If even the progress alone is too
 * large, its `names` are cut first and its `failures` last.
 */
export function continueAsNewArgs(
  progress: BulkProgress,
  input: CancelOperationsInput,
  seenNames: SeenNames,
): [BulkProgress, string] {
  const whole: BulkProgress = {
    ...progress,
    failures: progress.failures.map((failure) => ({
      ...failure,
      message: failure.message.slice(0, MAX_MESSAGE_LENGTH),
    })),
    // Given names are in the input, from which the next run takes them.
    queue: input.names === undefined ? progress.queue : [],
    names: input.names === undefined ? progress.names : [],
  };
  const maxBytes = MAX_ARGUMENT_BYTES - bytes(input);
  const carried = cutToFit(whole, maxBytes);
  return [carried, seenNames.carry(maxBytes - bytes(carried))];
}
