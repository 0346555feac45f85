import {
  ApplicationFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { InvalidInput } from '../contract/invalid-input.js';
import { cut } from '../contract/text.js';

/** In characters. The failures of our own workflows are shorter; an id may belong to a workflow of any other kind. */
const MAX_FAILURE_LENGTH = 4_096;

/** The reason why a call of this library failed. */
export type GoogleOperationsErrorCode =
  /** The input is bad; the message names the field. */
  | 'INVALID_ARGUMENT'
  /** Temporal knows no workflow for this operation. */
  | 'NOT_FOUND'
  /** The workflow failed: no result could be recorded. `failureType` has the reason. */
  | 'FAILED'
  /** The workflow was terminated, cancelled before it began, or timed out: no result was recorded. */
  | 'TERMINATED'
  /** The workflow is paused in Temporal, and takes no query until it is unpaused. */
  | 'PAUSED'
  /** A workflow of another type has the id that the request is for; the message has the type. Nothing follows the operation. */
  | 'WORKFLOW_ID_CONFLICT';

/**
 * The one error of this library. Errors of Temporal's client about the connection, permissions or the
 * namespace pass through as they are, and a call whose `signal` is aborted rejects with the signal's reason.
 */
export class GoogleOperationsError extends Error {
  override readonly name = 'GoogleOperationsError';

  constructor(
    readonly code: GoogleOperationsErrorCode,
    message: string,
    /** The contract's type of the workflow's failure, such as `PERMISSION_DENIED`. */
    readonly failureType?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The result of one of the contract's checks. @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field */
export function parseOrClientError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new GoogleOperationsError('INVALID_ARGUMENT', error.message, undefined, { cause: error });
  }
}

/**
 * Makes a request about one workflow of Temporal's client. Other errors than these are thrown as they are.
 *
 * @param workflow names the workflow in messages, such as `the workflow of projects/p/locations/l/operations/1`
 * @throws {GoogleOperationsError} `NOT_FOUND`, `FAILED`, `TERMINATED`
 */
export async function requestAbout<T>(workflow: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      const message = `Temporal does not know ${workflow}: it was never started in this namespace, or its retention time is over.`;
      throw new GoogleOperationsError('NOT_FOUND', message, undefined, { cause: error });
    }
    if (!(error instanceof WorkflowFailedError)) throw error;
    const failure = applicationFailure(error.cause);
    if (failure !== undefined)
      throw new GoogleOperationsError('FAILED', cut(failure.message, MAX_FAILURE_LENGTH), failure.type ?? undefined, {
        cause: error,
      });
    const message = `No result was recorded: ${workflow} ${howEnded(error.cause)}.`;
    throw new GoogleOperationsError('TERMINATED', message, undefined, { cause: error });
  }
}

function howEnded(cause: Error | undefined): string {
  if (cause instanceof TerminatedFailure) return 'was terminated';
  return cause instanceof TimeoutFailure ? 'timed out' : 'was cancelled';
}

function applicationFailure(error: Error | undefined): ApplicationFailure | undefined {
  if (error === undefined || error instanceof ApplicationFailure) return error;
  return error.cause instanceof Error ? applicationFailure(error.cause) : undefined;
}
