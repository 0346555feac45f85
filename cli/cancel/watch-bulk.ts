import { GoogleOperations } from '../../client/google-operations.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { CommandError } from '../command-error.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { badUsage } from '../input/flags.js';
import type { FollowFlags } from '../input/follow-flags.js';
import type { Names } from '../input/names.js';
import { isBulkId } from '../input/operation-name.js';
import { runStatus } from '../status/status.js';
import { toCommandError } from '../temporal/errors.js';
import { onTaskQueueOf, openSession } from '../temporal/session.js';
import { findWorker } from '../temporal/worker-presence.js';
import { followBulk } from './follow-bulk.js';

/** The one bulk of names, if there is one. @throws {CommandError} `BAD_USAGE` where it is not alone */
export function bulkIn({ texts }: Names): string | undefined {
  const id = texts.find(isBulkId);
  if (id !== undefined && texts.length > 1)
    throw new CommandError('BAD_USAGE', 'watch takes the id of one bulk, alone.\nNothing was done.');
  return id;
}

/**
 * Attaches to a bulk again, as `cancel-all` shows it, or with `--no-wait` prints its status.
 *
 * @returns the exit code
 * @throws {CommandError} `BAD_USAGE` for flags that a bulk which runs cannot be given
 */
export async function watchBulk(names: Names, id: string, flags: FollowFlags): Promise<number> {
  const { timeout, resendCancelAfter, whenNotCancellable, abortAfter, again, reason, requestedBy } = flags;
  const given = { timeout, resendCancelAfter, whenNotCancellable, abortAfter, again, reason, requestedBy };
  const [useless] = Object.keys(withoutUndefined(given));
  if (useless !== undefined) throw badUsage(new Error(`${useless}: is not for a bulk, which keeps its options`));
  if (!flags.wait) return runStatus(names, flags);
  const session = await onTaskQueueOf(await openSession(flags), { workflowId: id });
  try {
    await findWorker(session);
    return await followBulk(new GoogleOperations(session.client).getBulkHandle(id), session, flags, listenForCtrlC());
  } catch (error) {
    throw toCommandError(error, session);
  }
}
