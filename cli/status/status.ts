import { GoogleOperationsError } from '../../client/errors.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import { CommandError } from '../command-error.js';
import { EXIT_ERROR } from '../exit-code.js';
import { badUsage, type CommonFlags } from '../input/flags.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { isUnanswered, toCommandError } from '../temporal/errors.js';
import { operationFailure } from '../temporal/failure.js';
import { handleOf, onTaskQueueOf, openSession, type Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { textOfStatus } from './text.js';

const ANSWER_TIMEOUT_MS = 5_000;
/** Without a worker only the status of a closed workflow can be read, and Temporal answers that at once. */
const ANSWER_TIMEOUT_WITHOUT_WORKER_MS = 1_500;

const STATUS_UNKNOWN = 'The workflow exists, but only a worker can tell its status.';

/** Runs `status` and returns its exit code. */
export async function runStatus(name: string, flags: CommonFlags): Promise<number> {
  return printStatus(name, flags, async (session, target) => {
    const presence = await findWorker(session);
    return answerOrElse(
      session,
      () => handleOf(session, target).status(),
      () => {
        throw new CommandError('NO_WORKER', noWorkerMessage(session, STATUS_UNKNOWN, presence));
      },
      presence.isAvailable ? ANSWER_TIMEOUT_MS : ANSWER_TIMEOUT_WITHOUT_WORKER_MS,
    );
  });
}

/**
 * Prints the status of one operation that `read` gives, or the failure, and returns the exit code.
 *
 * @throws {CommandError} if Temporal or a worker does not answer, or a flag is bad
 */
export async function printStatus(
  name: string,
  flags: CommonFlags,
  read: (session: Session, target: OperationArgument) => Promise<LiveStatus>,
): Promise<number> {
  const [target] = parseNames([name], flags, readGoogleConfig(process.env).endpoints);
  if (target === undefined) return EXIT_ERROR;
  const results = new Results(flags.output, false);
  const session = await onTaskQueueOf(await openSession(flags), target);
  try {
    const found = await read(session, target);
    results.add(found, textOfStatus(found, target.workflowId));
    results.end();
    return 0;
  } catch (error) {
    if (!(error instanceof GoogleOperationsError)) throw toCommandError(error, session);
    if (error.code === 'INVALID_ARGUMENT') throw badUsage(error);
    const failure = operationFailure(error, target, session);
    say(failure.error.message);
    results.add(failure, '');
    results.end();
    return EXIT_ERROR;
  }
}

/** The answer of a worker to `ask`, or the result of `otherwise` if none answers in time. */
export async function answerOrElse<T>(
  { client }: Session,
  ask: () => Promise<T>,
  otherwise: () => Promise<T>,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + timeoutMs, ask);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return otherwise();
  }
}
