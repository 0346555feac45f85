/**
 * The canonical codes of google.rpc.Code, each with its number and the HTTP status Google's REST front ends
 * give it (google/rpc/code.proto).
 */
const CODES = {
  OK: [0, 200],
  CANCELLED: [1, 499],
  UNKNOWN: [2, 500],
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  OUT_OF_RANGE: [11, 400],
  UNIMPLEMENTED: [12, 501],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  DATA_LOSS: [15, 500],
  UNAUTHENTICATED: [16, 401],
} as const;

/** A google.rpc.Code by its name, such as `"NOT_FOUND"`. */
export type CodeName = keyof typeof CODES;

/** Every code name, in the order of their numbers. */
export const codeNames = Object.keys(CODES) as CodeName[];

/** Whether `value` is the name of a google.rpc.Code. */
export function isCodeName(value: unknown): value is CodeName {
  return typeof value === 'string' && Object.hasOwn(CODES, value);
}

/** The number of a code: `codeNumber("CANCELLED")` is 1. */
export function codeNumber(name: CodeName): number {
  return CODES[name][0];
}

/** The HTTP status that Google's REST front ends answer with for a code. */
export function httpStatusOf(name: CodeName): number {
  return CODES[name][1];
}

/** The name of a code number, or `undefined` for a number that google.rpc.Code does not know. */
export function codeName(number: number): CodeName | undefined {
  return codeNames.find((name) => CODES[name][0] === number);
}
