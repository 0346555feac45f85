import fc from 'fast-check';
import { codeNames } from '../../../contract/code.js';
import { anyJson, anyText } from './texts.js';

export const NAME = 'projects/p/locations/us-central1/operations/123';

/** JSON that is nested this deep, without the stack that writing it would take. */
export const deep = (levels: number, open = '{"a":', close = '}'): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

const json = (value: unknown): string => JSON.stringify(value) ?? 'null';

/** The text of a value where a field is expected to have one type, and now and then of any other. */
const valueText = (good: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: good.map(json), weight: 6 },
    { arbitrary: anyJson.map(json), weight: 2 },
    {
      arbitrary: fc.constantFrom(
        '1e400',
        '-0',
        '1.0',
        '123456789012345678901234567890',
        '{"toString":1,"valueOf":1}',
        '{"toString":null}',
        '{"__proto__":{"done":true,"code":1}}',
        '{"constructor":{"prototype":{"polluted":true}}}',
        deep(3_000),
        deep(3_000, '[', ']'),
      ),
      weight: 1,
    },
  );

const code = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    1,
    1,
    '1',
    0,
    2,
    4,
    9,
    10,
    16,
    17,
    -1,
    1.5,
    '1.0',
    ' 1',
    '01',
    true,
    null,
    [1],
    { code: 1 },
    'CANCELLED',
  ),
  fc.integer(),
);
const status = fc.record(
  { code, message: anyText, details: fc.array(anyJson, { maxLength: 2 }) },
  { requiredKeys: [] },
);

const objectText = (fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc
    .shuffledSubarray(
      // A field may be there twice: the last one counts.
      [...Object.keys(fields), ...Object.keys(fields)],
    )
    .chain((keys) =>
      fc.tuple(...keys.map((key) => (fields[key] ?? fc.constant('null')).map((text) => `${json(key)}:${text}`))),
    )
    .map((members) => `{${members.join(',')}}`);

const operationText = objectText({
  name: valueText(fc.constantFrom(NAME, NAME, 'projects/42/locations/us-central1/operations/123', 'x/124', '')),
  done: valueText(fc.constantFrom<unknown>(true, true, false, null, 'true', 1)),
  error: fc.oneof(valueText(status), fc.constant('null')),
  response: valueText(fc.constantFrom<unknown>({ '@type': 'x' }, null)),
  metadata: valueText(fc.constantFrom<unknown>({ '@type': 'y' }, null)),
});
const fullOperation = fc
  .record(
    {
      name: fc.constant(NAME),
      done: fc.boolean(),
      error: status,
      response: fc.object(),
      metadata: fc.object(),
    },
    { requiredKeys: ['done'] },
  )
  .map(json);

const rpcText = objectText({
  code: valueText(fc.constantFrom(400, 403, 404, 429, 499, 500, 503)),
  status: valueText(fc.constantFrom(...codeNames, 'OK', 'not_found', '__proto__', 'constructor')),
  message: valueText(fc.constantFrom('no', 'Quota exceeded for quota metric x per minute')),
  errors: valueText(fc.constant([{ reason: 'rateLimitExceeded' }])),
  details: valueText(
    fc.constant([
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '5s' },
    ]),
  ),
});
const errorText = fc.oneof(
  rpcText.map((text) => `{"error":${text}}`),
  rpcText.map((text) => `[{"error":${text}}]`),
  fc.constantFrom('{"error":"invalid_grant"}', '<html><title>404</title></html>', '{"error":null}', '{"error":[]}'),
);

/** A corruption of a JSON text. */
const spoilt = (good: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(good, fc.nat(), fc.nat({ max: 5 }), anyText).map(([text, seed, kind, piece]) => {
    const at = seed % (text.length + 1);
    switch (kind) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + piece + text.slice(at);
      case 2:
        return `\uFEFF${text}`;
      case 3:
        return `[${text}]`;
      case 4:
        return text + text;
      default:
        return ` \n${text}\t`;
    }
  });

/** Answers of a server. */
export const anyBody = fc.oneof(
  { arbitrary: operationText, weight: 4 },
  { arbitrary: fullOperation, weight: 3 },
  { arbitrary: errorText, weight: 2 },
  { arbitrary: spoilt(fc.oneof(operationText, fullOperation, errorText)), weight: 2 },
  { arbitrary: anyJson.map(json), weight: 1 },
  { arbitrary: anyText, weight: 1 },
);

export const anyErrorBody = fc.oneof(
  { arbitrary: errorText, weight: 6 },
  { arbitrary: spoilt(errorText), weight: 2 },
  { arbitrary: anyBody, weight: 2 },
);

/** Pages of `operations.list`. */
export const anyPage = fc.oneof(
  {
    arbitrary: objectText({
      operations: fc.oneof(
        fc
          .array(fc.oneof({ arbitrary: fullOperation, weight: 4 }, operationText, anyJson.map(json)), {
            maxLength: 4,
          })
          .map((all) => `[${all.join(',')}]`),
        valueText(fc.constant([])),
      ),
      nextPageToken: valueText(fc.oneof(anyText, fc.constant('x'.repeat(20_000)))),
      unreachable: valueText(fc.constant(['projects/p/locations/l'])),
    }),
    weight: 3,
  },
  { arbitrary: anyBody, weight: 1 },
);
