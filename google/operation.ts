import { lastSegment } from '../contract/names.js';
import type { Operation, RpcStatus } from '../contract/operation.js';

type Json = Record<string, unknown>;

export interface OperationsPage {
  operations: Operation[];
  nextPageToken?: string;
}

/**
 * Reads a google.longrunning.Operation from the JSON of a 2xx.
 *
 * Proto3 JSON leaves out what has its default value, and `null` means the same as leaving out: no `done` is false, no
 * `error.code` is 0. What contradicts operations.proto is dropped: a result before `done`, a response beside an error.
 *
 * @param asked the name asked for. It is filled in where the answer has none; only the last segments are compared, for
 *   Google may write a project's number in place of its id.
 * @throws Error that says what is wrong with the body.
 */
export function parseOperation(text: string, asked: string): Operation {
  const operation = toOperation(objectOf(text), asked);
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
  return nextPageToken ? { operations, nextPageToken } : { operations };
}

function toOperation(body: Json, defaultName = ''): Operation {
  const done = optional(body, 'done', 'boolean') ?? false;
  const operation: Operation = { name: optional(body, 'name', 'string') || defaultName, done };
  const error = optional(body, 'error', 'object');
  const response = optional(body, 'response', 'object');
  const metadata = optional(body, 'metadata', 'object');
  if (done && error !== undefined) operation.error = toStatus(error);
  if (done && error === undefined && response !== undefined) operation.response = response;
  if (metadata !== undefined) operation.metadata = metadata;
  return operation;
}

function toStatus(error: Json): RpcStatus {
  const status: RpcStatus = { code: toCode(error['code'] ?? 0) };
  const message = optional(error, 'message', 'string', 'error.');
  if (message !== undefined) status.message = message;
  const details = error['details'] ?? [];
  if (!Array.isArray(details) || !details.every(isObject)) {
    throw wrongType('error.details', 'an array of objects', details);
  }
  if (details.length > 0) status.details = details;
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

function optional<T extends keyof Types>(
  body: Json,
  field: string,
  type: T,
  path = '',
): Types[T] | undefined {
  const value = body[field] ?? undefined;
  if (value === undefined) return undefined;
  if (type === 'object' ? !isObject(value) : typeof value !== type)
    throw wrongType(path + field, type, value);
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
