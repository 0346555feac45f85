import { abort, signalAbort } from '../../client/abort.js';
import type { CommonFlags } from '../input/flags.js';
import { abortInput, type RequestFlags } from '../input/request-flags.js';
import { say } from '../output/terminal.js';
import { answerOrElse, printStatus } from '../status/status.js';
import { unansweredStatus } from '../status/unanswered-status.js';
import { findWorker, noWorkerMessage, silentWorkerMessage } from '../temporal/worker-presence.js';

/** The flags of `abort`. */
export interface AbortFlags extends CommonFlags, RequestFlags {}

const STORED = 'Temporal has stored the abort; it is delivered once a worker is running.';

/**
 * Runs `abort` to its exit code: by an update, which a worker answers, or by a signal, which Temporal stores
 * if none does.
 */
export async function runAbort(name: string, flags: AbortFlags): Promise<number> {
  const input = abortInput(flags);
  return printStatus(name, flags, async (session, target) => {
    const { client } = session;
    const byUpdate = () => abort(client, target, input);
    const bySignal = async (message: string) => {
      await signalAbort(client, target, input);
      say(message);
      return unansweredStatus(session, target, input);
    };
    const description = await client.workflow
      .getHandle(target.workflowId)
      .describe()
      .catch(() => undefined);
    const presence = await findWorker(session);
    // Temporal itself answers for a workflow that is closed or does not exist.
    if (presence.isAvailable || description?.status.name !== 'RUNNING')
      return answerOrElse(session, byUpdate, () => bySignal(silentWorkerMessage(session, STORED)));
    return bySignal(noWorkerMessage(session, STORED, presence));
  });
}
