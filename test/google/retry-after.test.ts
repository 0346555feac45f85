import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseRetryAfter, parseRetryDelay } from '../../google/http/retry-after.js';

describe('how long Google asks to wait', () => {
  test('in RetryInfo is a duration of protobuf', () => {
    for (const [delay, ms] of [
      ['0s', 0],
      ['7s', 7_000],
      ['1.5s', 1_500],
      ['0.000499999s', 0],
      ['0.123456789s', 123],
      ['999999999999s', 999_999_999_999_000],
    ] as const) {
      assert.equal(parseRetryDelay(delay), ms, delay);
    }
    for (const delay of [
      '',
      '5',
      '5 s',
      '-5s',
      '5.s',
      '.5s',
      'x5s',
      '5sx',
      '5ms',
      '1.1234567890s',
      5,
      ['5s'],
      null,
      undefined,
    ])
      assert.equal(parseRetryDelay(delay), undefined, JSON.stringify(delay));
    assert.equal(parseRetryDelay(`${'9'.repeat(13)}s`), undefined);
  });

  test('in Retry-After is seconds', () => {
    for (const [value, ms] of [
      ['0', 0],
      [' 120 ', 120_000],
      ['999999999999', 999_999_999_999_000],
    ] as const) {
      assert.equal(parseRetryAfter(value, null), ms, value);
    }
    for (const value of [null, '', '-1', '1.5', '5x', 'x5', '9'.repeat(13), 'soon'])
      assert.equal(parseRetryAfter(value, null), undefined, String(value));
  });

  test('or a date, counted from the clock of the server that gives it', () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    assert.equal(parseRetryAfter('Tue, 01 Jan 2030 00:00:30 GMT', date), 30_000);
    assert.equal(parseRetryAfter('Tuesday, 01-Jan-30 00:00:30 GMT', date), 30_000);
    assert.equal(parseRetryAfter('Tue Jan  1 00:00:30 2030 GMT', date), 30_000);
    assert.equal(parseRetryAfter('Mon, 31 Dec 2029 23:59:59 GMT', date), 0);
    assert.equal(parseRetryAfter('Tue, sometime', date), undefined);
    assert.equal(parseRetryAfter('2030-01-01', date), undefined);
    assert.equal(parseRetryAfter('after Tue, 01 Jan 2030 00:00:30 GMT', date), undefined);
  });

  test('or a date, counted from our own clock where the server gives no Date', () => {
    for (const date of [null, '', 'yesterday']) {
      const until = new Date(Date.now() + 60_000).toUTCString();
      const ms = parseRetryAfter(until, date) ?? 0;
      assert.ok(ms > 50_000 && ms <= 60_000, `${ms}`);
    }
  });
});
