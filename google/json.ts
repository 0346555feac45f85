import type { JsonObject } from '../contract/operation.js';

export type { JsonObject };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The most levels of objects and arrays taken in what Google answers. A protobuf parser stops at 100 levels
 * of messages, and a list between two of them is one more level in JSON. Deeper JSON is no message, and
 * makes its readers fail: a serialiser runs out of stack, Go stops at 10,000 levels, Python at about 1,000.
 */
const MAX_LEVELS = 200;

/** Whether a value from JSON has more than `maxLevels` levels. It does not recurse. */
export function isTooDeep(value: unknown, maxLevels = MAX_LEVELS): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : [],
    );
    if (next.length > 0 && depth >= maxLevels) return true;
    level = next;
  }
  return false;
}

/**
 * The most objects and arrays, and the most commas, in what Google answers. An empty list takes three characters in the
 * text, a few dozen bytes in memory, and as much again in each of its readers.
 */
const MAX_BRACKETS = 300_000;
const MAX_COMMAS = 600_000;
const [QUOTE, BACKSLASH, COMMA, BRACE, BRACKET] = [0x22, 0x5c, 0x2c, 0x7b, 0x5b];

/** Whether a text in JSON has so many values that to parse it is costly. It reads each character once. */
export function isCostly(json: string): boolean {
  let [brackets, commas, isInString] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) isInString = !isInString;
    else if (isInString) at += unit === BACKSLASH ? 1 : 0;
    else if (unit === COMMA) commas += 1;
    else if (unit === BRACE || unit === BRACKET) brackets += 1;
  }
  return brackets > MAX_BRACKETS || commas > MAX_COMMAS;
}

/** The object that a text is in JSON. @throws Error with a clause that follows "the body", such as `is empty` */
export function parseObject(text: string): JsonObject {
  if (text.trim() === '') throw new Error('is empty');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error('is not JSON, or broken off');
  }
  if (!isJsonObject(body)) throw wrongType('the whole', 'an object', body);
  return body;
}

/** The error of a field of the wrong type, as a clause that follows "the body". */
export function wrongType(field: string, expected: string, value: unknown): Error {
  const actual = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new Error(`is mistyped: ${field} must be ${expected}; it is ${actual}`);
}

/** Whether a text is a JSON object with this field set to true. */
export function hasFlag(text: string, field: string): boolean {
  return tryParseObject(text)[field] === true;
}

/** Whether a text is a JSON object with nothing but an `error`. */
export function isErrorAlone(text: string): boolean {
  return Object.keys(tryParseObject(text)).join(' ') === 'error';
}

/** The object that a text is in JSON, or an empty one. */
function tryParseObject(text: string): JsonObject {
  try {
    return parseObject(text);
  } catch {
    return {};
  }
}
