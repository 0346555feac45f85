import { GoogleOperations } from '../../client/google-operations.js';
import type { FollowFlags } from '../input/follow-flags.js';
import { abortInput } from '../input/request-flags.js';
import { startAndFollow } from './start-and-follow.js';

/** Runs `cancel` to its exit code. */
export function runCancel(names: readonly string[], flags: FollowFlags): Promise<number> {
  return startAndFollow(names, flags, {
    workflowType: 'cancelOperation',
    noun: ['cancellation', 'cancellations'],
    withoutWorker: 'Temporal has stored the cancellation; it begins once a worker is running.',
    abort: abortInput(flags),
    start: (session, input) => new GoogleOperations(session.client, session).cancel(input, { waitForWorker: false }),
  });
}
