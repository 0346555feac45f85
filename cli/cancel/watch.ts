import { GoogleOperations } from '../../client/google-operations.js';
import type { FollowFlags } from '../input/follow-flags.js';
import { startAndFollow } from './start-and-follow.js';

/** Runs `watch` to its exit code. */
export function runWatch(name: string, flags: FollowFlags): Promise<number> {
  return startAndFollow([name], flags, {
    workflowType: 'watchOperation',
    noun: ['watch', 'watches'],
    withoutWorker: 'Temporal has stored the request; watching begins once a worker is running.',
    start: (session, input) => new GoogleOperations(session.client, session).watch(input, { waitForWorker: false }),
  });
}
