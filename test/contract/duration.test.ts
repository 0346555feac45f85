import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../contract/duration.js';

test('a duration is read as the contract writes it', () => {
  const cases: [unknown, number][] = [
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['1.5s', 1_500],
    ['0', 0],
    ['0s', 0],
    [250, 250],
    [0, 0],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, String(text));
});

test('what is not a duration is none', () => {
  const cases = [
    '',
    ' ',
    '5',
    '-1s',
    '1 s',
    '1w',
    '1S',
    's',
    '1e3s',
    'Infinitys',
    '9999999d',
    '1s1s',
    -1,
    NaN,
    Infinity,
    1e18,
    null,
    true,
    {},
    [],
  ];
  for (const value of cases) assert.equal(parseDuration(value), undefined, JSON.stringify(value));
});

test('a duration is whole milliseconds between 0 and ten years, whatever comes in', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^\d{1,20}(\.\d{1,12})?(ms|s|m|h|d)$/)),
      (value) => {
        const ms = parseDuration(value);
        assert.ok(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= MAX_DURATION_MS));
      },
    ),
  );
});

test('a duration is shown in two units at most', () => {
  assert.equal(formatDuration(0), '0ms');
  assert.equal(formatDuration(999), '999ms');
  assert.equal(formatDuration(93_500), '1m 33s');
  assert.equal(formatDuration(3_600_000), '1h');
  assert.equal(formatDuration(90_061_000), '1d 1h');
});
