import { GoogleOperationsError } from '../../client/errors.js';
import type { CommonFlags } from '../input/flags.js';
import type { Names } from '../input/names.js';
import { handleOf } from '../temporal/session.js';
import { printStatuses, readStatus } from './status.js';

/** Runs `poll` and returns its exit code. What has ended is not polled: its status has the outcome. */
export function runPoll(names: Names, flags: CommonFlags): Promise<number> {
  return printStatuses(names, flags, async (session, target) => {
    try {
      await handleOf(session, target).poll();
    } catch (error) {
      if (!(error instanceof GoogleOperationsError)) throw error;
    }
    return readStatus(session, target);
  });
}
