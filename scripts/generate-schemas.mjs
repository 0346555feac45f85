// Writes contract/schema/*.json: JSON Schema for programs in other languages, of inputs and of all JSON that workflows return and
// commands print. Structure comes from the valibot schemas that the code itself uses, descriptions from the docstrings of the types.
// Run after tsc.
// node scripts/generate-schemas.mjs [--check]   --check writes nothing and fails where a file is not what it would write
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import prettier from 'prettier';
import { cancelOperationsSchema } from '../dist/contract/bulk.js';
import { abortSchema, adjustSchema, cancelOperationSchema, watchOperationSchema } from '../dist/contract/input.js';
import { MAX_NAME_LENGTH } from '../dist/contract/names.js';
import { DURATION_UNITS, MAX_DURATION_LENGTH, MAX_DURATION_MS } from '../dist/contract/duration.js';
import {
  bulkStatusSchema,
  cancelOperationsProgressSchema,
  cancelOperationsResultSchema,
  executionSchema,
  itemResultSchema,
  liveStatusSchema,
  operationFailureSchema,
  operationRecordSchema,
  operationResultSchema,
  operationStatusSchema,
  refusedListSchema,
  resolvedSchema,
  runningSchema,
} from '../dist/scripts/schemas/output-schemas.js';
import { typeDocs } from './type-docs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'contract', 'schema');

/** Each file, with the type it describes and the schema that the code checks with. */
const FILES = {
  'cancelOperation.json': ['CancelOperationInput', cancelOperationSchema],
  'watchOperation.json': ['WatchOperationInput', watchOperationSchema],
  'abort.json': ['AbortInput', abortSchema],
  'adjust.json': ['AdjustInput', adjustSchema],
  'result.json': ['OperationResult', operationResultSchema],
  'status.json': ['OperationStatus', operationStatusSchema],
  'cancelOperations.json': ['CancelOperationsInput', cancelOperationsSchema],
  'cancelOperationsResult.json': ['CancelOperationsResult', cancelOperationsResultSchema],
  'itemResult.json': ['ItemResult', itemResultSchema],
  'progress.json': ['CancelOperationsProgress', cancelOperationsProgressSchema],
  'liveStatus.json': ['LiveStatus', liveStatusSchema],
  'failure.json': ['OperationFailure', operationFailureSchema],
  'execution.json': ['Execution', executionSchema],
  'running.json': ['Running', runningSchema],
  'refusedList.json': ['RefusedList', refusedListSchema],
  'record.json': ['OperationRecord', operationRecordSchema],
  'bulkStatus.json': ['BulkStatus', bulkStatusSchema],
  'resolved.json': ['Resolved', resolvedSchema],
};

/** The folders of `dist` whose declarations have the docstrings. */
const DECLARED_IN = ['contract', 'client', 'cli', 'cli/cancel', 'cli/history', 'cli/list', 'cli/temporal'];

const PART = String.raw`(?:[A-Za-z0-9\-._~=+@,()]|%2[Ff])+`;
const SEGMENT = `${PART}(?::+${PART})*`;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

const path = { type: 'string', maxLength: MAX_NAME_LENGTH, pattern: `^${SEGMENT}(?:/${SEGMENT})*$` };
const emptyOrDots = String.raw`(?:^|/|%2[Ff])\.{0,2}(?:/|%2[Ff]|$)`;
const COLLECTION = '(?:operations|transferOperations|warehouseOperations|batches)';
/** Speech's names may be an id alone. */
const nameOfService = {
  if: { properties: { service: { const: 'speech.googleapis.com' } }, required: ['service'] },
  else: { properties: { name: { type: 'string', pattern: '/' } } },
};

/** The checks of contract/names.ts and contract/duration.ts, as far as JSON Schema can say them. A test compares the two. */
const checkedInCode = {
  name: { ...path, not: { pattern: `${emptyOrDots}|:[A-Za-z]+$` } },
  parent: { ...path, not: { pattern: `${emptyOrDots}|^(?!${COLLECTION}$)[^/]*$` } },
  service: { type: 'string', maxLength: 190, pattern: `^${LABEL}(?:\\.${LABEL})+$` },
  apiVersion: { type: 'string', pattern: String.raw`^v\d{1,3}(?:[a-z][a-z0-9]{0,15})?$` },
};
const checkedAcross = {
  CancelOperationInput: nameOfService,
  WatchOperationInput: nameOfService,
  CancelOperationsInput: {
    oneOf: ['parent', 'names'].map((name) => ({ properties: { [name]: {} }, required: [name] })),
    dependentRequired: { filter: ['parent'] },
  },
};
const duration = {
  anyOf: [
    {
      type: 'string',
      maxLength: MAX_DURATION_LENGTH,
      pattern: String.raw`^(?:0|\d*\.?\d+ *(?:${inAnyCase(DURATION_UNITS)}))$`,
    },
    { type: 'number', minimum: 0, maximum: MAX_DURATION_MS },
  ],
};

const docs = typeDocs(await declarations());
const $defs = { duration: { description: docs.get('Duration')?.text, ...duration } };
const wanted = new Map();
for (const [file, [type, schema]] of Object.entries(FILES)) {
  const structure = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: ['check', 'raw_check', 'partial_check'],
  });
  // An input may have declared fields only; a result may get more.
  const isInput = structure.additionalProperties === false;
  const { $schema, ...body } = structure;
  const $id = `urn:temporal-lro:schema:${basename(file, '.json')}`;
  const described = { $schema, $id, title: type, ...withDocs(body, type, isInput), ...checkedAcross[type] };
  wanted.set(file, await formatted(usesDuration(described) ? { ...described, $defs } : described));
}
process.exitCode = process.argv.includes('--check') ? await compare() : await write();

/** The schema of a type with the docstrings of the type and its fields; a field that the type does not have is an error. */
function withDocs({ required, properties, ...schema }, type, isInput) {
  const doc = docs.get(type);
  if (doc === undefined) throw new Error(`nothing declares ${type}`);
  const described = Object.entries(properties).map(([name, property]) => {
    const field = fieldOf(type, name);
    if (field === undefined) throw new Error(`${type} has no field ${name}, and its schema has`);
    // That of a duration stands where the reference leads.
    const description = field.text ?? (field.type === 'Duration' ? undefined : docs.get(field.type)?.text);
    return [name, { ...(description && { description }), ...bodyOf(name, property, field.type, isInput) }];
  });
  return {
    ...(doc.text && { description: doc.text }),
    ...schema,
    properties: Object.fromEntries(described),
    required,
  };
}

function bodyOf(name, property, type, isInput) {
  if (type === 'Duration') {
    return { $ref: '#/$defs/duration', ...(property.default !== undefined && { default: property.default }) };
  }
  if (property.items?.properties !== undefined) {
    return { ...property, items: bodyOf(name, property.items, type.replace(/\[\]$/, ''), isInput) };
  }
  // A type that is written out where it is used has no docstrings of its own.
  if (property.properties !== undefined && /^\w+$/.test(type)) {
    const { description: _, ...body } = withDocs(property, type, isInput);
    return body;
  }
  return { ...property, ...(isInput && Object.hasOwn(checkedInCode, name) && checkedInCode[name]) };
}

function fieldOf(type, name) {
  const doc = docs.get(type);
  return doc?.fields.get(name) ?? (doc?.parent === undefined ? undefined : fieldOf(doc.parent, name));
}

// The patterns of JSON Schema have no flags.
function inAnyCase(pattern) {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function usesDuration(schema) {
  return JSON.stringify(schema).includes('#/$defs/duration');
}

async function declarations() {
  const files = await Promise.all(
    DECLARED_IN.map(async (name) => {
      const from = join(root, 'dist', ...name.split('/'));
      return (await readdir(from)).filter((file) => file.endsWith('.d.ts')).map((file) => join(from, file));
    }),
  );
  return Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
}

async function formatted(value) {
  const options = await prettier.resolveConfig(join(folder, 'result.json'));
  return prettier.format(JSON.stringify(value, withoutEmptyRequired), { ...options, parser: 'json' });
}

function withoutEmptyRequired(key, value) {
  return key === 'required' && Array.isArray(value) && value.length === 0 ? undefined : value;
}

async function write() {
  await mkdir(folder, { recursive: true });
  for (const [file, text] of wanted) await writeFile(join(folder, file), text);
  return 0;
}

async function compare() {
  const there = await readdir(folder).catch(() => []);
  const read = (file) => readFile(join(folder, file), 'utf8').catch(() => undefined);
  const differing = there.filter((file) => !wanted.has(file));
  for (const [file, text] of wanted) if ((await read(file)) !== text) differing.push(file);
  if (differing.length === 0) return 0;
  process.stderr.write(
    `contract/schema is not what the code says (${differing.join(', ')}). Run: npm run build && node scripts/generate-schemas.mjs\n`,
  );
  return 1;
}
