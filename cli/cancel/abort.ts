import { pausedMessage } from '../temporal/paused-message.js';
import { describeWorkflow, isOpen } from '../../client/describe.js';
import type { CommonFlags } from '../input/flags.js';
import { abortInput, type RequestFlags } from '../input/follow-flags.js';
import type { Names } from '../input/names.js';
import { say } from '../output/terminal.js';
import { printStatuses } from '../status/status.js';
import { unansweredStatus } from '../status/unanswered-status.js';
import { answerOrElse } from '../temporal/answer-or-else.js';
import { handleOf } from '../temporal/session.js';
import { bulkStatus, stopBulk } from './bulk-commands.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';

/** The flags of `abort`. */
export interface AbortFlags extends CommonFlags, RequestFlags {}

const STORED = 'Temporal has stored the abort; it is delivered once a worker is running.';

/** Runs `abort` and returns its exit code. If no worker answers the update, it sends a signal, which Temporal stores. */
export async function runAbort(names: Names, flags: AbortFlags): Promise<number> {
  const input = abortInput(flags);
  return printStatuses(
    names,
    flags,
    async (session, target) => {
      const handle = handleOf(session, target);
      const description = await describeWorkflow(session.client, target.workflowId).catch(() => undefined);
      const presence = await findWorker(session);
      const bySignal = async () => {
        await handle.abort(input, { waitForWorker: false });
        const paused = await pausedMessage(session, target.workflowId);
        say(paused ?? noWorkerMessage(session, STORED, presence, target.workflowId));
        return unansweredStatus(session, target, input);
      };
      // Temporal itself answers for a workflow that is closed or does not exist.
      return presence.isAvailable || description === undefined || !isOpen(description)
        ? answerOrElse(session, () => handle.abort(input), bySignal)
        : bySignal();
    },
    async (session, id) => {
      if (flags.reason !== undefined || flags.requestedBy !== undefined)
        say('A bulk keeps no --reason and --requested-by of an abort.');
      await stopBulk(session, id);
      return bulkStatus(session, id, flags.service);
    },
  );
}
