import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

/** How long Temporal may take to answer a call that needs no worker. */
export const ANSWER_WITHIN_MS = 5_000;

/** The codes of gRPC that mean something to a command. */
export const grpcCodes = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** The gRPC code and text of an error, which Temporal's client may have wrapped. */
export function grpcError(error: unknown): { code: number; details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  if (error instanceof Error && error.cause !== undefined) return grpcError(error.cause);
  if (error instanceof ServiceError) return { code: grpcCodes.UNAVAILABLE, details: error.message };
  return undefined;
}

/** Whether nobody answered in time: no worker, for a query or an update needs one. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcError(error)?.code;
  return code === grpcCodes.DEADLINE_EXCEEDED || code === grpcCodes.FAILED_PRECONDITION;
}
