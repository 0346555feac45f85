import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { credentialsError } from '../../google/http/credentials-error.js';
import { loadingError } from '../../google/http/credentials-file.js';
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
    const refusal = { error: 'invalid_grant' };
    for (const status of [408, 429, 500, 503]) {
      for (const data of [undefined, refusal])
        assert.deepEqual(judged(answered(status, data)).slice(0, 2), ['UNAVAILABLE', 'CREDENTIALS'], String(status));
    }
    for (const status of [400, 401, 403, 404, 499])
      assert.deepEqual(judged(answered(status, refusal)), [
        'UNAUTHENTICATED',
        'CREDENTIALS',
        `${UNUSABLE}HTTP ${status}: invalid_grant`,
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

  test('is UNAVAILABLE where something else answered: only JSON with an error is an answer of a token endpoint', () => {
    const page = '<html><title>Blocked</title><p>by policy</p></html>';
    for (const status of [302, 400, 403, 404, 407])
      assert.deepEqual(judged(answered(status, page)), [
        'UNAVAILABLE',
        'CREDENTIALS',
        `${NO_TOKEN}HTTP ${status}: Blocked by policy`,
      ]);
    for (const data of [undefined, null, '', {}, [], { message: 'x' }, { error: 5 }, { error: ['x'] }, { error: null }])
      assert.equal(judged(answered(400, data))[0], 'UNAVAILABLE', JSON.stringify(data));
    assert.equal(judged(answered(403, { error: { code: 403, message: 'no' } }))[0], 'UNAUTHENTICATED');
  });

  test("is UNAVAILABLE by its endpoint's own troubles, and those of the other issuer", () => {
    for (const error of ['internal_failure', 'server_error', 'temporarily_unavailable'])
      assert.equal(judged(answered(400, { error }))[0], 'UNAVAILABLE', error);
    const descriptions: [string, string][] = [
      ["Error connecting to the given credential's issuer.", 'UNAVAILABLE'],
      ['Connection timed out while reading the keys of the issuer', 'UNAVAILABLE'],
      ['The issuer in ID Token https://x does not match the expected ones', 'UNAUTHENTICATED'],
      ['The timestamp of the token is not one of the issuer', 'UNAUTHENTICATED'],
    ];
    for (const [error_description, code] of descriptions)
      assert.equal(judged(answered(400, { error: 'invalid_grant', error_description }))[0], code, error_description);
  });

  test('is UNAVAILABLE by a limit of IAM Credentials, and UNAUTHENTICATED by its refusal', () => {
    const impersonation = (status: string, reason: string) =>
      answered(403, {
        error: {
          code: 403,
          status,
          message: 'Denied',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
        },
      });
    assert.equal(judged(impersonation('PERMISSION_DENIED', 'RATE_LIMIT_EXCEEDED'))[0], 'UNAVAILABLE');
    assert.equal(judged(impersonation('RESOURCE_EXHAUSTED', 'OTHER'))[0], 'UNAVAILABLE');
    assert.equal(judged(impersonation('PERMISSION_DENIED', 'IAM_PERMISSION_DENIED'))[0], 'UNAUTHENTICATED');
  });

  test('has kind NO_CREDENTIALS by a wrong clock, which has a minute to be corrected, and says so', () => {
    const error_description =
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
    const [code, kind, message] = judged(answered(400, { error: 'invalid_grant', error_description }));
    assert.deepEqual([code, kind], ['UNAUTHENTICATED', 'NO_CREDENTIALS']);
    assert.match(String(message), /correct this machine's clock.*Check your iat and exp/);
    assert.equal(judged(answered(503, { error: 'invalid_grant', error_description }))[1], 'CREDENTIALS');
  });

  test('has kind NO_CREDENTIALS where there are none, which may be there soon', () => {
    const ofMetadata = (status: number) =>
      failed({ response: { status }, config: { url: new URL('http://169.254.169.254/computeMetadata/v1/x/token') } });
    const missing = [
      new Error('Could not load the default credentials. Browse to https://x'),
      failed({ code: 'ENOENT' }, 'The file at /x does not exist'),
      failed({}, 'outer', failed({ code: 'ENOENT' })),
      ofMetadata(404),
      ofMetadata(403),
      new RangeError('Invalid response from metadata service: incorrect Metadata-Flavor header.'),
    ];
    for (const error of missing) assert.deepEqual(judged(error).slice(0, 2), ['UNAUTHENTICATED', 'NO_CREDENTIALS']);
    assert.equal(
      judged(missing[1])[2],
      'get of x: no Google credentials on this worker: The file at /x does not exist (ENOENT)',
    );
    for (const status of [429, 503])
      assert.deepEqual(judged(ofMetadata(status)).slice(0, 2), ['UNAVAILABLE', 'CREDENTIALS']);
  });

  test('has the words of OAuth where the endpoint answers in its form', () => {
    const why = (data: unknown) => judged(answered(400, data))[2];
    assert.equal(
      why({ error: 'invalid_grant', error_description: 'Wrong audience' }),
      `${UNUSABLE}HTTP 400: invalid_grant: Wrong audience`,
    );
    assert.equal(why({ error: 'invalid_grant', error_description: 5 }), `${UNUSABLE}HTTP 400: invalid_grant`);
    assert.equal(why({ error: { code: 400 } }), `${UNUSABLE}HTTP 400: failed`);
    for (const data of [{ error_description: 'x' }, null, undefined])
      assert.equal(why(data), `${NO_TOKEN}HTTP 400: failed`);
    assert.equal(why('invalid_grant'), `${NO_TOKEN}HTTP 400: invalid_grant`);
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
    assert.equal(judged(bad)[1], 'CREDENTIALS', 'without a proxy it is another URL');
    process.env['https_proxy'] = 'http://user:secret@[proxy';
    for (const error of [bad, failed({}, 'outer', bad)]) {
      const [code, kind, message] = judged(error);
      assert.deepEqual([code, kind], ['UNAVAILABLE', 'NETWORK']);
      assert.match(String(message), /^get of x: no connection: https_proxy must be a URL/);
      assert.doesNotMatch(String(message), /secret/);
    }
    assert.equal(judged(failed({}))[1], 'CREDENTIALS');
    assert.equal(judged(failed({ code: 'ECONNREFUSED' }))[1], 'CREDENTIALS');
    assert.equal(judged(new Error('So: Could not load the default credentials'))[1], 'CREDENTIALS', 'not at the start');
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
