import type { Operation } from '../../contract/operation.js';
import { isTooDeep } from '../../google/json.js';

/**
 * The maximum of an Operation's JSON. Temporal refuses a payload over 2 MiB and a message over 4 MiB, and one
 * message may hold the Operation twice: as an activity's result and as the workflow's.
 */
export const MAX_KEPT_BYTES = 1024 * 1024;
const MAX_ERROR_LENGTH = 4_096;

/**
 * Makes an Operation fit into Temporal: omits the response, then the metadata, then the details of the error,
 * where it is too large or nested too deeply.
 */
export function truncateOperation(
  operation: Operation,
  maxBytes = MAX_KEPT_BYTES,
): { operation: Operation; omitted: boolean } {
  if (sizeOf(operation) <= maxBytes) return { operation, omitted: false };
  const { response: _, ...withoutResponse } = operation;
  if (sizeOf(withoutResponse) <= maxBytes) return { operation: withoutResponse, omitted: true };
  const { metadata: __, ...bare } = withoutResponse;
  if (sizeOf(bare) <= maxBytes || bare.error === undefined) return { operation: bare, omitted: true };
  const { code, message = '' } = bare.error;
  const error = { code, message: message.slice(0, MAX_ERROR_LENGTH) };
  return { operation: { ...bare, error }, omitted: true };
}

function sizeOf(value: unknown): number {
  if (isTooDeep(value)) return Number.POSITIVE_INFINITY;
  return Buffer.byteLength(JSON.stringify(value));
}
