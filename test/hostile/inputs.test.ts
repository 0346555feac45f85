import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseBulkInput } from '../../contract/bulk.js';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../contract/duration.js';
import { parseAbort, parseOperationInput, parseAbortLeniently } from '../../contract/input.js';
import { InvalidInput } from '../../contract/invalid-input.js';
import { quoted } from '../../contract/text.js';
import { isHost, isName, isParent, isVersion } from './support/expected.js';
import { property } from './support/property.js';
import { anyJson, anyName, anyService, anyText, anyVersion, mutated } from './support/texts.js';

const FILE = 'hostile/inputs';

/** Characters that must not be in a message for terminals and logs. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

const anyDuration = fc.oneof(
  fc.constantFrom<unknown>('500ms', '90s', '15m', '24h', '7d', '5 minutes', '0', 0, 1_000, '1.5h'),
  fc.constantFrom<unknown>(
    '1e9s',
    '-1s',
    '5',
    '1 s',
    '１s',
    '1s\n',
    '3651d',
    '99999999999999999s',
    '0x10s',
    'NaN',
    '.5s',
    '1.s',
  ),
  fc.constantFrom<unknown>(Number.NaN, Infinity, -Infinity, -1, -0, 1e300, Number.MAX_SAFE_INTEGER, 0.4),
  mutated(fc.constantFrom('90s', '15m', '1.5h')),
  anyJson,
);

const field = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: good, weight: 6 }, { arbitrary: anyJson, weight: 1 });
const common = {
  service: field(anyService),
  apiVersion: field(anyVersion),
  reason: field(fc.oneof(anyText, fc.constant('x'.repeat(1_025)))),
  requestedBy: field(fc.oneof(anyText, fc.constant('x'.repeat(257)))),
  timeout: anyDuration,
  resendCancelAfter: anyDuration,
  polling: field(
    fc.record(
      {
        initialInterval: anyDuration,
        backoffCoefficient: fc.oneof(fc.double(), fc.constantFrom<unknown>(1, 2, 100, '2', null)),
        maximumInterval: anyDuration,
      },
      { requiredKeys: [] },
    ),
  ),
};
const followInput = fc.oneof(
  fc.record(
    {
      ...common,
      name: field(anyName),
      whenNotCancellable: fc.oneof(fc.constantFrom('return', 'follow'), anyJson),
      notFoundGrace: anyDuration,
      abortAfter: anyDuration,
    },
    { requiredKeys: ['name'] },
  ),
  fc.record({ name: anyName, service: anyService, apiVersion: anyVersion }),
  fc.tuple(anyName, anyText, anyJson).map(([name, key, value]) => ({ name, [key]: value })),
  // As it comes out of JSON, where this key is a field like any other.
  fc
    .tuple(anyName, anyJson)
    .map(([name, value]): unknown =>
      JSON.parse(`{"name":${JSON.stringify(name)},"__proto__":${JSON.stringify(value) ?? 'null'}}`),
    ),
  anyJson,
  fc.constant(undefined),
);

/** The result of a parser: the good value, or `undefined` after a clear error. Any other error fails the test. */
function parsed<T>(parse: () => T, fields: readonly string[]): T | undefined {
  try {
    return parse();
  } catch (error) {
    assert.ok(error instanceof InvalidInput, `${String(error)} is no InvalidInput`);
    assert.equal(error.code, 'INVALID_ARGUMENT');
    const [, field = ''] = /^("(?:[^"\\]|\\.)*"|[\w.]+): ./.exec(error.message) ?? [];
    assert.ok(field !== '', `no field in: ${error.message}`);
    const isKnown = ['input', ...fields].includes(field.split('.')[0] ?? '');
    assert.ok(isKnown || error.message.endsWith(': is not a field of this input'), error.message);
    assert.doesNotMatch(error.message, UNSAFE);
    assert.ok(error.message.length < 500, 'a message is short');
    return undefined;
  } finally {
    assert.deepEqual(Object.keys(Object.prototype), []);
  }
}

const FIELDS = [...Object.keys(common), 'name', 'whenNotCancellable', 'notFoundGrace', 'abortAfter'];

property(
  FILE,
  'the input of a workflow is sound after parsing, or the error names the field',
  fc.tuple(fc.constantFrom('cancelOperation' as const, 'watchOperation' as const), followInput),
  ([type, input]) => {
    const request = parsed(() => parseOperationInput(type, input), FIELDS);
    if (request === undefined) return;
    assert.ok(isName(request.name, request.service) && isHost(request.service) && isVersion(request.apiVersion));
    assert.ok((request.reason ?? '').length <= 1_024 && (request.requestedBy ?? '').length <= 256);
    const { timeout, resendCancelAfter, notFoundGrace, abortAfter, polling } = request;
    for (const ms of [timeout, resendCancelAfter, notFoundGrace, abortAfter, polling?.maximumInterval])
      assert.ok(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= MAX_DURATION_MS), String(ms));
    assert.ok(timeout !== 0 && abortAfter !== 0);
    if (polling !== undefined) assert.ok(polling.maximumInterval >= polling.initialInterval);
    assert.ok(
      Object.keys(request).every((key) => FIELDS.includes(key)),
      Object.keys(request).join(),
    );
    assert.ok(type === 'watchOperation' || abortAfter === undefined);
  },
  { short: 300 },
);

property(
  FILE,
  'the input of cancelOperations is sound after parsing, or the error names the field',
  fc.oneof(
    fc.record(
      {
        ...common,
        parent: field(anyName),
        filter: field(anyText),
        names: field(fc.array(anyName, { maxLength: 5 })),
        maxConcurrent: fc.oneof(fc.integer({ min: -1, max: 501 }), fc.double(), anyJson),
        dryRun: fc.oneof(fc.boolean(), anyJson),
      },
      { requiredKeys: [] },
    ),
    fc.record({ parent: anyName, filter: anyText }),
    fc.record({ names: fc.array(anyName, { minLength: 1, maxLength: 5 }) }),
    anyJson,
  ),
  (input) => {
    const fields = [...Object.keys(common), 'parent', 'filter', 'names', 'maxConcurrent', 'dryRun'];
    const request = parsed(() => parseBulkInput(input), fields);
    if (request === undefined) return;
    assert.notEqual(request.parent === undefined, request.names === undefined);
    assert.ok(request.parent === undefined || isParent(request.parent));
    assert.ok(isHost(request.service) && isVersion(request.apiVersion));
    assert.ok(Number.isInteger(request.maxConcurrent) && request.maxConcurrent >= 1 && request.maxConcurrent <= 500);
    assert.ok(request.filter === undefined || request.parent !== undefined);
  },
  { short: 300 },
);

property(
  FILE,
  'an abort is parsed or refused as an update, and always taken as a signal with its good fields only',
  fc.oneof(
    fc.record({ reason: anyJson, requestedBy: anyJson }, { requiredKeys: [] }),
    fc.record({ reason: fc.constant('x'.repeat(2_000)), requestedBy: anyText }),
    anyJson,
    fc.constant(undefined),
  ),
  (input) => {
    const strict = parsed(() => parseAbort(input), ['reason', 'requestedBy']);
    const salvaged = parseAbortLeniently(input);
    for (const abort of strict === undefined ? [salvaged] : [strict, salvaged]) {
      for (const [key, value] of Object.entries(abort)) {
        assert.ok(key === 'reason' || key === 'requestedBy', key);
        assert.ok(typeof value === 'string' && value.length <= (key === 'reason' ? 1_024 : 256));
      }
    }
    if (strict !== undefined) assert.deepEqual(salvaged, strict);
  },
  { short: 300 },
);

property(
  FILE,
  'a duration is a whole number of milliseconds up to ten years, or none',
  anyDuration,
  (value) => {
    const ms = parseDuration(value);
    if (ms === undefined) return;
    assert.ok(Number.isInteger(ms) && ms >= 0 && ms <= MAX_DURATION_MS, String(ms));
    assert.ok(typeof value === 'number' || /^[0-9.]+ *[a-z]*$/i.test(String(value)), String(value));
    assert.match(formatDuration(ms), /^\d+(?:ms|[dhms])(?: \d+[hms])?$/);
  },
  { short: 300 },
);

property(
  FILE,
  'a text that is quoted in a message stays short, on one line and without control characters',
  anyText,
  (text) => {
    const shown = quoted(text);
    assert.doesNotMatch(shown, UNSAFE);
    assert.ok(shown.length <= 6 * 81 + 2, String(shown.length));
  },
  { short: 300 },
);
