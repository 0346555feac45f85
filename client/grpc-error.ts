import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { codeName, type CodeName } from '../contract/code.js';

/**
 * The gRPC code and text of an error, which Temporal's client may have wrapped; `undefined` for any other error. A
 * worker's connection has the text in the message alone, as has a refused update-with-start, whose details only say that
 * it was refused.
 */
export function grpcError(error: unknown): { code: CodeName | undefined; details: string } | undefined {
  if (isGrpcServiceError(error)) {
    const { code, message, details } = error;
    return { code: codeName(code), details: details && message.includes(details) ? details : message };
  }
  if (error instanceof Error && error.cause !== undefined) return grpcError(error.cause);
  if (error instanceof ServiceError) return { code: 'UNAVAILABLE', details: error.message };
  return undefined;
}
