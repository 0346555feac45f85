import { abort, signalAbort } from '../../client/abort.js';
import { GoogleOperationsError } from '../../client/error.js';
import { status, type Status } from '../../client/status.js';
import type { AbortInput } from '../../contract/input.js';
import { CommandError } from '../command-error.js';
import { explainTemporal } from '../temporal/explain.js';
import { failureOf } from '../temporal/failure.js';
import type { CommonFlags } from '../input/flags.js';
import { flagMessage } from '../input/flag-message.js';
import { onTaskQueueOf } from '../temporal/task-queue.js';
import { unansweredStatus } from '../cancel/unanswered-status.js';
import { isUnanswered } from '../temporal/grpc.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { findWorker, noWorker, silentWorker } from '../temporal/worker-presence.js';
import { currentUser } from '../input/current-user.js';
import { openSession, type Session } from '../temporal/session.js';
import { textOfStatus } from './text.js';
import { resultsTo, say } from '../output/terminal.js';

const ANSWER_WITHIN_MS = 5_000;
/** Nobody polls, as Temporal sees it; but of a workflow that has ended no worker is asked. */
const SHORTLY_MS = 1_500;

/** Runs `status` to its exit code. */
export async function runStatus(text: string, flags: CommonFlags): Promise<number> {
  return show(text, flags, async (session, target) => {
    const presence = await findWorker(session);
    const { there } = presence;
    return answered(
      session,
      () => status(session.client, target),
      async () => {
        const message = there ? silentWorker(session, UNKNOWN) : noWorker(session, UNKNOWN, presence);
        throw new CommandError('NO_WORKER', message);
      },
      there ? ANSWER_WITHIN_MS : SHORTLY_MS,
    );
  });
}

/** Runs `abort` to its exit code. */
export async function runAbort(
  text: string,
  flags: CommonFlags & { reason?: string; requestedBy?: string },
): Promise<number> {
  const { reason, requestedBy = currentUser() } = flags;
  const given: AbortInput = {
    ...(reason !== undefined && { reason }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
  return show(text, flags, async (session, target) => {
    const byUpdate = (): Promise<Status> => abort(session.client, target, given);
    // Without a worker an update is lost; a signal is kept.
    const bySignal = async (explanation: string): Promise<Status> => {
      await signalAbort(session.client, target, given);
      say(explanation);
      return unansweredStatus(session, target, given);
    };
    const followed = await session.client.workflow
      .getHandle(target.workflowId)
      .describe()
      .catch(() => undefined);
    const isRunning = followed?.status.name === 'RUNNING';
    const presence = await findWorker(session);
    if (presence.there || !isRunning)
      return answered(session, byUpdate, () => bySignal(silentWorker(session, KEPT)));
    return bySignal(noWorker(session, KEPT, presence));
  });
}

const UNKNOWN = 'The workflow is there; how it stands only a worker can tell.';
const KEPT = 'The abort is kept by Temporal and reaches the workflow when one does.';

async function show(
  text: string,
  flags: CommonFlags,
  ask: (session: Session, target: OperationArgument) => Promise<Status>,
): Promise<number> {
  const [target] = parseNames([text], flags, readGoogleConfig(process.env).endpoints);
  if (target === undefined) return 1;
  const results = resultsTo(process.stdout, flags.output, false);
  const opened = await openSession(flags, process.env);
  const session = await onTaskQueueOf(opened, target);
  try {
    const now = await ask(session, target);
    results.add(now, textOfStatus(now, target.workflowId));
    results.end();
    return 0;
  } catch (error) {
    if (error instanceof GoogleOperationsError && error.code === 'INVALID_ARGUMENT')
      throw new CommandError('BAD_USAGE', flagMessage(error.message), { cause: error });
    if (!(error instanceof GoogleOperationsError)) throw explainTemporal(error, session);
    const failure = failureOf(error, target, session);
    say(failure.error.message);
    if (flags.output !== 'text') results.add(failure, '');
    results.end();
    return 1;
  }
}

/** What a worker answers, or `otherwise` where none does in time. */
async function answered<T>(
  { client }: Session,
  ask: () => Promise<T>,
  otherwise: () => Promise<T>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + withinMs, ask);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return otherwise();
  }
}
