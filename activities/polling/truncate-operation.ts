import type { Operation } from '../../contract/operation.js';
import { isTooDeep } from '../../google/json-depth.js';

/**
 * The most JSON of an Operation that is kept, in bytes. Temporal refuses a payload over 2 MiB and a message over 4 MiB, and
 * one message may hold the Operation twice: as an activity's result and as the workflow's.
 */
export const MAX_KEPT_BYTES = 1024 * 1024;
const MOST_TEXT = 4_096;

/**
 * Makes an Operation fit into Temporal: leaves out the response, then the metadata, then the details of the error, where
 * it is too large or nested too deeply, and says so.
 */
export function truncateOperation(
  operation: Operation,
  most = MAX_KEPT_BYTES,
): { operation: Operation; omitted: boolean } {
  if (sizeOf(operation) <= most) return { operation, omitted: false };
  const { response: _, ...noResponse } = operation;
  if (sizeOf(noResponse) <= most) return { operation: noResponse, omitted: true };
  const { metadata: __, ...bare } = noResponse;
  if (sizeOf(bare) <= most || bare.error === undefined) return { operation: bare, omitted: true };
  const { code, message = '' } = bare.error;
  return { operation: { ...bare, error: { code, message: message.slice(0, MOST_TEXT) } }, omitted: true };
}

function sizeOf(value: unknown): number {
  if (isTooDeep(value)) return Number.POSITIVE_INFINITY;
  return Buffer.byteLength(JSON.stringify(value));
}
