// Writes the table of kinds in docs/jobs.md from google/kinds/table.ts. Run after tsc.
// node scripts/generate-job-table.mjs [--check]   --check writes nothing and fails where the table is not what it would write
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCATION, nameOfKind, statePathOf } from '../dist/google/kinds/kind.js';
import { KINDS } from '../dist/google/kinds/table.js';

const FILE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'jobs.md');
/** The part of the page that is written here. */
const TABLE = /(?<=<!-- kinds: npm run build && node scripts\/generate-job-table\.mjs -->\n\n).*?(?=\n\n<!-- end -->)/s;
/** What the readers read beside the word. */
const READINGS = {
  word: '',
  bigquery: '`DONE` without `status.errorResult` COMPLETED, with the reason `stopped` CANCELLED, with another FAILED',
  run: 'of the condition `Completed` reason `CANCELLED` CANCELLED, state `CONDITION_SUCCEEDED` COMPLETED, `CONDITION_FAILED` FAILED',
  matrix: '`FINISHED` with an execution that is `CANCELLED` CANCELLED',
  operation: '`DONE` without an error COMPLETED, with `error.code` 1 CANCELLED, with another error FAILED',
  errors: '`DONE` without an error COMPLETED, with one FAILED',
};

const rows = KINDS.map((kind) => [
  code(kind.service),
  code(nameOfKind(kind)),
  kind.names.map(code).join(' or '),
  cancelOf(kind.cancel),
  code(statePathOf(kind)) + (kind.prefix ? `, ${code(`${kind.prefix}…`)}` : ''),
  [endsOf(kind.ends ?? {}), readingOf(kind)].filter((part) => part !== '').join('; '),
  listOf(kind),
]);
const table = [
  ['service', 'kind', 'names', 'cancelled by', 'state', 'other final words', 'listed under'],
  Array(7).fill('---'),
  ...rows,
]
  .map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'))
  .join('\n');

const page = await readFile(FILE, 'utf8');
const wanted = page.replace(TABLE, () => table);
if (!process.argv.includes('--check')) await writeFile(FILE, wanted);
else if (wanted !== page) {
  process.stderr.write(
    'docs/jobs.md is not what the code says. Run: npm run build && node scripts/generate-job-table.mjs\n',
  );
  process.exitCode = 1;
}

function cancelOf({ verb = ':cancel', method = 'POST', body, through, none } = {}) {
  if (none !== undefined) return `nothing: ${none}`;
  if (through !== undefined) return `\`:cancel\` of the operation that its \`${through}\` names`;
  const fields = body && Object.entries(body).map(([field, value]) => code(`${field}: ${value}`));
  return code(`${method} …${verb}`) + (fields && method !== 'POST' ? ` with ${fields.join(', ')}` : '');
}

/** The words that most services do not have. */
function endsOf(ends) {
  const wordsOf = (outcome) => Object.keys(ends).filter((word) => ends[word] === outcome);
  return [...new Set(Object.values(ends))]
    .map((outcome) => `${wordsOf(outcome).map(code).join(', ')} ${outcome}`)
    .join('; ');
}

function readingOf({ read = 'word', error }) {
  // A list of errors has no code that would say so.
  const reading = error === 'error.errors' ? READINGS.errors : READINGS[read];
  if (reading === undefined) throw new Error(`docs/jobs.md does not say how the reader ${read} reads`);
  return reading;
}

function listOf({ names: [pattern], list = {} }) {
  if (list.none !== undefined) return `nothing: ${list.none}`;
  const parent = code(list.acrossParents ? LOCATION : pattern.split('/').slice(0, -2).join('/'));
  return parent + (list.leavesOut ? `, without ${list.leavesOut}` : '');
}

function code(text) {
  return `\`${text}\``;
}
