import { ActivityFailure, ApplicationFailure, sleep } from '@temporalio/workflow';
import { decoded } from './undecodable.js';

const AGAIN_MS = 1_000;
/** The source of every failure that an activity of ours throws. */
const SDK = 'TypeScriptSDK';

/**
 * Runs an activity, and again where it was ended by hand: with a result of another form (`temporal activity complete`), a
 * failure from elsewhere (`temporal activity fail`) or a limit of attempts (`temporal activity update-options`), of which our
 * retry policies have none.
 *
 * @param run is given the failure of the last time, which may hold the activity's state
 * @param isResult whether the activity itself may have returned this, which may be anything
 */
export async function runUntilOwnEnd<T>(
  run: (last: ActivityFailure | undefined) => Promise<T>,
  isResult: (result: unknown) => boolean,
): Promise<T> {
  for (let last: ActivityFailure | undefined; ;) {
    try {
      const result = decoded(await run(last));
      if (isResult(result)) return result;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || !wasEndedByHand(error)) throw error;
      last = error;
    }
    await sleep(AGAIN_MS, { summary: 'Start the activity again that was ended by hand' });
  }
}

function wasEndedByHand({ retryState, cause }: ActivityFailure): boolean {
  if (retryState === 'MAXIMUM_ATTEMPTS_REACHED') return true;
  return retryState === 'NON_RETRYABLE_FAILURE' && cause instanceof ApplicationFailure && cause.failure?.source !== SDK;
}
