import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const text = readFileSync('SECURITY.md', 'utf8');
const [body = '', ...notes] = text.split(/^\[\^(?=\w+\]: )/m);

/** The tests of a footnote, such as `test/a.test.ts`: "a title", "another"; `test/b.test.ts`: "a title". */
function testsOf(note: string): { file: string; title: string }[] {
  const [, cited = ''] = /^\w+\]: (.*)\n$/.exec(note) ?? assert.fail(`${note} is no footnote on one line`);
  return cited.split('; `').flatMap((part) => {
    const [, file = '', titles = ''] = /^`?(test\/[\w./-]+\.test\.ts)`: "(.*)"$/.exec(part) ?? assert.fail(part);
    return titles.split('", "').map((title) => ({ file, title }));
  });
}

/** The titles of a test file as patterns: a placeholder may be anything. */
function titlesIn(source: string): RegExp[] {
  const literals = source.matchAll(/\b(?:test|it|property)\(\s*(?:FILE,\s*)?(['"`])((?:\\.|(?!\1).)+)\1/gs);
  return [...literals].map(([, , title = '']) => {
    const parts = title.replaceAll(/\\(.)/gs, '$1').split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.+')}$`);
  });
}

test('every footnote of SECURITY.md is used once, and names tests by a title that their file has', () => {
  assert.ok(notes.length > 20);
  const used = [...body.matchAll(/\[\^(\w+)\]/g)].map(([, id]) => id);
  assert.deepEqual(
    used,
    notes.map((note) => /^\w+/.exec(note)?.[0]),
  );
  for (const { file, title } of notes.flatMap(testsOf))
    assert.ok(
      titlesIn(readFileSync(file, 'utf8')).some((pattern) => pattern.test(title)),
      `${file} has no test "${title}"`,
    );
});

test('no test is named in SECURITY.md but in a footnote', () => {
  assert.doesNotMatch(body, /\btest\/\w/);
});
