// Writes the table of kinds in docs/jobs.md, and the services in the README, from google/kinds/table.ts. Run after tsc.
// node scripts/generate-job-table.mjs [--check]   --check writes nothing and fails where one is not what it would write
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameOfKind, PLAIN_WORDS, statePathOf } from '../dist/google/kinds/kind.js';
import { KINDS } from '../dist/google/kinds/table.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The parts of the pages that are written here. */
const TABLE = /(?<=<!-- kinds: npm run build && node scripts\/generate-job-table\.mjs -->\n\n).*?(?=\n\n<!-- end -->)/s;
const SERVICES = /(?<=All that have jobs.*\n\n```\nexport GOOGLE_SERVICES=).*?(?=\n```)/s;
/** What readers read that is no word of `ends`. */
const ENDS_OF_READER = {
  bigquery: '`DONE`: without `status.errorResult` COMPLETED, with the reason `stopped` CANCELLED, with another FAILED',
  run: 'of the condition `Completed`: reason `CANCELLED` CANCELLED; state `CONDITION_SUCCEEDED` COMPLETED, `CONDITION_FAILED` FAILED',
  operation: '`DONE`: without an error COMPLETED, with `error.code` 1 CANCELLED, with another error FAILED',
};

const rows = KINDS.map((kind) => [
  code(kind.service),
  code(nameOfKind(kind)),
  kind.names.map(code).join(' or '),
  cancelOf(kind.cancel),
  kind.read === 'run' ? '`conditions`' : code(statePathOf(kind)) + (kind.prefix ? `, ${code(`${kind.prefix}…`)}` : ''),
  ENDS_OF_READER[kind.read] ?? endsOf(kind.ends ?? PLAIN_WORDS),
  kind.list?.none === undefined ? 'yes' : `no: ${kind.list.none}`,
]);
const table = [
  ['service', 'kind', 'names', 'cancelled by', 'state', 'other final words', 'listed'],
  Array(7).fill('---'),
  ...rows,
]
  .map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'))
  .join('\n');

const services = [...new Set(KINDS.map(({ service }) => service))].join(',').replaceAll(/(.{100,}?,)/g, '$1\\\n');
const isCheck = process.argv.includes('--check');
for (const [file, part, text] of [
  ['docs/jobs.md', TABLE, table],
  ['README.md', SERVICES, services],
]) {
  const page = await readFile(join(root, file), 'utf8');
  const wanted = page.replace(part, () => text);
  if (!isCheck) await writeFile(join(root, file), wanted);
  else if (wanted !== page) {
    process.stderr.write(
      `${file} is not what the code says. Run: npm run build && node scripts/generate-job-table.mjs\n`,
    );
    process.exitCode = 1;
  }
}

function cancelOf({ verb = ':cancel', method = 'POST', body, through, none } = {}) {
  if (none !== undefined) return `nothing: ${none}`;
  if (through !== undefined) return `\`:cancel\` of the operation that its \`${through}\` names`;
  const fields = body && Object.entries(body).map(([field, value]) => code(`${field}: ${value}`));
  return code(`${method} …${verb}`) + (fields && method !== 'POST' ? ` with ${fields.join(', ')}` : '');
}

/** The words that mean another outcome than in most services, or that most services have not. */
function endsOf(ends) {
  const others = Object.entries(ends).filter(([word, outcome]) => PLAIN_WORDS[word] !== outcome);
  const outcomes = [...new Set(others.map(([, outcome]) => outcome))];
  return outcomes
    .map(
      (outcome) =>
        `${others
          .filter(([, one]) => one === outcome)
          .map(([word]) => code(word))
          .join(', ')} ${outcome}`,
    )
    .join('; ');
}

function code(text) {
  return `\`${text}\``;
}
