import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ms from 'ms';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../contract/duration.js';

/** `ms` 3.0.0-canary.1, with which Temporal's options are read; it is not typed for every string. */
const readByMs = ms as unknown as (text: string) => number;

const READ: readonly (readonly [unknown, number])[] = [
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['1y', 31_557_600_000],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['1.5 hours', 5_400_000],
  ['5 minutes', 300_000],
  ['1 Min', 60_000],
  ['1M', 60_000],
  ['20 msecs', 20],
  ['1 Millisecond', 1],
  ['0', 0],
  ['0s', 0],
  [250, 250],
  [0, 0],
];

test('a duration is read as the contract writes it', () => {
  for (const [text, duration] of READ) assert.equal(parseDuration(text), duration, String(text));
});

test('what is not a duration is none', () => {
  const cases = [
    '',
    ' ',
    '5',
    '-1s',
    '-1 hour',
    '1.s',
    ' 1s',
    '1s ',
    '1\ts',
    '1 fortnight',
    '1 wee\u212As',
    's',
    '1e3s',
    'Infinitys',
    '9999999d',
    '11y',
    '1s1s',
    `${'0'.repeat(99)}1s`,
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

const UNITS = [
  'milliseconds',
  'millisecond',
  'msecs',
  'msec',
  'ms',
  'seconds',
  'second',
  'secs',
  'sec',
  's',
  'minutes',
  'minute',
  'mins',
  'min',
  'm',
  'hours',
  'hour',
  'hrs',
  'hr',
  'h',
  'days',
  'day',
  'd',
  'weeks',
  'week',
  'w',
  'years',
  'year',
  'yrs',
  'yr',
  'y',
  '',
  'mon',
  'x',
  'H',
  'MINS',
  'Weeks',
];

test('a string is read as by ms, but not a negative one, one without a unit or one of more than ten years', () => {
  const amount = fc.oneof(
    fc.stringMatching(/^-?\d{0,4}\.?\d{1,3}$/),
    fc.constantFrom('0', '1', '1.5', '.5', '1.', '-2'),
  );
  const unit = fc.constantFrom(...UNITS);
  fc.assert(
    fc.property(amount, fc.constantFrom('', ' ', '   ', '\n'), unit, (number, space, name) => {
      const text = `${number}${space}${name}`;
      const expected = readByMs(text);
      const isTaken =
        expected >= 0 && expected <= MAX_DURATION_MS && (name !== '' || text === '0') && !text.startsWith('-');
      assert.equal(parseDuration(text), isTaken ? Math.round(expected) : undefined, text);
    }),
    { numRuns: 5_000 },
  );
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
