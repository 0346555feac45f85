import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { CommandError } from '../../cli/command-error.js';
import { parseNames } from '../../cli/input/operation-name.js';
import { parseGlob } from '../../google/glob.js';
import { GoogleApiError } from '../../google/error.js';
import { urlsOf } from '../../google/url.js';
import { ConfigError } from '../../config/config-error.js';
import { readWorkerConfig } from '../../config/worker-config.js';
import { createGoogleClient } from '../../config/google-client.js';
import { isHost, isName, isVersion } from './support/expected.js';
import { property } from './support/property.js';
import { countSockets } from './support/sockets.js';
import { anyName, anyService, anyText, anyVersion, goodName, mutated, NASTY, TRICKS } from './support/texts.js';

const FILE = 'hostile/settings';
const sockets = countSockets();
const home = mkdtempSync(join(tmpdir(), 'hostile-settings-'));
after(() => rmSync(home, { recursive: true }));

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

// An environment cannot hold NUL, and it is UTF-8.
const value = (arbitrary: fc.Arbitrary<string>) =>
  arbitrary.map((text) => Buffer.from(text.replaceAll('\0', '')).toString());

const anyHostPort = value(
  fc.oneof(
    fc.constantFrom(
      'localhost:8086',
      '127.0.0.1:8086',
      '[::1]:8086',
      '256.256.256.256:80',
      '[1:2]:80',
      '[::1%eth0]:80',
      '1.2.3:80',
      '1.2.3.4.5:80',
      'a.0x:80',
      'a..b:80',
      '-a:80',
      'a:0',
      'a:65536',
      'a:080',
      'http://a:80',
      'a@b:80',
      'a:80/x',
      '。:80',
      'xn--a:80',
    ),
    mutated(fc.constantFrom('localhost:8086', '10.0.0.1:80', '[::1]:8086')),
    anyText,
  ),
);
const listOf = (entry: fc.Arbitrary<string>) => value(fc.array(entry, { maxLength: 3 }).map((all) => all.join(',')));
const anyGlob = fc.oneof(
  fc.constantFrom('**', 'projects/p/**', 'projects/*/locations/us-*/operations/*', 'a/**b', '{a,b}', '!a', '[a]'),
  mutated(goodName),
  anyText,
);
const anyEnvironment = fc.record(
  {
    OPERATIONS_EMULATOR_HOST: anyHostPort,
    GOOGLE_SERVICES: listOf(fc.oneof(anyService, fc.constant('*'), fc.constant('http://x'))),
    ALLOWED_OPERATIONS: listOf(anyGlob),
    GOOGLE_ENDPOINTS: listOf(fc.tuple(anyService, anyText).map(([service, text]) => `${service}=https://${text}`)),
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: value(fc.oneof(fc.constantFrom('apis.example', 'com', ...TRICKS), anyText)),
    MAX_ATTEMPTS_PER_SECOND: value(fc.oneof(fc.constantFrom('0', '90', '-1', '1e3', '１'), anyText)),
    GOOGLE_REQUESTS_PER_MINUTE: value(fc.oneof(fc.constantFrom('0', '90', '-1', '1e3', '１', '0x10'), anyText)),
    TEMPORAL_ADDRESS: anyHostPort,
    TEMPORAL_TASK_QUEUE: value(anyText),
    HEALTH_ADDRESS: anyHostPort,
    METRICS_ADDRESS: anyHostPort,
    LOG_LEVEL: value(fc.oneof(fc.constantFrom('debug', 'TRACE', 'constructor'), anyText)),
    WORKER_DEPLOYMENT_NAME: value(anyText),
    WORKER_BUILD_ID: value(anyText),
  },
  { requiredKeys: [] },
);

property(
  FILE,
  'an environment is sound, or every problem begins with its variable; what is sound makes a client that can be called',
  anyEnvironment,
  async (env) => {
    const before = sockets.opened;
    let config: ReturnType<typeof readWorkerConfig>;
    try {
      config = readWorkerConfig({ XDG_CONFIG_HOME: home, HOME: home, ...env }, false);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      assert.ok(error.problems.length > 0);
      for (const problem of error.problems) {
        assert.ok(
          Object.keys(env).some((name) => problem.startsWith(`${name} `)) || /^WORKER_\w+ is not set/.test(problem),
          problem,
        );
        assert.doesNotMatch(problem, UNSAFE);
      }
      return;
    }
    const { services, endpoints } = config.google;
    assert.ok(
      services.every((service) => service === '*' || isHost(service)),
      services.join(),
    );
    assert.ok(isHost(endpoints.universeDomain));
    const client = createGoogleClient(config.google);
    // Refused by the rules, so it goes nowhere; what it must not do is find the settings unusable now.
    const refused: unknown = await client
      .get({ service: 'not.allowed.example', apiVersion: 'v1', name: 'x/y' })
      .catch((error: unknown) => error);
    assert.ok(refused instanceof GoogleApiError && refused.kind === 'FORBIDDEN', String(refused));
    assert.equal(sockets.opened, before);
  },
  { short: 300 },
);

test('an emulator that no address can be made of is refused at the start', () => {
  for (const host of ['256.256.256.256:80', '[1:2]:80', '1.2.3.4.5:80', '[:::]:80']) {
    assert.throws(
      () => readWorkerConfig({ HOME: home, XDG_CONFIG_HOME: home, OPERATIONS_EMULATOR_HOST: host }, false),
      (error) =>
        error instanceof ConfigError && error.problems[0]?.startsWith('OPERATIONS_EMULATOR_HOST is "') === true,
      host,
    );
  }
});

test('a service that is none is shown once', () => {
  assert.throws(
    () => readWorkerConfig({ HOME: home, XDG_CONFIG_HOME: home, GOOGLE_SERVICES: 'http://x' }, false),
    (error) => error instanceof ConfigError && error.message.split('http://x').length === 2,
  );
});

property(
  FILE,
  'a pattern matches what it says, read a second time without regular expressions',
  fc.tuple(
    fc.oneof(
      anyGlob,
      fc.array(fc.constantFrom('*', '**', 'a*', '*a*b', 'a', 'p'), { maxLength: 5 }).map((all) => all.join('/')),
    ),
    goodName,
  ),
  ([pattern, name]) => {
    let matches: boolean;
    try {
      matches = parseGlob(pattern).matches(name);
    } catch (error) {
      assert.match((error as Error).message, /^has (?:a|an|the) /);
      return;
    }
    assert.equal(matches, matchesPath(pattern.split('/'), name.split('/')), `${pattern} ${name}`);
  },
  { short: 300 },
);

test('a pattern with many stars is decided, whatever the name', () => {
  // By going back to each star it would take years.
  const glob = parseGlob(`projects/p/operations/${'*a'.repeat(30)}*b`);
  assert.equal(glob.matches(`projects/p/operations/${'a'.repeat(700)}`), false);
});

const noEndpoints = { universeDomain: 'googleapis.com', overrides: new Map<string, string>() };
const anyWord = fc.oneof(
  anyName,
  fc.tuple(anyService, anyName).map(([service, name]) => `//${service}/${name}`),
  fc
    .tuple(
      fc.constantFrom('https', 'http', 'HTTPS'),
      anyService,
      anyVersion,
      anyName,
      fc.constantFrom('', ':cancel', ':wait', '?x', '#x'),
    )
    .map(([scheme, service, version, name, end]) => `${scheme}://${service}/${version}/${name}${end}`),
  fc.constantFrom(...NASTY, ...TRICKS).map((text) => `https://us-central1-aiplatform.googleapis.com/v1/${text}`),
);

property(
  FILE,
  'what a command takes for an operation is one, at the host that was typed; anything else is bad usage',
  fc.record({
    words: fc.array(anyWord, { minLength: 1, maxLength: 3 }),
    service: fc.option(anyService, { nil: undefined, freq: 8 }),
    apiVersion: fc.option(anyVersion, { nil: undefined, freq: 8 }),
  }),
  ({ words, service, apiVersion }) => {
    let targets: ReturnType<typeof parseNames>;
    try {
      const flags = {
        ...(service !== undefined && { service }),
        ...(apiVersion !== undefined && { apiVersion }),
      };
      targets = parseNames(words, flags, noEndpoints);
    } catch (error) {
      assert.ok(error instanceof CommandError && error.code === 'BAD_USAGE', String(error));
      for (const line of error.message.split('\n')) assert.doesNotMatch(line, UNSAFE);
      return;
    }
    for (const target of targets)
      assert.ok(
        isName(target.name, target.service) && isHost(target.service) && isVersion(target.apiVersion),
        JSON.stringify(target),
      );
    const [word = '', target] = [words[0], targets[0]];
    if (targets.length !== 1 || words.length !== 1 || target === undefined || !/^https/i.test(word)) return;
    const typed = new URL(word).hostname;
    if (service !== undefined || ['127.0.0.1', 'localhost', '[::1]'].includes(typed)) return;
    let url: URL;
    try {
      url = new URL(urlsOf(target, noEndpoints).get);
    } catch (error) {
      assert.ok(error instanceof GoogleApiError && error.kind === 'ARGUMENT', String(error));
      return;
    }
    // The service's own host stands for that of the location.
    assert.ok(url.hostname === typed || target.service === typed, `${word} became ${url.href}`);
  },
  { short: 300 },
);

function matchesPath(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, at) => matchesPath(rest, path.slice(at))) || matchesPath(rest, []);
  return path.length > 0 && matchesText(first, path[0] ?? '') && matchesPath(rest, path.slice(1));
}

function matchesText(pattern: string, text: string): boolean {
  // Row by row: which beginnings of the text the beginning of the pattern matches.
  let row = [true, ...Array.from(text, () => false)];
  for (const sign of pattern) {
    const next = row.map(() => false);
    for (let at = 0; at <= text.length; at += 1) {
      next[at] =
        sign === '*'
          ? row[at] === true || (at > 0 && next[at - 1] === true)
          : at > 0 && row[at - 1] === true && text[at - 1] === sign;
    }
    row = next;
  }
  return row[text.length] === true;
}
