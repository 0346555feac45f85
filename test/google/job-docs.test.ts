import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nameOfKind } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';
import { ROOT, run } from '../examples/support/process.js';

test('the table of kinds in docs/jobs.md is that of the code', async () => {
  const args = [join(ROOT, 'scripts', 'generate-job-table.mjs'), '--check'];
  const { code, stderr } = await run({ file: process.execPath, args });
  assert.equal(code, 0, stderr);
});

test('docs/permissions.md says what each kind needs', async () => {
  const page = await readFile(join(ROOT, 'docs', 'permissions.md'), 'utf8');
  const [, jobs = ''] = /^## Jobs\n(.*?)^## /ms.exec(page) ?? [];
  const documented = [...jobs.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].flatMap(([, service, kinds = '']) =>
    [...kinds.matchAll(/`([^`]+)`/g)].map(([, kind]) => `${service} ${kind}`),
  );
  const known = KINDS.map((kind) => `${kind.service} ${nameOfKind(kind)}`);
  assert.deepEqual(documented.toSorted(), [...new Set(known)].toSorted());
});
