import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { codeName, type CodeName } from '../contract/code.js';

/**
 * The gRPC code and text of an error, which Temporal's client may have wrapped; `undefined` for any other error. A
 * worker's connection has the text in the message alone.
 */
export function grpcError(error: unknown): { code: CodeName | undefined; details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: codeName(error.code), details: error.details || error.message };
  if (error instanceof Error && error.cause !== undefined) return grpcError(error.cause);
  if (error instanceof ServiceError) return { code: 'UNAVAILABLE', details: error.message };
  return undefined;
}
