import { lastSegment } from '../contract/names.js';
import type { Operation, RpcStatus } from '../contract/operation.js';
import { isJsonObject, type JsonObject, parseObject, wrongType } from './json.js';
import { redact } from './redact.js';

/** The fields of a google.longrunning.Operation (operations.proto). */
const FIELDS: readonly string[] = ['name', 'metadata', 'done', 'error', 'response'];

/** A name in a collection of operations, or a bare id, as Speech answers with. */
const OPERATION_NAME = /^[^/]+$|(?:operations|batches)\//i;

/** The longest page token that is sent back, in characters: it has to fit into a URL. */
const MAX_PAGE_TOKEN_LENGTH = 16_384;

/** A body that is another resource, such as a job: its name has a get and a `:cancel` too, but it is no Operation. */
export class NotAnOperationError extends Error {
  override readonly name = 'NotAnOperationError';
  readonly code = 'INVALID_ARGUMENT';
}

/** One page of a list (AIP-158). */
export interface OperationsPage {
  operations: Operation[];
  /** Left out on the last page. */
  nextPageToken?: string;
  /** The places that could not be reached, whose operations are missing (AIP-217). Left out if there are none. */
  unreachable?: string[];
}

/**
 * Reads a google.longrunning.Operation from the JSON of a 2xx.
 *
 * ProtoJSON leaves out a field that has its default value, and `null` means the same as leaving it out: no
 * `done` is false, no `error.code` is 0. Fields that contradict operations.proto are dropped: a result before
 * `done` (the operation counts as running), a response beside an error. Fields of a wrong type are dropped if they do
 * not affect the outcome: `metadata`, `response`, the error's `message` and `details`.
 *
 * @param requestedName filled in if the answer has no name. Only the last segments of the two are
 *   compared, because Google may write a project's number in place of its id.
 * @param isWhole the body was asked for with all its fields
 * @throws NotAnOperationError if the body is another resource.
 * @throws Error with a clause that follows "the body", such as `is empty`.
 */
export function parseOperation(text: string, requestedName: string, isWhole = true): Operation {
  const body = parseObject(text);
  assertOperation(body, isWhole);
  const operation = toOperation(body, requestedName);
  if (lastSegment(operation.name) !== lastSegment(requestedName)) {
    throw new Error(`is about another operation, ${JSON.stringify(operation.name)}`);
  }
  return operation;
}

/**
 * Reads a google.longrunning.ListOperationsResponse from the JSON of a 2xx. An empty `nextPageToken` is the
 * end (AIP-158).
 *
 * @throws Error with a clause that follows "the body".
 */
export function parseOperations(text: string): OperationsPage {
  const body = parseObject(text);
  if (isJsonObject(body['error'])) throw new Error('is an error');
  const list = body['operations'] ?? [];
  if (!Array.isArray(list)) throw wrongType('operations', 'an array', list);
  const operations = list.map((item) => {
    if (!isJsonObject(item)) throw wrongType('operations', 'an array of objects', item);
    const operation = toOperation(item);
    if (operation.name === '') throw new Error('has an operation without a name');
    return operation;
  });
  return { operations, ...pageFieldsOf(body) };
}

/** What a page of a list has beside its items. @throws Error with a clause that follows "the body" */
export function pageFieldsOf(
  body: JsonObject,
  unreachable: unknown = body['unreachable'],
): Omit<OperationsPage, 'operations'> {
  const nextPageToken = optionalField(body, 'nextPageToken', 'string');
  if (nextPageToken !== undefined && nextPageToken.length > MAX_PAGE_TOKEN_LENGTH)
    throw new Error(`has a page token of ${nextPageToken.length} characters, which fits into no URL`);
  const places = [unreachable].flat().filter((place) => typeof place === 'string');
  return { ...(nextPageToken && { nextPageToken }), ...(places.length > 0 && { unreachable: places }) };
}

/**
 * Another resource has no `done`, and read as an operation it would seem to run for ever. It has fields of its own,
 * or a name of its own without an operation's metadata, which is a google.protobuf.Any and has a `@type`.
 */
function assertOperation(body: JsonObject, isWhole: boolean): void {
  const keys = Object.keys(body);
  if (keys.length === 0) throw new Error('is an empty object');
  if ((body['done'] ?? undefined) !== undefined) return;
  const { error, metadata, name } = body;
  if (isJsonObject(error) && !name) throw new Error('is an error');
  const foreign = keys.filter((key) => !FIELDS.includes(key));
  const hasType = isJsonObject(metadata) && '@type' in metadata;
  const isNamedLikeOne = typeof name !== 'string' || name === '' || OPERATION_NAME.test(name);
  if (foreign.length === 0 && (hasType || isNamedLikeOne || !isWhole)) return;
  const shown = foreign.slice(0, 3).map((key) => redact(key, 40));
  const more = foreign.length > shown.length ? ', …' : '';
  const why =
    foreign.length === 0 ? 'neither its name nor its metadata is of one' : `it has ${shown.join(', ')}${more}`;
  throw new NotAnOperationError(
    `is no google.longrunning.Operation (${why}): give the operation's name, not the resource's`,
  );
}

/** The creation time of an operation or a job, if its metadata has it, as Vertex AI's does (`GenericOperationMetadata`). */
export function createTimeOf({ metadata }: Operation): string | undefined {
  const generic = metadata?.['genericMetadata'];
  for (const time of [isJsonObject(generic) ? generic['createTime'] : undefined, metadata?.['createTime']])
    if (typeof time === 'string' && !Number.isNaN(Date.parse(time))) return time;
  return undefined;
}

function toOperation(body: JsonObject, defaultName = ''): Operation {
  const done = optionalField(body, 'done', 'boolean') ?? false;
  const operation: Operation = { name: optionalField(body, 'name', 'string') || defaultName, done };
  const error = optionalField(body, 'error', 'object');
  const { response, metadata } = body;
  if (done && error !== undefined) operation.error = toStatus(error);
  if (done && error === undefined && isJsonObject(response)) operation.response = response;
  if (isJsonObject(metadata)) operation.metadata = metadata;
  return operation;
}

function toStatus(error: JsonObject): RpcStatus {
  const status: RpcStatus = { code: toCode(error['code'] ?? 0) };
  const { message, details } = error;
  if (typeof message === 'string') status.message = message;
  if (Array.isArray(details) && details.length > 0 && details.every(isJsonObject)) status.details = details;
  return status;
}

/** A google.rpc.Code by its number. ProtoJSON parsers also take a number in a string. */
function toCode(value: unknown): number {
  const code = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof code !== 'number' || !Number.isInteger(code)) throw wrongType('error.code', 'an integer', value);
  return code;
}

interface FieldTypes {
  string: string;
  boolean: boolean;
  object: JsonObject;
}

function optionalField<T extends keyof FieldTypes>(
  body: JsonObject,
  field: string,
  type: T,
): FieldTypes[T] | undefined {
  const value = body[field] ?? undefined;
  if (value === undefined) return undefined;
  if (type === 'object' ? !isJsonObject(value) : typeof value !== type) throw wrongType(field, type, value);
  return value as FieldTypes[T];
}
