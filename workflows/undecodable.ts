/** A registered symbol, because the converter may be bundled apart. */
const MARK = Symbol.for('temporal-lro.undecodable');

/**
 * Stands for a payload that this worker cannot decode. It is an object, because the SDK posts a workflow's memo from thread to
 * thread, and fails for a symbol.
 */
export const UNDECODABLE: object = Object.freeze({ [MARK]: true });

export function isUndecodable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && MARK in value;
}

/**
 * The value that a payload was decoded to.
 *
 * @throws Error if it could not be decoded. It fails the workflow task and not the workflow, so that a worker with the
 * right codec continues.
 */
export function decoded<T>(value: T): T {
  if (!isUndecodable(value)) return value;
  throw new Error(
    'A payload cannot be decoded: this worker lacks the payload codec that it was encoded with. Start the worker with that codec (PAYLOAD_CODEC); the workflow then continues.',
  );
}
