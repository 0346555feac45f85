import { GoogleOperationsError } from '../../client/errors.js';
import { CommandError } from '../command-error.js';
import type { OperationArgument } from '../input/operation-name.js';
import { commandLine, nameWords, temporalLine } from '../output/follow-up-command.js';
import { EXIT_ERROR } from '../exit-code.js';
import { printable } from '../output/printable.js';
import type { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { toCommandError } from './errors.js';
import type { Session } from './session.js';

/** The failure of one operation, as `-o json` prints it. */
export interface OperationFailure {
  name: string;
  /** The contract's failure type, such as `PERMISSION_DENIED`, or else the code of a {@link CommandError}. */
  error: { type: string; message: string };
}

/** Describes an error about one operation, with the next command to run where there is one. */
export function operationFailure(error: unknown, target: OperationArgument, session: Session): OperationFailure {
  const known = toCommandError(error, session);
  const type = failureType(known);
  return { name: target.name, error: { type, message: known.message + nextCommand(known, target, session) } };
}

/** Adds the failure of an operation to the results and says it on stderr. @returns the exit code */
export function reportFailure(failure: OperationFailure, results: Results, index: number, tell = say): number {
  tell(failureLine(failure));
  results.add(failure, '', index);
  return EXIT_ERROR;
}

/** A failure on one line, for people. */
function failureLine({ name, error }: OperationFailure): string {
  return printable(`${name}: ${error.type}: ${error.message}`);
}

function failureType(error: Error): string {
  if (error instanceof GoogleOperationsError) return error.failureType ?? error.code;
  return error instanceof CommandError ? error.code : 'UNKNOWN';
}

function nextCommand(error: Error, target: OperationArgument, { flags }: Session): string {
  if (!(error instanceof GoogleOperationsError)) return '';
  const line = (command: string): string => commandLine(flags, command, ...nameWords(target));
  if (error.code === 'NOT_FOUND') return ` Check the name, --service and --namespace, or cancel it: ${line('cancel')}`;
  if (error.code === 'WORKFLOW_ID_CONFLICT')
    return ` To see it: ${temporalLine(flags, 'workflow', 'describe', '--workflow-id', target.workflowId)}`;
  if (error.code === 'PAUSED')
    return ` To have it go on: ${temporalLine(flags, 'workflow', 'unpause', '--workflow-id', target.workflowId)}`;
  if (error.failureType === 'NOT_FOUND') return ` To see which URL was asked: ${line('resolve')}`;
  return '';
}
