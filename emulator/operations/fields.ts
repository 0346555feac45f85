import type { JsonObject } from '../../contract/operation.js';

/** A field mask: each field to keep, with a mask for its value, or `true` for the whole value. */
export interface Mask {
  [field: string]: true | Mask;
}

const TOKEN = /[A-Za-z0-9_@.-]+|[,/()*]/gy;

/**
 * Parses a `fields` parameter such as `name,done,error/code` or `operations(name,done),nextPageToken`
 * (Google's partial responses).
 *
 * @returns `undefined` if it is malformed.
 */
export function parseFields(text: string): Mask | undefined {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.join('') !== text || tokens.length === 0) return undefined;
  let at = 0;

  const list = (): Mask | undefined => {
    const mask: Mask = Object.create(null) as Mask;
    for (;;) {
      const entry = field();
      if (entry === undefined) return undefined;
      mask[entry.name] = union(mask[entry.name], entry.inner);
      if (tokens[at] !== ',') return mask;
      at += 1;
    }
  };

  const field = (): { name: string; inner: true | Mask } | undefined => {
    const name = tokens[at];
    if (name === undefined || /^[,/()]$/.test(name)) return undefined;
    at += 1;
    if (tokens[at] === '/') {
      at += 1;
      const inner = field();
      return inner && { name, inner: { [inner.name]: inner.inner } };
    }
    if (tokens[at] !== '(') return { name, inner: true };
    at += 1;
    const inner = list();
    if (inner === undefined || tokens[at] !== ')') return undefined;
    at += 1;
    return { name, inner };
  };

  const mask = list();
  return at === tokens.length ? mask : undefined;
}

/** What either of two masks keeps. */
function union(a: true | Mask | undefined, b: true | Mask): true | Mask {
  if (a === undefined || a === true || b === true) return a === undefined ? b : true;
  const both: Mask = Object.assign(Object.create(null) as Mask, a);
  for (const [field, inner] of Object.entries(b)) both[field] = union(both[field], inner);
  return both;
}

/** The part of a JSON value that the mask keeps. An array is masked item by item. */
export function applyMask(value: unknown, mask: true | Mask): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => applyMask(item, mask));
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const wanted = mask[key] ?? mask['*'];
    if (wanted !== undefined) result[key] = applyMask(inner, wanted);
  }
  return result;
}
