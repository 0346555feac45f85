import { GoogleOperationsError } from '../../client/error.js';
import { CommandError } from '../command-error.js';
import { explainTemporal } from './errors.js';
import type { OperationArgument } from '../input/operation-name.js';
import type { Session } from './session.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';

/** What could not be done with one operation, in JSON. */
export interface NameFailure {
  name: string;
  error: { type: string; message: string };
}

/** An error about one operation, as it is written. The type is the contract's failure type where there is one. */
export function failureOf(error: unknown, target: OperationArgument, session: Session): NameFailure {
  const explained = explainTemporal(error, session);
  return {
    name: target.name,
    error: { type: typeOf(explained), message: withNext(explained, target, session) },
  };
}

function typeOf(error: Error): string {
  if (error instanceof GoogleOperationsError) return error.failureType ?? error.code;
  return error instanceof CommandError ? error.code : 'UNKNOWN';
}

// What the workflow says holds for everybody; what this command can do about it is said here.
function withNext(error: Error, target: OperationArgument, { flags }: Session): string {
  if (!(error instanceof GoogleOperationsError)) return error.message;
  const line = (command: string): string => commandLine(flags, command, ...nameWords(target));
  const type = error.failureType ?? error.code;
  if (error.code === 'NOT_FOUND')
    return `${error.message} Check name, --service and --namespace, or cancel it: ${line('cancel')}`;
  if (type === 'NOT_FOUND') return `${error.message} To see where it was looked for: ${line('resolve')}`;
  return error.message;
}
