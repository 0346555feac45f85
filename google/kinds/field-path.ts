import type { JsonObject } from '../../contract/operation.js';
import { isJsonObject } from '../json.js';

/** The value at a path of names with dots between them. Of an array on the way its first item counts. */
export function valueAt(body: JsonObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => {
    const object: unknown = Array.isArray(value) ? value[0] : value;
    return isJsonObject(object) ? object[field] : undefined;
  }, body);
}

/** The values at a path. Of an array on the way every item counts. */
export function valuesAt(body: JsonObject, path: string): unknown[] {
  return path
    .split('.')
    .reduce<unknown[]>((values, field) => values.flatMap((one) => (isJsonObject(one) ? one[field] : [])), [body]);
}

/** The text at a path, or `undefined` if there is none. */
export function textAt(body: JsonObject, path: string): string | undefined {
  const value = valueAt(body, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A path as an entry of a field mask. */
export function toMask(path: string): string {
  return path.replaceAll('.', '/');
}
