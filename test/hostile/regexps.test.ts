import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourOutcomes } from '../../cli/output/outcome-colours.js';
import { wrapMessage } from '../../cli/output/text.js';
import { parseDuration } from '../../contract/duration.js';
import { mayReceiveToken, parseEndpoints } from '../../google/endpoint.js';
import { secretFilter } from '../../google/http/redact-sent-secrets.js';
import { nameInPath } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';
import { parsePath } from '../../google/url.js';
import { SeenNames } from '../../workflows/bulk/seen-names.js';
import { hostileTexts, literalsIn, sourcesOf } from './support/regexps.js';

/** Every room but the emulator and the development server, which see texts of this machine alone. */
const ROOMS = ['contract', 'google', 'config', 'activities', 'workflows', 'nexus', 'worker', 'client', 'cli'];
const LENGTH = 32_000;
/** Of processor time, for a text of that length: in quadratic time a pattern needs twice as much on a fast machine. */
const MAX_MS = 25;
/** Three times the text takes three times as long in linear time, and nine times as long in quadratic time. */
const MAX_GROWTH = 6;

const endpoints = {
  universeDomain: 'googleapis.com',
  overrides: parseEndpoints('aiplatform.googleapis.com=https://{location}-x.example.com'),
};
const hidden = secretFilter({ headers: new Headers({ authorization: `Bearer ${'ab'.repeat(20)}` }) });

type Use = (text: string) => unknown;

/** Patterns that are made of other texts, by the file that makes them, in the function that uses them. */
const MADE: Record<string, Use | Use[]> = {
  'cli/output/outcome-colours.js': (text) => colourOutcomes((_, outcome) => outcome, text),
  'cli/output/text.js': (text) => wrapMessage(`see: ${text}`, 80),
  'contract/duration.js': parseDuration,
  'google/endpoint.js': (text) =>
    mayReceiveToken(
      { protocol: 'https:', username: '', password: '', port: '1', hostname: text, origin: text } as URL,
      endpoints,
    ),
  'google/http/redact-sent-secrets.js': hidden,
  'google/kinds/kind.js': KINDS.map(
    (kind) => (text: string) => nameInPath(kind, text, new URLSearchParams({ location: text })),
  ),
  'google/url.js': (text) => parsePath('storage.googleapis.com', `/${text}`),
  'workflows/bulk/seen-names.js': (text) => new SeenNames(text),
};

const sources = [...sourcesOf(ROOMS)];

function cpuMs(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1_000;
}

function assertLinear(what: string, pattern: RegExp, work: (text: string) => unknown): void {
  for (const textOf of hostileTexts(pattern)) {
    const text = textOf(LENGTH);
    const ms = cpuMs(() => work(text));
    if (ms < MAX_MS) continue;
    const longer = textOf(3 * LENGTH);
    // The least of several measurements, because the first ones are slower.
    const growth = cpuMs(() => work(longer)) / Math.min(...[1, 2, 3].map(() => cpuMs(() => work(text))));
    assert.ok(growth < MAX_GROWTH, `${what} takes ${Math.round(ms)} ms on ${JSON.stringify(text.slice(0, 60))}…`);
  }
}

for (const room of ROOMS) {
  test(`every pattern of ${room}/ takes time in proportion to the text, whatever that is`, () => {
    for (const [file, code] of sources.filter(([name]) => name.startsWith(`${room}/`)))
      for (const literal of literalsIn(code)) {
        const flags = literal.flags.replaceAll(/[gy]/g, '');
        const [first, all] = [new RegExp(literal.source, flags), new RegExp(literal.source, `${flags}g`)];
        assertLinear(`${file}: ${literal}`, literal, (text) => [first.test(text), text.replaceAll(all, '')]);
      }
  });
}

test('so does every pattern that is made of other texts', () => {
  const makers = sources.filter(([, code]) => code.includes('new RegExp(')).map(([file]) => file);
  assert.deepEqual(makers.toSorted(), Object.keys(MADE).toSorted());
  for (const [file, uses] of Object.entries(MADE)) for (const use of [uses].flat()) assertLinear(file, /a1.-_:/, use);
});

test('a pattern that takes quadratic time does not pass', () => {
  for (const bad of [/\beyJ[\w-]{8,}\./, /<style\b[^>]*>/, /\s+at x/, /\biat\b.*\bexp\b/, /\d+$/])
    assert.throws(() => assertLinear('it', bad, (text) => bad.test(text)), String(bad));
});

test('literals are found behind templates, comments and divisions', () => {
  const code =
    "a = b / c; /* /x/ */ f(`${ { a: '`' }[`a`].replace(/`\\//g, 1) } /no/`); return /[/\"]y/i.test('/no/');";
  assert.deepEqual(literalsIn(code).map(String), ['/`\\//g', '/[/"]y/i']);
});
