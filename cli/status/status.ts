import { GoogleOperationsError } from '../../client/errors.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { CommandError } from '../command-error.js';
import { type BulkStatus, bulkStatus } from '../cancel/bulk-commands.js';
import { combineExitCodes } from '../exit-code.js';
import { badUsage, type CommonFlags } from '../input/flags.js';
import { readGoogleConfig } from '../../config/google-config.js';
import type { Names } from '../input/names.js';
import { isBulkId, type OperationArgument, parseNames } from '../input/operation-name.js';
import { commandLine } from '../output/follow-up-command.js';
import { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { ANSWER_TIMEOUT_MS, answerOrElse } from '../temporal/answer-or-else.js';
import { toCommandError } from '../temporal/errors.js';
import { operationFailure, reportFailure } from '../temporal/failure.js';
import { handleOf, onTaskQueueOf, openSession, type Session } from '../temporal/session.js';
import { findWorker, noWorkerMessage } from '../temporal/worker-presence.js';
import { textOfStatus } from './text.js';

/** Without a worker only the status of a closed workflow can be read, and Temporal answers that at once. */
const ANSWER_TIMEOUT_WITHOUT_WORKER_MS = 1_500;

const MAX_CONCURRENT_READS = 8;

const STATUS_UNKNOWN = 'The workflow exists, but only a worker can tell its status.';

/** Runs `status` and returns its exit code. */
export function runStatus(names: Names, flags: CommonFlags): Promise<number> {
  return printStatuses(names, flags, readStatus, (session, id) => bulkStatus(session, id, flags.service));
}

/** The status of one operation. @throws {CommandError} `NO_WORKER` */
export async function readStatus(session: Session, target: OperationArgument): Promise<LiveStatus> {
  const presence = await findWorker(session);
  return answerOrElse(
    session,
    () => handleOf(session, target).status(),
    () => {
      throw new CommandError('NO_WORKER', noWorkerMessage(session, STATUS_UNKNOWN, presence, target.workflowId));
    },
    presence.isAvailable ? ANSWER_TIMEOUT_MS : ANSWER_TIMEOUT_WITHOUT_WORKER_MS,
  );
}

/**
 * Prints the status of each operation that `read` gives, or the failure, and returns the exit code.
 *
 * @throws {CommandError} for bad names and flags, and if there is no connection
 */
export async function printStatuses(
  { texts, isArray }: Names,
  flags: CommonFlags,
  read: (session: Session, target: OperationArgument) => Promise<LiveStatus>,
  readBulk?: (session: Session, id: string) => Promise<[status: BulkStatus, text: string]>,
): Promise<number> {
  const bulks = readBulk === undefined ? [] : [...new Set(texts.filter(isBulkId))];
  const others = texts.filter((text) => !bulks.includes(text));
  const targets = parseNames(others, flags, readGoogleConfig(process.env).endpoints);
  const results = new Results(flags.output, isArray);
  const shared = await openSession(flags);
  const codes: number[] = [];
  await forEachConcurrently([...targets.entries()], MAX_CONCURRENT_READS, async ([index, target]) => {
    const session = await onTaskQueueOf(shared, target);
    try {
      const found = await read(session, target);
      results.add(found, textOfStatus(found, target.workflowId), index);
    } catch (error) {
      if (error instanceof GoogleOperationsError && error.code === 'INVALID_ARGUMENT') throw badUsage(error);
      const failure = operationFailure(error, target, session);
      codes.push(reportFailure(failure, results, index, isArray ? say : () => say(failure.error.message)));
    }
  });
  for (const [index, id] of bulks.entries()) {
    const target = { name: id, workflowId: id, service: '', apiVersion: '' };
    const session = await onTaskQueueOf(shared, target);
    try {
      const [status, text] = (await readBulk?.(session, id)) ?? [];
      results.add(status, text ?? '', targets.length + index);
    } catch (error) {
      const known = toCommandError(error, session);
      const type = known instanceof GoogleOperationsError || known instanceof CommandError ? known.code : 'UNKNOWN';
      const next = type === 'NOT_FOUND' ? ` To list the bulks: ${commandLine(flags, 'ls', '--bulks')}` : '';
      const failure = { name: id, error: { type, message: known.message + next } };
      codes.push(reportFailure(failure, results, targets.length + index));
    }
  }
  results.end();
  return combineExitCodes(codes);
}
