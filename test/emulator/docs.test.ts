import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { adminRoutes, startEmulator } from '../../emulator/index.js';
import { faultFields } from '../../emulator/faults/fault.js';
import { scriptFields } from '../../emulator/operations/script.js';
import { demand, ROOT } from '../examples/support/process.js';

const text = readFileSync(join(ROOT, 'docs', 'emulator.md'), 'utf8');

/** The words in code at the begin of the rows of the tables of a section; `column` 0 is the first. */
function wordsOf(section: string, column: number): string[] {
  const [, part = ''] = text.split(`## ${section}\n`);
  const rows =
    part
      .split('\n## ', 1)[0]
      ?.split('\n')
      .filter((line) => line.startsWith('|')) ?? [];
  return rows.flatMap((row) =>
    [...(row.split(' | ')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
  );
}

function sample(language: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text)?.[1] ?? assert.fail(language);
}

describe('docs/emulator.md', () => {
  it('has every field of a script, every fault with its fields, and every route', () => {
    const fields = wordsOf('Scripts', 0);
    for (const field of scriptFields) assert.ok(fields.includes(field), field);
    const faults = [...wordsOf('Faults', 0), ...wordsOf('Faults', 2), 'kind', 'carriedOut'];
    for (const [kind, own] of Object.entries(faultFields))
      for (const word of [kind, ...own]) assert.ok(faults.includes(word), `${kind}: ${word}`);
    const routes = wordsOf('Routes', 0);
    assert.deepEqual(
      routes.toSorted(),
      Object.keys(adminRoutes)
        .filter((route) => route !== 'GET /emulator')
        .toSorted(),
    );
  });

  it('has a test in JavaScript that passes', async () => {
    // A package may import itself by its name.
    await demand({ file: process.execPath, args: ['--input-type=module', '--eval', sample('js')], cwd: ROOT });
  });

  it('has commands that do what their comments say', async (t) => {
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const env = { PATH: process.env['PATH'], EMULATOR: emulator.url, NO_PROXY: '127.0.0.1' };
    const output = await demand({ file: 'sh', args: ['-ec', sample('sh')], env });
    assert.match(output, /FAILED_PRECONDITION[^]*"code": ?1[^]*"number": ?2/);
    assert.equal(emulator.operation('operations/1').cancelsAccepted, 1);
  });
});
