import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cut, escapeJson, maskControls, maskJson, oneLine, quoted } from '../../contract/text.js';

describe('a text from outside in a message', () => {
  test('is quoted, cut after 80 characters, and free of control characters', () => {
    assert.equal(quoted('a"b'), '"a\\"b"');
    assert.equal(quoted('x'.repeat(80)), `"${'x'.repeat(80)}"`);
    assert.equal(quoted('x'.repeat(81)), `"${'x'.repeat(80)}…"`);
    assert.equal(quoted('a\u001b[2J\u007f\u009b\u2028\u202e\u2066b'), '"a\\u001b[2J?????b"');
  });
});

describe('a text from outside', () => {
  test('comes onto one line, each run of blanks, control and invisible characters as one blank', () => {
    assert.equal(oneLine(' a\r\n\tb\u0000\u009b\u200b\u202e\u2028c\u{E0041}d '), ' a b c d ');
    assert.equal(oneLine('a b'), 'a b');
  });

  test('is cut with a sign that it was, and never within a character', () => {
    assert.equal(cut('x'.repeat(10), 10), 'x'.repeat(10));
    assert.equal(cut('x'.repeat(11), 10), `${'x'.repeat(10)}…`);
    assert.equal(cut('ab😀', 4), 'ab😀');
    assert.equal(cut('ab😀c', 3), 'ab…');
    assert.equal(cut('', 0), '');
  });

  test('has a question mark for each terminal control, and keeps its line ends and the characters that join letters', () => {
    assert.equal(maskControls('a\n\tb\u001b[2J\u009b\u202e\u2028\u007fc'), 'a\n?b?[2J????c');
    assert.equal(maskControls('👩\u200d🚀'), '👩\u200d🚀');
  });

  test('in JSON has what JSON.stringify leaves escaped or replaced', () => {
    const value = { text: 'é\n\u007f\u009b\u202e\u2028\u200b\u{E0041}' };
    const json = JSON.stringify(value);
    assert.equal(escapeJson(json), '{"text":"é\\n\\u007f\\u009b\\u202e\\u2028\\u200b\\udb40\\udc41"}');
    assert.deepEqual(JSON.parse(escapeJson(json)), value);
    assert.equal(maskJson(json), '{"text":"é\\n??????"}');
  });
});
