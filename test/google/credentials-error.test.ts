import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { credentialsError, loadingError } from '../../google/http/credentials-error.js';
import { GoogleApiError } from '../../google/error.js';

const VARIABLES = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'google_application_credentials',
];
const saved: Record<string, string | undefined> = {};

beforeEach(() => {
  for (const name of VARIABLES) {
    saved[name] = process.env[name];
    delete process.env[name];
  }
});
afterEach(() => {
  for (const name of VARIABLES) {
    if (saved[name] === undefined) delete process.env[name];
    else process.env[name] = saved[name];
  }
});

const failed = (fields: object, message = 'failed', cause?: unknown) =>
  Object.assign(new Error(message, { cause }), fields);
const answered = (status: number, data?: unknown) => failed({ response: { status, data }, config: {} });
const judged = (error: unknown) => {
  const { code, kind, message } = credentialsError(error, 'get of x');
  return [code, kind, message];
};

const NO_TOKEN = 'get of x: no token, for its endpoint does not work: ';
const UNUSABLE = 'get of x: no usable Google credentials on this worker: ';

describe('a failure to get a token', () => {
  test('is UNAVAILABLE where the endpoint is down, busy or silent, and UNAUTHENTICATED where it refuses', () => {
    for (const status of [408, 429, 500, 503])
      assert.deepEqual(judged(answered(status)), ['UNAVAILABLE', 'CREDENTIALS', `${NO_TOKEN}HTTP ${status}: failed`]);
    for (const status of [400, 401, 403, 404, 499])
      assert.deepEqual(judged(answered(status)), [
        'UNAUTHENTICATED',
        'CREDENTIALS',
        `${UNUSABLE}HTTP ${status}: failed`,
      ]);
    assert.deepEqual(judged(failed({ config: {}, code: 'ECONNREFUSED' })), [
      'UNAVAILABLE',
      'CREDENTIALS',
      `${NO_TOKEN}failed (ECONNREFUSED)`,
    ]);
    assert.equal(judged(failed({}, 'outer', failed({ config: {} })))[0], 'UNAVAILABLE');
    assert.deepEqual(judged(failed({})), ['UNAUTHENTICATED', 'CREDENTIALS', `${UNUSABLE}failed`]);
    assert.equal(judged(failed({ response: { status: '503' } }))[0], 'UNAUTHENTICATED');
    assert.equal(judged(failed({ response: null }))[0], 'UNAUTHENTICATED');
    assert.equal(judged(failed({ response: 503 }))[0], 'UNAUTHENTICATED');
  });

  test('has the words of OAuth where the endpoint answers in its form', () => {
    const why = (data: unknown) => judged(answered(400, data))[2];
    assert.equal(
      why({ error: 'invalid_grant', error_description: 'Wrong audience' }),
      `${UNUSABLE}HTTP 400: invalid_grant: Wrong audience`,
    );
    assert.equal(why({ error: 'invalid_grant', error_description: 5 }), `${UNUSABLE}HTTP 400: invalid_grant`);
    for (const data of [{ error: { code: 400 } }, { error_description: 'x' }, 'invalid_grant', null, undefined])
      assert.equal(why(data), `${UNUSABLE}HTTP 400: failed`);
    assert.equal(why({ error: 'Bearer sesame' }), `${UNUSABLE}HTTP 400: Bearer [redacted]`);
    const outer = failed({}, 'outer', answered(400, { error: 'invalid_grant' }));
    assert.equal(judged(outer)[2], `${UNUSABLE}HTTP 400: invalid_grant`);
  });

  test('that is a GoogleApiError already stays the same', () => {
    const error = new GoogleApiError('m', { code: 'CANCELLED', kind: 'ABORTED' });
    assert.equal(credentialsError(error, 'get of x'), error);
  });

  test('that a bad proxy explains has kind NETWORK, and does not show its password', () => {
    const bad = failed({ code: 'ERR_INVALID_URL' });
    const nowhere = new Error('Could not load the default credentials. Browse to https://x');
    assert.equal(judged(bad)[1], 'CREDENTIALS', 'without a proxy it is another URL');
    process.env['https_proxy'] = 'http://user:secret@[proxy';
    for (const error of [bad, nowhere, failed({}, 'outer', bad)]) {
      const [code, kind, message] = judged(error);
      assert.deepEqual([code, kind], ['UNAVAILABLE', 'NETWORK']);
      assert.match(String(message), /^get of x: no connection: https_proxy must be a URL/);
      assert.doesNotMatch(String(message), /secret/);
    }
    assert.equal(judged(failed({}))[1], 'CREDENTIALS');
    assert.equal(judged(failed({ code: 'ECONNREFUSED' }))[1], 'CREDENTIALS');
    assert.equal(judged(new Error('So: Could not load the default credentials'))[1], 'CREDENTIALS');
    assert.equal(judged(failed({ response: { status: 503 }, code: 'ERR_INVALID_URL' }))[1], 'CREDENTIALS');
    process.env['https_proxy'] = 'http://proxy.example:3128';
    assert.equal(judged(bad)[1], 'CREDENTIALS');
  });

  test('never quotes a file or an output that holds a token', () => {
    const syntax = new SyntaxError('Unexpected token s in "my-secret"');
    const cases: [unknown, string][] = [
      [syntax, 'the file in credential_source is not JSON'],
      [failed({}, 'outer my-secret', syntax), 'the file in credential_source is not JSON'],
      [
        new Error('The executable returned an invalid response: my-secret'),
        'The executable returned an invalid response',
      ],
      [
        new Error('The output file contained an invalid response: my-secret'),
        'The output file contained an invalid response',
      ],
    ];
    for (const [error, why] of cases) {
      const found = credentialsError(error, 'get of x');
      assert.equal(found.message, `${UNUSABLE}${why}`);
      assert.equal((found.cause as Error).message, why);
      assert.doesNotMatch(`${found.stack} ${(found.cause as Error).stack}`, /my-secret/);
    }
    const said = 'Now The executable returned an invalid response: x';
    assert.equal(judged(new Error(said))[2], `${UNUSABLE}${said}`);
  });
});

describe('credentials that cannot be loaded', () => {
  test('are described by the place of their file, never by its content', () => {
    const syntax = new SyntaxError('Unexpected token s in "my-secret"');
    const why = () => (loadingError(syntax) as Error).message;
    assert.match(why(), /^application_default_credentials\.json, .* is not JSON$/);
    process.env['google_application_credentials'] = '/key.json';
    assert.equal(why(), 'the file in google_application_credentials is not JSON');
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = '/key.json';
    assert.equal(why(), 'the file in GOOGLE_APPLICATION_CREDENTIALS is not JSON');
  });

  test('for another reason keep their error', () => {
    const error = new Error('no such file');
    assert.equal(loadingError(error), error);
  });
});
