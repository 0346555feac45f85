import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printable, printableJson, printableLines } from '../../cli/output/printable.js';
import { summaryLine } from '../../client/summary.js';
import { cut, escapeJson, maskControls, maskJson, oneLine, quoted } from '../../contract/text.js';
import { plainError, reasonText } from '../../google/error-cause.js';
import { errorOfAnswer, textOfPage } from '../../google/http/error-of-answer.js';
import { secretFilter } from '../../google/http/redact-sent-secrets.js';
import { redact, redactSecrets } from '../../google/redact.js';
import { escapeControl } from '../../worker/escape-control.js';
import { code, plain } from '../../workflows/markdown.js';

const LENGTH = 300_000;
/** Of processor time. A pattern that takes quadratic time needs a minute and more; the slowest of these takes some 0.1 s. */
const MAX_CPU_MS = 3_000;

const token = 'ab'.repeat(20);

/** A text of `LENGTH` characters or more, made of repetitions. */
const long = (piece: string, end = '') => piece.repeat(Math.ceil(LENGTH / piece.length)) + end;

/** Beginnings of what the patterns look for, again and again, so that each could be tried from every one of them. */
const texts: Record<string, string> = {
  'one letter': long('x'),
  blanks: long(' ', 'x'),
  'line ends': long('\r\n'),
  'invisible characters': long('\u200b\u202e'),
  backslashes: long('\\'),
  'beginnings of JWTs': long('-eyJaaaa'),
  'JWTs that break off': long('eyJaaaa.'),
  'a JWT without an end': `eyJ${long('a.')}`,
  'beginnings of keys': long('-----BEGIN A'),
  'keys without an end': long('-----BEGIN A-----'),
  'a key without an end': `-----BEGIN A-----${long('a\\n')}`,
  'a key of hyphens': `-----BEGIN A-----${long('- ')}`,
  'words before credentials': long('bearer '),
  'a word before many blanks': long(`basic${' '.repeat(1_000)}`),
  'names of secrets': long('access_token='),
  'names of secrets in blanks': long(`private_key${' '.repeat(6)}`),
  'beginnings of tokens': long('ya29.-AIza-GOCSPX-1//-'),
  'escapes for terminals': long('\u001b['),
  'escapes with parameters': long('\u001b[;;;;;;;;'),
  'escapes without an end': long('\u001b]aaaa'),
  'beginnings of tags': long('<title '),
  'angle brackets': long('<'),
  'beginnings of URLs': long('www:/'),
  'signs of Markdown': long('[`|*'),
  'beginnings of what was sent': long(`${token.slice(0, 15)}-`),
  'half characters': long('\ud83d'),
};

const filter = secretFilter({ headers: new Headers({ authorization: `Bearer ${token}` }) });
const answer = (text: string, status: number) => ({ status, headers: { get: () => null }, text });

const cleaners: Record<string, (text: string) => unknown> = {
  oneLine,
  maskControls,
  maskJson,
  escapeJson,
  quoted,
  cut: (text) => cut(text, 100),
  printable,
  printableLines,
  printableJson,
  summaryLine,
  code,
  plain,
  redact,
  'redact, little of which is cut off': (text) => redact(text, LENGTH),
  redactSecrets,
  'a filter of what was sent': filter,
  textOfPage,
  reasonText: (text) => reasonText(new Error(text)),
  plainError: (text) => plainError(new Error(`request to ${text}`)),
  'the error of a page': (text) => errorOfAnswer(answer(text, 502), 'get of x', 'https://h/'),
  'the error of a status': (text) =>
    errorOfAnswer(answer(JSON.stringify({ error: { code: 403, message: text } }), 403), 'get of x', 'https://h/'),
  'a line of the log as JSON': (text) => escapeControl(redactSecrets(JSON.stringify({ msg: text })), 'json'),
  'a pretty line of the log': (text) => escapeControl(redactSecrets(JSON.stringify({ msg: text })), 'pretty'),
};

describe('a long text that was made to keep a pattern busy', () => {
  for (const [name, clean] of Object.entries(cleaners)) {
    test(`is cleaned in seconds: ${name}`, () => {
      for (const [what, text] of Object.entries(texts)) {
        const start = process.cpuUsage();
        clean(text);
        const ms = process.cpuUsage(start).user / 1_000;
        assert.ok(ms < MAX_CPU_MS, `${what}: ${Math.round(ms)} ms`);
      }
    });
  }
});
