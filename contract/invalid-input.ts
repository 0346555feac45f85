import * as v from 'valibot';
import { pollingSchema } from './fields.js';
import { quoted } from './text.js';

/** Input that cannot be used. The message has the field, its problem and the accepted values. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly code = 'INVALID_ARGUMENT';
}

/** The schema of an object, with the message for any other value. */
type ObjectSchema = v.GenericSchema & { readonly message: unknown };

/**
 * Checks input with a schema of this contract, and fills in its defaults.
 *
 * @throws {InvalidInput} naming the first bad field
 */
export function parseWith<T extends ObjectSchema>(schema: T, input: unknown): v.InferOutput<T> {
  assertNoArray('input', schema, input);
  if (typeof input === 'object' && input !== null && 'polling' in input)
    assertNoArray('polling', pollingSchema, input.polling);
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (!result.success) throw new InvalidInput(sentenceOn(result.issues[0]));
  return result.output;
}

// valibot takes an array for an object.
function assertNoArray(field: string, { message }: ObjectSchema, value: unknown): void {
  if (Array.isArray(value)) throw new InvalidInput(`${field}: ${String(message)}; it is an array`);
}

/** The field by its path, then the message of the schema. */
function sentenceOn(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
  if (path === '') return `input: ${issue.message}`;
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${quotedPath(path)}: is not a field of this input`;
  if (issue.expected !== null && issue.received === 'undefined') return `${path}: is missing; it ${issue.message}`;
  return `${quotedPath(path)}: ${issue.message}`;
}

function quotedPath(path: string): string {
  return /^[\w.]{1,80}$/.test(path) ? path : quoted(path);
}
