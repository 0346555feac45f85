import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** The folder of the schemas; this file is compiled to dist/test/support. */
export const SCHEMAS = fileURLToPath(new URL('../../../contract/schema/', import.meta.url));

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * A schema of contract/schema as a strict Ajv reads it.
 *
 * @param options.isClosed whether unknown fields are errors, because it has to describe all that the code returns
 */
export function compiled(file: string, { isClosed = false } = {}): ValidateFunction {
  const schema = JSON.parse(readFileSync(SCHEMAS + file, 'utf8')) as SchemaObject;
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': TIME } });
  return ajv.compile(isClosed ? closed(schema) : schema);
}

function closed(schema: SchemaObject): SchemaObject {
  const inner = Object.entries(schema).map(([key, value]) => {
    if (key === 'properties') {
      const fields = Object.entries(value as Record<string, SchemaObject>);
      return [key, Object.fromEntries(fields.map(([name, field]) => [name, closed(field)]))];
    }
    return [key, key === 'items' ? closed(value as SchemaObject) : (value as unknown)];
  });
  const isClosed = schema['properties'] !== undefined && schema['additionalProperties'] === undefined;
  return { ...(Object.fromEntries(inner) as SchemaObject), ...(isClosed && { additionalProperties: false }) };
}

/** Asserts that a value is valid by one of the schemas. */
export function conforms(validate: ValidateFunction | readonly ValidateFunction[], value: unknown): void {
  const all = [validate].flat();
  if (all.some((one) => one(value))) return;
  const problems = all
    .flatMap(({ errors }) => errors ?? [])
    .map(({ instancePath, message }) => `${instancePath} ${message}`);
  assert.fail(`${problems.join(', ')} in ${JSON.stringify(value)}`);
}
