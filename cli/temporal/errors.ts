import { NamespaceNotFoundError } from '@temporalio/common';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { CodeName } from '../../contract/code.js';
import { GoogleOperationsError } from '../../client/errors.js';
import { grpcError } from '../../client/grpc-error.js';
import { CommandError, errorMessage } from '../command-error.js';
import { PROGRAM } from '../output/program.js';

/** The Temporal server and namespace of a command. */
export interface TemporalPlace {
  /** `host:port`. */
  address: string;
  namespace: string;
}

/**
 * Converts an error of Temporal's client to one with the next step in its message. Errors of our own and unknown ones are
 * returned as they are.
 */
export function toCommandError(error: unknown, { address, namespace }: TemporalPlace): Error {
  if (error instanceof CommandError || error instanceof GoogleOperationsError) return error;
  const { code, details } = grpcError(error) ?? {};
  if (isNamespaceMissing(error)) {
    return new CommandError(
      'NO_NAMESPACE',
      `Temporal at ${address} has no namespace ${namespace}. Set --namespace or TEMPORAL_NAMESPACE to one that it has; ` +
        `to list them: temporal operator namespace list --address ${address}`,
      { cause: error },
    );
  }
  if (code === 'PERMISSION_DENIED' || code === 'UNAUTHENTICATED') {
    return new CommandError(
      'NOT_ALLOWED',
      `Temporal at ${address} denies you access to namespace ${namespace}: ${details ?? ''}. Check TEMPORAL_API_KEY or the ` +
        'certificate in TEMPORAL_TLS_*, --profile and --namespace.',
      { cause: error },
    );
  }
  if (isUnreachable(error, code)) {
    const text = details ?? errorMessage(error);
    const reason = /certificate|\bSSL\b|\bTLS\b/i.test(text) ? 'TLS fails' : undefined;
    return noConnection(address, reason, error);
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The error for a Temporal server that does not answer: the reason, if known, and the next step. */
export function noConnection(address: string, reason: string | undefined, cause?: unknown): CommandError {
  return new CommandError(
    'NO_CONNECTION',
    `No Temporal server answers at ${address}${reason === undefined ? '' : ` (${reason})`}. Set --address or ` +
      'TEMPORAL_ADDRESS to the host:port of a running one (and TEMPORAL_TLS=true if it uses TLS), or start one here: ' +
      `${PROGRAM} dev`,
    { cause },
  );
}

/** Whether a query or an update failed because no worker answered it in time. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcError(error)?.code;
  return code === 'DEADLINE_EXCEEDED' || code === 'FAILED_PRECONDITION';
}

function isNamespaceMissing(error: unknown): boolean {
  return (
    error instanceof NamespaceNotFoundError ||
    /namespace .{0,300}(?:not found|is not found|does not exist)/i.test(errorMessage(error))
  );
}

function isUnreachable(error: unknown, code: CodeName | undefined): boolean {
  return (
    code === 'UNAVAILABLE' ||
    code === 'DEADLINE_EXCEEDED' ||
    /failed to connect|ECONNREFUSED|ENOTFOUND/i.test(errorMessage(error))
  );
}
