import { NamespaceNotFoundError } from '@temporalio/common';
import { GoogleOperationsError } from '../../client/error.js';
import { CommandError } from '../command-error.js';
import { grpcCodes, grpcError } from './grpc.js';

/** Which Temporal was asked. */
export interface Place {
  address: string;
  namespace: string;
}

/** What an error of Temporal's client means, and what to do next. Errors of our own are given back as they are. */
export function explainTemporal(error: unknown, { address, namespace }: Place): Error {
  if (error instanceof CommandError || error instanceof GoogleOperationsError) return error;
  const { code, details } = grpcError(error) ?? {};
  const noNamespace = /namespace .*(?:not found|is not found|does not exist)/i.test(messageOf(error));
  if (error instanceof NamespaceNotFoundError || noNamespace) {
    return new CommandError(
      'NO_NAMESPACE',
      `Temporal at ${address} has no namespace ${namespace}. Give one that it has with --namespace or TEMPORAL_NAMESPACE; ` +
        'temporal operator namespace list shows them.',
      { cause: error },
    );
  }
  if (code === grpcCodes.PERMISSION_DENIED || code === grpcCodes.UNAUTHENTICATED) {
    return new CommandError(
      'NOT_ALLOWED',
      `Temporal at ${address} refuses you in namespace ${namespace}: ${details ?? ''}. Check TEMPORAL_API_KEY or the ` +
        'certificate in TEMPORAL_TLS_*, --profile and --namespace.',
      { cause: error },
    );
  }
  if (isSilence(error, code)) {
    const text = details ?? messageOf(error);
    return noConnection(address, /certificate|\bSSL\b|\bTLS\b/i.test(text) ? 'TLS fails' : undefined, error);
  }
  return error instanceof Error ? error : new Error(String(error));
}

function isSilence(error: unknown, code: number | undefined): boolean {
  const silent: (number | undefined)[] = [grpcCodes.UNAVAILABLE, grpcCodes.DEADLINE_EXCEEDED];
  return silent.includes(code) || /failed to connect|ECONNREFUSED|ENOTFOUND/i.test(messageOf(error));
}

/** Says that there is no Temporal, why, and what to do. */
export function noConnection(address: string, why: string | undefined, cause?: unknown): CommandError {
  return new CommandError(
    'NO_CONNECTION',
    `No Temporal server answers at ${address}${why === undefined ? '' : ` (${why})`}. Give the host:port of one that runs ` +
      'with --address or TEMPORAL_ADDRESS (and TEMPORAL_TLS=true where it speaks TLS), or start one here: temporal-lro dev',
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
