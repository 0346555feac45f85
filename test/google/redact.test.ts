import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { causes, plainError, reasonText } from '../../google/error-cause.js';
import { abortedError, argumentError, GoogleApiError } from '../../google/error.js';
import { redact, redactSecrets } from '../../google/redact.js';

const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/='.repeat(100)}\n-----END PRIVATE KEY-----`;

/** The fields of an error besides its message and its stack. */
const fieldsOf = (error: Error) => Object.fromEntries(Object.entries(error));

describe('text from outside', () => {
  test('loses everything that looks like a secret, and keeps the text around it', () => {
    const cases: [string, string][] = [
      ['a Bearer abc.DEF-123_~+/= b', 'a Bearer [redacted] b'],
      ['basic   dXNlcjpwYXNz.', 'basic [redacted]'],
      ['Bearer abcd', 'Bearer [redacted]'],
      ['the bearer of it', 'the bearer of it'],
      ['forbearer tokens', 'forbearer tokens'],
      ['a ya29.a0Af_H6-S.x b', 'a [redacted] b'],
      ['xya29.abc', 'xya29.abc'],
      ['a eyJhbGci.eyJpc3M.c2ln b', 'a [redacted] b'],
      ['a eyJhbGci.eyJpc3M b', 'a [redacted] b'],
      ['a eyJhbGci b', 'a eyJhbGci b'],
      ['a 1//0gabcdef_-12 b', 'a [redacted] b'],
      ['1//short', '1//short'],
      [`key=AIza${'x'.repeat(35)}&b`, 'key=[redacted]&b'],
      [`AIza${'x'.repeat(20)}`, '[redacted]'],
      [`AIza${'x'.repeat(19)}`, `AIza${'x'.repeat(19)}`],
      ['a GOCSPX-abc_DEF-1 b', 'a [redacted] b'],
      [`a ${PEM} b`, 'a [redacted] b'],
      [`a ${PEM.slice(0, 200)}`, 'a [redacted]'],
      ['ya29.one ya29.two', '[redacted] [redacted]'],
    ];
    for (const [text, safe] of cases) assert.equal(redact(text, 200), safe);
  });

  test('becomes one line without escapes, control characters and invisible characters', () => {
    assert.equal(redact('  a\r\n\tb\u0000\u200b\u2028c  '), 'a b c');
    assert.equal(redact('\u001b[31mred\u001b[0m'), 'red');
    assert.equal(redact('left\u202eright'), 'left right');
    assert.equal(redact(''), '');
  });

  test('is cut at its limit and ends with an ellipsis', () => {
    assert.equal(redact('x'.repeat(10), 10), 'x'.repeat(10));
    assert.equal(redact('x'.repeat(11), 10), `${'x'.repeat(10)}…`);
    assert.equal(redact('x'.repeat(600)), `${'x'.repeat(500)}…`);
    assert.equal(redact(`${'x'.repeat(190)} ya29.${'s'.repeat(3_000)} end`, 220), `${'x'.repeat(190)} [redacted] end`);
  });
});

describe('a line of the log', () => {
  test('loses its tokens and keys, and keeps the text around them', () => {
    const key = 'MIIEvQ+/=\\n'.repeat(20);
    const cases: [string, string][] = [
      ['a Bearer abcd.EFG-1_~+/= b', 'a Bearer [redacted] b'],
      ['a basic  abcdefgh b', 'a basic  [redacted] b'],
      ['Bearer abcdefgh Bearer ijklmnop', 'Bearer [redacted] Bearer [redacted]'],
      ['a bearer of news', 'a bearer of news'],
      ['forbearer abcdefgh', 'forbearer abcdefgh'],
      ['a ya29.a0Af_H6-S.x b', 'a [redacted] b'],
      ['xya29.abc', 'xya29.abc'],
      ['a eyJhbGciOiJI.eyJpc3M.c2ln b', 'a [redacted] b'],
      ['a eyJhbGciOiJI.eyJpc3M. b', 'a [redacted] b'],
      ['a eyJhbGciOiJI.eyJpc3M b', 'a [redacted] b'],
      ['a eyJhbG.eyJpc3M.c2ln b', 'a [redacted] b'],
      ['a eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn b', 'a [redacted] b'],
      ['a eyJhbGciOiJI. b', 'a eyJhbGciOiJI. b'],
      [`a -----BEGIN PRIVATE KEY-----${key}-----END PRIVATE KEY----- b`, 'a [redacted] b'],
      [`a -----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY----- b`, 'a [redacted] b'],
      [`a -----BEGIN PRIVATE KEY-----${key}`, 'a [redacted]'],
      [`a -----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,A1\n\n${key}`, 'a [redacted]'],
      [`{"a":"-----BEGIN PRIVATE KEY-----${key}","b":"c"}`, '{"a":"[redacted]","b":"c"}'],
      ['{"access_token": "abcdefgh-1"}', '{"access_token": "[redacted]"}'],
      ['{"access_token":"ya29.abcdefgh"}', '{"access_token":"[redacted]"}'],
      ['refresh_token=abcdefgh&x', 'refresh_token=[redacted]&x'],
      ['"ID_TOKEN":"abcdefgh"', '"ID_TOKEN":"[redacted]"'],
      ['client_secret: abcdefgh', 'client_secret: [redacted]'],
      ['"private_key":"abcdefgh"', '"private_key":"[redacted]"'],
      ['access_token abc', 'access_token abc'],
      ['access_token is gone, abcdefgh', 'access_token is gone, abcdefgh'],
    ];
    for (const [text, safe] of cases) assert.equal(redactSecrets(text), safe);
  });

  test('stays JSON where a key breaks off before a quote that is escaped', () => {
    const inner = JSON.stringify({ private_key: '-----BEGIN PRIVATE KEY-----\nMIIE' });
    const line = JSON.stringify({ msg: inner, error: JSON.stringify(inner) });
    assert.doesNotMatch(redactSecrets(line), /MIIE/);
    assert.deepEqual(Object.keys(JSON.parse(redactSecrets(line)) as object), ['msg', 'error']);
  });
});

describe('an error of the HTTP client', () => {
  const coded = (message: string, code: unknown, cause?: unknown) =>
    Object.assign(new Error(message, { cause }), { code });

  test('is described by its reason and its code, without the URL', () => {
    const cases: [unknown, string][] = [
      [
        coded('request to https://h/x?key=1 failed, reason: connect ECONNREFUSED', 'ECONNREFUSED'),
        'connect ECONNREFUSED',
      ],
      [coded('request to https://h/x failed, reason:', 'ECONNRESET'), 'ECONNRESET'],
      [coded('see request to h failed, reason: x', 'E1'), 'see request to h failed, reason: x (E1)'],
      [coded('socket hang up', 'ECONNRESET'), 'socket hang up (ECONNRESET)'],
      [coded('outer', 42, coded('inner', 'EPIPE')), 'outer (EPIPE)'],
      [coded('outer', 'has blanks'), 'outer'],
      [coded('outer', `xx ${'y'.repeat(60)}`), 'outer'],
      [coded('outer', 'y'.repeat(61)), 'outer'],
      [coded('outer', 'y'.repeat(60)), `outer (${'y'.repeat(60)})`],
      ['a text', 'a text'],
      [undefined, 'undefined'],
      [new Error(''), 'for no known reason'],
    ];
    for (const [error, reason] of cases) assert.equal(reasonText(error), reason);
  });

  test('becomes a plain error without its request, its headers and its stack', () => {
    const error = Object.assign(coded('Bearer sesame failed', 'E1'), {
      config: { headers: { authorization: 'x' } },
    });
    const plain = plainError(error);
    assert.deepEqual(fieldsOf(plain), { code: 'E1' });
    assert.equal(plain.message, 'Bearer [redacted] failed (E1)');
    assert.equal(plain.stack, 'Error: Bearer [redacted] failed (E1)');
    assert.equal(plainError(new TypeError('x')).stack, 'TypeError: x');
    assert.equal(plainError('x').stack, 'Error: x');
    assert.deepEqual(fieldsOf(plainError('x')), {});
  });

  test('has a chain of causes, cut after eight, for causes can form a circle', () => {
    const inner = new Error('inner');
    assert.deepEqual(causes(new Error('outer', { cause: inner })).length, 2);
    assert.deepEqual(causes(null), []);
    assert.deepEqual(causes('text'), []);
    assert.deepEqual(causes(new Error('outer', { cause: null })).length, 1);
    const circle = new Error('circle');
    circle.cause = circle;
    assert.equal(causes(circle).length, 8);
  });
});

describe('a GoogleApiError', () => {
  test('holds the fields that are given and no other, and a cause without secrets', () => {
    const bare = new GoogleApiError('m', { code: 'UNKNOWN', kind: 'NETWORK' });
    assert.deepEqual(fieldsOf(bare), { name: 'GoogleApiError', code: 'UNKNOWN', kind: 'NETWORK' });
    assert.equal('cause' in bare, false);
    const fields = {
      code: 'UNAVAILABLE',
      kind: 'STATUS',
      httpStatus: 503,
      retryAfterMs: 0,
      url: 'https://h/x',
      reason: 'R',
      answer: 'A',
    } as const;
    const cause = new Error('ya29.secret');
    const full = new GoogleApiError(`${'m'.repeat(2_000)}m`, { ...fields, cause });
    assert.deepEqual(fieldsOf(full), { name: 'GoogleApiError', ...fields });
    assert.equal((full.cause as Error).message, '[redacted]');
    assert.equal(full.message, `${'m'.repeat(2_000)}…`);
  });

  test('has a kind of its own for bad arguments and for a caller who gave up', () => {
    const argument = argumentError('name is bad');
    assert.deepEqual([argument.code, argument.kind, argument.message], ['INVALID_ARGUMENT', 'ARGUMENT', 'name is bad']);
    const aborted = abortedError('get of x');
    assert.deepEqual(fieldsOf(aborted), { name: 'GoogleApiError', code: 'CANCELLED', kind: 'ABORTED' });
    assert.match(aborted.message, /^get of x: given up/);
    assert.equal(abortedError('get of x', { httpStatus: 200, url: 'u' }).httpStatus, 200);
  });
});
