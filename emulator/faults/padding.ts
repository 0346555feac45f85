import type { JsonObject } from '../../contract/operation.js';

/** Pads a field, if it is an object, until the whole JSON has `bytes` bytes. */
export function padField(json: JsonObject, field: string, bytes: number | undefined): JsonObject {
  const value = json[field];
  if (bytes === undefined || typeof value !== 'object' || value === null) return json;
  const padded = (padding: string): JsonObject => ({ ...json, [field]: { ...value, padding } });
  const missing = bytes - Buffer.byteLength(printJson(padded('')));
  return padded('x'.repeat(Math.max(0, missing)));
}

/** JSON as Google prints it, indented and ended with a newline. */
export function printJson(json: unknown): string {
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
