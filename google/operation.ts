import { lastSegment } from '../contract/names.js';
import type { Operation, RpcStatus } from '../contract/operation.js';
import { redact } from './redact.js';

type Json = Record<string, unknown>;

/** The fields of a google.longrunning.Operation. */
const FIELDS: readonly string[] = ['name', 'metadata', 'done', 'error', 'response'];

/** The longest page token that is sent back: a request's URL has to hold it. */
const MOST_TOKEN = 16_384;

/** A body that is some other resource: what was asked for has a get and a `:cancel` of its own, but is no operation. */
export class NotAnOperationError extends Error {
  override readonly name = 'NotAnOperationError';
  readonly code = 'INVALID_ARGUMENT';
}

export interface OperationsPage {
  operations: Operation[];
  nextPageToken?: string;
}

/**
 * Reads a google.longrunning.Operation from the JSON of a 2xx.
 *
 * Proto3 JSON leaves out what has its default value, and `null` means the same as leaving out: no `done` is false, no
 * `error.code` is 0. What contradicts operations.proto is dropped: a result before `done`, a response beside an error. So is
 * what decides nothing and has the wrong type: `metadata`, `response`, the error's `message` and `details`.
 *
 * @param asked the name asked for. It is filled in where the answer has none; only the last segments are compared, for
 *   Google may write a project's number in place of its id.
 * @throws NotAnOperationError where it is another resource.
 * @throws Error that says what is wrong with the body.
 */
export function parseOperation(text: string, asked: string): Operation {
  const body = objectOf(text);
  assertOperation(body);
  const operation = toOperation(body, asked);
  if (lastSegment(operation.name) !== lastSegment(asked)) {
    throw new Error(`is about another operation, ${JSON.stringify(operation.name)}`);
  }
  return operation;
}

/**
 * Reads a google.longrunning.ListOperationsResponse from the JSON of a 2xx.
 *
 * @throws Error that says what is wrong with the body.
 */
export function parseOperations(text: string): OperationsPage {
  const body = objectOf(text);
  const list = body['operations'] ?? [];
  if (!Array.isArray(list)) throw wrongType('operations', 'an array', list);
  const operations = list.map((item) => {
    if (!isObject(item)) throw wrongType('operations', 'an array of objects', item);
    const operation = toOperation(item);
    if (operation.name === '') throw new Error('has an operation without a name');
    return operation;
  });
  const nextPageToken = optional(body, 'nextPageToken', 'string');
  if (nextPageToken !== undefined && nextPageToken.length > MOST_TOKEN)
    throw new Error(`has a page token of ${nextPageToken.length} characters, which fits into no URL`);
  return nextPageToken ? { operations, nextPageToken } : { operations };
}

/** Other resources have no `done`, and fields of their own: taken for an operation, a finished job would run for ever. */
function assertOperation(body: Json): void {
  const keys = Object.keys(body);
  if (keys.length === 0) throw new Error('is an empty object');
  if ((body['done'] ?? undefined) !== undefined) return;
  const foreign = keys.filter((key) => !FIELDS.includes(key));
  if (foreign.length === 0) return;
  const shown = foreign.slice(0, 3).map((key) => redact(key, 40));
  const more = foreign.length > shown.length ? ', …' : '';
  throw new NotAnOperationError(
    `is no google.longrunning.Operation (it has ${shown.join(', ')}${more}): give the operation's name, not the resource's`,
  );
}

function toOperation(body: Json, defaultName = ''): Operation {
  const done = optional(body, 'done', 'boolean') ?? false;
  const operation: Operation = { name: optional(body, 'name', 'string') || defaultName, done };
  const error = optional(body, 'error', 'object');
  const { response, metadata } = body;
  if (done && error !== undefined) operation.error = toStatus(error);
  if (done && error === undefined && isObject(response)) operation.response = response;
  if (isObject(metadata)) operation.metadata = metadata;
  return operation;
}

function toStatus(error: Json): RpcStatus {
  const status: RpcStatus = { code: toCode(error['code'] ?? 0) };
  const { message, details } = error;
  if (typeof message === 'string') status.message = message;
  if (Array.isArray(details) && details.length > 0 && details.every(isObject)) status.details = details;
  return status;
}

/** A code is a number; proto3 JSON parsers also take it in a string. */
function toCode(value: unknown): number {
  const code = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof code !== 'number' || !Number.isInteger(code)) throw wrongType('error.code', 'an integer', value);
  return code;
}

interface Types {
  string: string;
  boolean: boolean;
  object: Json;
}

function optional<T extends keyof Types>(body: Json, field: string, type: T): Types[T] | undefined {
  const value = body[field] ?? undefined;
  if (value === undefined) return undefined;
  if (type === 'object' ? !isObject(value) : typeof value !== type) throw wrongType(field, type, value);
  return value as Types[T];
}

function objectOf(text: string): Json {
  if (text.trim() === '') throw new Error('is empty');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error('is not JSON, or broken off');
  }
  if (!isObject(body)) throw wrongType('the whole', 'an object', body);
  return body;
}

function wrongType(field: string, expected: string, value: unknown): Error {
  const actual = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new Error(`is mistyped: ${field} must be ${expected}; it is ${actual}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
