import fc from 'fast-check';

/** Pieces that have fooled parsers of paths, hosts, terminals and Markdown. */
export const NASTY: readonly string[] = [
  '',
  '.',
  '..',
  '...',
  '/',
  '//',
  '/../',
  '%2e%2e',
  '%2E',
  '%2f',
  '%5c',
  '%00',
  '%',
  '\\',
  '\\\\evil.com',
  '?',
  '?alt=media',
  '#',
  '#x',
  '@',
  '@evil.com',
  ':',
  ':443',
  ':cancel',
  ':a',
  '::',
  '%2F..%2F',
  ';',
  '&',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '\u0007',
  '\u001B[2J',
  '\u001B]8;;https://evil.com\u0007',
  '\u001B]0;title\u0007',
  '\u009B31m',
  '\u009D8;;x\u009C',
  '\u007F',
  '\u0085',
  '\u061C',
  '\u200B',
  '\u200E',
  '\u202Egpj.exe',
  '\u2066',
  '\u2028',
  '\uFEFF',
  '\u00AD',
  '．',
  '／',
  '＼',
  '。',
  '．．',
  'ｇoogleapis',
  'ⅴ1',
  'а',
  'ß',
  'İ',
  '℀',
  '\uD800',
  '\u{E0041}',
  '🏴‍☠️',
  'evil.com',
  'https://evil.com',
  'javascript:alert(1)',
  'xn--80ak6aa92e',
  'localhost',
  '127.0.0.1',
  '0x7f.1',
  '2130706433',
  '169.254.169.254',
  '[::1]',
  '[::ffff:7f00:1]',
  '{location}',
  '*',
  '**',
  '${jndi:x}',
  '<img src=x onerror=alert(1)>',
  '[x](https://evil.com)',
  '![x](//evil.com)',
  '`',
  '|',
  '__proto__',
  'constructor',
  'toString',
  'projects',
  'locations',
  'operations',
  'x'.repeat(64),
  'x'.repeat(1_000),
];

export const nasty = fc.constantFrom(...NASTY);

/** Any text: hostile pieces, anything in Unicode, anything in UTF-16. */
export const anyText = fc.oneof(
  nasty,
  fc.array(fc.oneof(nasty, fc.string({ maxLength: 6 })), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** A good text with a change. */
export function mutated(good: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(good, fc.nat(), fc.nat({ max: 4 }), fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 3 })))
    .map(([text, seed, kind, piece]) => {
      const at = seed % (text.length + 1);
      const [before, after] = [text.slice(0, at), text.slice(at)];
      switch (kind) {
        case 0:
          return before + piece + after;
        case 1:
          return before + piece + after.slice(1);
        case 2:
          return before + percent(after.slice(0, 1)) + after.slice(1);
        case 3:
          return before + fullwidth(after.slice(0, 1)) + after.slice(1);
        default:
          return text
            .split('/')
            .with(seed % text.split('/').length, piece)
            .join('/');
      }
    });
}

const segment = fc.oneof(
  fc.constantFrom('projects', 'locations', 'regions', 'operations', 'us-central1', 'us', 'eu', 'global', 'p', '123'),
  fc.string({
    unit: fc.constantFrom(...'abzAZ09-._~=+@,():'.split('')),
    minLength: 1,
    maxLength: 12,
  }),
);

/** Names of operations, nearly all of them good. */
export const goodName = fc.oneof(
  fc
    .tuple(fc.constantFrom('us-central1', 'europe-west4', 'us', 'eu', 'global'), segment, segment)
    .map(([location, project, id]) => `projects/${project}/locations/${location}/operations/${id}`),
  fc.tuple(segment, segment).map(([location, id]) => `projects/p/locations/${location}/operations/${id}`),
  fc.array(segment, { minLength: 2, maxLength: 8 }).map((segments) => segments.join('/')),
  fc.tuple(segment, segment).map(([bucket, id]) => `projects/_/buckets/${bucket}/operations/${id}`),
  fc.tuple(segment, segment).map(([point, id]) => `policies/a.b%2F${point}/denypolicies/x/operations/${id}`),
);

/** Names: good ones, changed ones, and any text. */
export const anyName = fc.oneof(
  { arbitrary: goodName, weight: 3 },
  { arbitrary: mutated(goodName), weight: 5 },
  { arbitrary: anyText, weight: 1 },
);

const SERVICES = [
  'aiplatform.googleapis.com',
  'batch.googleapis.com',
  'speech.googleapis.com',
  'pubsublite.googleapis.com',
  'dns.googleapis.com',
  'storage.googleapis.com',
];

/** Hosts that a person or a careless pattern may take for one of Google's. */
export const TRICKS: readonly string[] = [
  'aiplatform.googleapis.com.evil.com',
  'evil.com/.googleapis.com',
  'evil.com#.googleapis.com',
  'evil.com?.googleapis.com',
  'evil.com\\.googleapis.com',
  'a@b',
  'user:pass@aiplatform.googleapis.com',
  'aiplatform.googleapis.com@evil.com',
  'aiplatform.googleapis.com:443',
  'aiplatform.googleapis.com:8443',
  'aiplatform.googleapis.com.',
  '.googleapis.com',
  'AIPLATFORM.googleapis.com',
  'aiplatform.GoogleAPIs.com',
  'aiplatform.googleapis.com.evil',
  'googleapis.com.evil',
  'googleapis.com',
  'xgoogleapis.com',
  'aiplatform.xgoogleapis.com',
  'bucket.storage.googleapis.com',
  'aiplatform.googleapis.co',
  'аiplatform.googleapis.com',
  'aiplatform。googleapis。com',
  'xn--iplatform-6fg.googleapis.com',
  'aiplatform.googleapis.com\u0000.evil.com',
  'aiplatform.googleapis.com\n.evil.com',
  'aiplatform%2egoogleapis.com',
  '-a.googleapis.com',
  'a-.googleapis.com',
  'a..googleapis.com',
  'a_b.googleapis.com',
  'localhost',
  '127.0.0.1',
  '0x7f.0.0.1',
  '1.2.3',
  '[::1]',
  'metadata.google.internal',
  'mine.example',
  'constructor',
];

/** Services: good ones, hostile ones, changed ones, and any text. */
export const anyService = fc.oneof(
  { arbitrary: fc.constantFrom(...SERVICES, 'mine.example'), weight: 5 },
  { arbitrary: fc.constantFrom(...TRICKS), weight: 3 },
  { arbitrary: mutated(fc.constantFrom(...SERVICES)), weight: 2 },
  { arbitrary: anyText, weight: 1 },
);

export const anyVersion = fc.oneof(
  { arbitrary: fc.constantFrom('v1', 'v1beta1', 'v1p1beta1', 'v2', 'v1beta2'), weight: 6 },
  { arbitrary: mutated(fc.constantFrom('v1', 'v1beta1')), weight: 2 },
  { arbitrary: anyText, weight: 1 },
);

/** Any JSON value, with hostile keys. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyText,
    fc.double(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(nasty, fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 4 }),
  ),
})).value;

function percent(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function fullwidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
}
