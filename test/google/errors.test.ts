import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GoogleApiError } from '../../google/error.js';
import { clientOf, errorFrom, ref } from './support/client.js';
import { serve } from './support/server.js';

interface Canned {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const status = (code: number, name?: string, details?: unknown[], message = 'm') => ({
  error: { code, message, status: name, details },
});
/** An error as it was before google.rpc.Status. */
const legacy = (reason: string, code = 403) => ({
  error: { errors: [{ domain: 'usageLimits', reason, message: 'm' }], code, message: 'm' },
});
const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });
const retryInfo = (retryDelay: unknown) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const QUOTA = "Quota exceeded for quota metric 'Resource management' and limit 'CRUD requests per minute' of service x";
const HTML = '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title><p>The requested URL was not found';

test('an answer maps to a code and a kind, by its HTTP status and its body', async (t) => {
  const cases: [name: string, answer: Canned, code: string, kind: string][] = [
    ['the status by name', { status: 400, body: status(400, 'FAILED_PRECONDITION') }, 'FAILED_PRECONDITION', 'STATUS'],
    ['a shared HTTP status', { status: 409, body: status(409, 'ALREADY_EXISTS') }, 'ALREADY_EXISTS', 'STATUS'],
    ['a JSON 404', { status: 404, body: status(404, 'NOT_FOUND') }, 'NOT_FOUND', 'STATUS'],
    ['499 is no cancelled operation', { status: 499, body: status(499, 'CANCELLED') }, 'CANCELLED', 'STATUS'],
    ['no status', { status: 503, body: status(503) }, 'UNAVAILABLE', 'STATUS'],
    ['an unknown status', { status: 400, body: status(400, 'NEW_CODE') }, 'INVALID_ARGUMENT', 'STATUS'],
    ['a gateway that quotes', { status: 502, body: status(502, 'NOT_FOUND') }, 'UNAVAILABLE', 'STATUS'],
    ['a failure that denies', { status: 500, body: status(500, 'PERMISSION_DENIED') }, 'INTERNAL', 'STATUS'],
    ['a 5xx by its name', { status: 500, body: status(500, 'DATA_LOSS') }, 'DATA_LOSS', 'STATUS'],
    ['an OK that is none', { status: 500, body: status(500, 'OK') }, 'INTERNAL', 'STATUS'],
    ['a code in a string', { status: 404, body: { error: { code: '404' } } }, 'NOT_FOUND', 'STATUS'],
    ['no message', { status: 429, body: { error: { code: 429, message: null } } }, 'RESOURCE_EXHAUSTED', 'STATUS'],
    [
      'details of all sorts',
      { status: 500, body: { error: { code: 500, details: [null, 1, 'x', {}] } } },
      'INTERNAL',
      'STATUS',
    ],
    ['details that are no list', { status: 500, body: { error: { code: 500, details: {} } } }, 'INTERNAL', 'STATUS'],
    [
      'a rate limit as a 403',
      { status: 403, body: status(403, 'PERMISSION_DENIED', [info('RATE_LIMIT_EXCEEDED')]) },
      'RESOURCE_EXHAUSTED',
      'STATUS',
    ],
    [
      'a quota per minute as a 403',
      { status: 403, body: status(403, 'PERMISSION_DENIED', [], QUOTA) },
      'RESOURCE_EXHAUSTED',
      'STATUS',
    ],
    ...['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded'].map(
      (reason): [string, Canned, string, string] => [
        `${reason} as a 403 of old`,
        { status: 403, body: legacy(reason) },
        'RESOURCE_EXHAUSTED',
        'STATUS',
      ],
    ),
    ['another 403 of old', { status: 403, body: legacy('forbidden') }, 'PERMISSION_DENIED', 'STATUS'],
    ['a 400 of old with a quota', { status: 400, body: legacy('quotaExceeded', 400) }, 'INVALID_ARGUMENT', 'STATUS'],
    [
      'a 403 of old with errors of all sorts',
      { status: 403, body: { error: { code: 403, errors: [null, 1, {}, 'quotaExceeded'] } } },
      'PERMISSION_DENIED',
      'STATUS',
    ],
    [
      'a status with a message of a megabyte',
      { status: 400, body: status(400, 'FAILED_PRECONDITION', [], 'x'.repeat(1_000_000)) },
      'FAILED_PRECONDITION',
      'STATUS',
    ],
    [
      'a status alone in an array',
      { status: 404, body: [status(404, 'FAILED_PRECONDITION')] },
      'FAILED_PRECONDITION',
      'STATUS',
    ],
    ['a 410', { status: 410, body: legacy('deleted', 410) }, 'NOT_FOUND', 'STATUS'],
    ['a 410 page', { status: 410, body: 'gone' }, 'NOT_FOUND', 'NOT_API_ERROR'],
    ['no frame', { status: 404, body: { code: 5, message: 'm', details: [] } }, 'NOT_FOUND', 'STATUS'],
    ['another program', { status: 404, body: { code: 404, message: 'm' } }, 'NOT_FOUND', 'NOT_API_ERROR'],
    ['an error in a 200', { status: 200, body: status(404, 'NOT_FOUND') }, 'NOT_FOUND', 'STATUS'],
    ['two in an array', { status: 404, body: [status(404), status(404)] }, 'NOT_FOUND', 'NOT_API_ERROR'],
    [
      'a 403',
      { status: 403, body: status(403, 'PERMISSION_DENIED', [info('IAM_PERMISSION_DENIED')]) },
      'PERMISSION_DENIED',
      'STATUS',
    ],
    [
      'an HTML 404',
      { status: 404, body: HTML, headers: { 'content-type': 'text/html' } },
      'NOT_FOUND',
      'NOT_API_ERROR',
    ],
    ['an empty 404', { status: 404, body: '' }, 'NOT_FOUND', 'NOT_API_ERROR'],
    ['a 405', { status: 405, body: '' }, 'UNIMPLEMENTED', 'NOT_API_ERROR'],
    ['a 501', { status: 501, body: 'no' }, 'UNIMPLEMENTED', 'NOT_API_ERROR'],
    ['a 429 page', { status: 429, body: 'slow down' }, 'RESOURCE_EXHAUSTED', 'NOT_API_ERROR'],
    ['a 502 page', { status: 502, body: HTML }, 'UNAVAILABLE', 'NOT_API_ERROR'],
    ['a 504 page', { status: 504, body: HTML }, 'DEADLINE_EXCEEDED', 'NOT_API_ERROR'],
    ['a 599', { status: 599, body: '' }, 'UNAVAILABLE', 'NOT_API_ERROR'],
    ['a 407', { status: 407, body: '' }, 'UNKNOWN', 'NOT_API_ERROR'],
    ['other JSON', { status: 404, body: { error: 'invalid_grant' } }, 'NOT_FOUND', 'NOT_API_ERROR'],
    ['an error that says nothing', { status: 404, body: { error: {} } }, 'NOT_FOUND', 'NOT_API_ERROR'],
    ['JSON of another shape', { status: 500, body: [1] }, 'INTERNAL', 'NOT_API_ERROR'],
    ['an error page without end', { status: 500, body: 'x'.repeat(20 * 1024 * 1024) }, 'INTERNAL', 'NOT_API_ERROR'],
    ['an operation in a 500', { status: 500, body: { name: ref.name, done: true } }, 'INTERNAL', 'NOT_API_ERROR'],
  ];
  let answer: Canned = { status: 200 };
  const server = await serve(t, (_, response) => {
    const { body } = answer;
    response.writeHead(answer.status, answer.headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const client = clientOf(server.host);
  for (const [name, canned, code, kind] of cases) {
    answer = canned;
    for (const call of [() => client.get(ref), () => client.cancel(ref)]) {
      const error = await errorFrom(call());
      assert.deepEqual([error.code, error.kind, error.httpStatus], [code, kind, canned.status], name);
      assert.match(error.message, /(?:get|cancel) of projects\/p\/locations\/us-central1\/operations\/123: /);
    }
  }
});

test('an error says what Google said, its reason, and where it was', async (t) => {
  const server = await serve(t, (_, response) =>
    response
      .writeHead(403)
      .end(JSON.stringify(status(403, 'PERMISSION_DENIED', [info('SERVICE_DISABLED')], 'API not enabled'))),
  );
  const error = await errorFrom(clientOf(server.host).get(ref, { fields: 'name' }));
  assert.equal(error.message, `get of ${ref.name}: PERMISSION_DENIED [SERVICE_DISABLED] (HTTP 403): API not enabled`);
  assert.equal(error.answer, 'API not enabled');
  assert.equal(error.reason, 'SERVICE_DISABLED');
  assert.equal(error.url, `http://${server.host}/v1/${ref.name}`);
  assert.ok(error instanceof GoogleApiError && error instanceof Error);
});

test('a page that is no google.rpc.Status shows its title and the URL, for the URL is likely wrong', async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end(HTML));
  const { message, answer } = await errorFrom(clientOf(server.host).get(ref));
  assert.equal(answer, undefined);
  assert.match(message, /text\/html: Error 404 \(Not Found\)!!1/);
  assert.ok(message.includes(`http://${server.host}/v1/${ref.name}`));
});

test('a message has no escapes, no control characters and no secrets of a server, and is not too long', async (t) => {
  const said = `\u001b[31mred\u001b[0m\u0007 \u202e ya29.secret-token Bearer other-secret eyJhbGciOi.eyJpc3Mi.sig ${'long '.repeat(500)}`;
  const server = await serve(t, (_, response) =>
    response.writeHead(400).end(JSON.stringify(status(400, 'INVALID_ARGUMENT', [], said))),
  );
  const { message, answer = '' } = await errorFrom(clientOf(server.host).get(ref));
  assert.match(answer, /^red \[redacted\] Bearer \[redacted\] \[redacted\] long/);
  assert.equal(answer.length, 500);
  assert.match(message, /: red \[redacted\] Bearer \[redacted\] \[redacted\] long/);
  assert.doesNotMatch(message, /[\p{Cc}\p{Cf}]|secret|eyJ/u);
  assert.ok(message.length < 700);
});

test('RetryInfo and Retry-After give the time to wait, the longer of the two counts, and garbage does not', async (t) => {
  const later = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms).toUTCString();
  const cases: [header: string | undefined, delay: unknown, expected: number | undefined][] = [
    ['7', undefined, 7_000],
    ['0', undefined, 0],
    [undefined, '1.5s', 1_500],
    [undefined, '3600s', 3_600_000],
    ['2', '5s', 5_000],
    ['9', '5s', 9_000],
    ['soon', '5s', 5_000],
    ['9', 'soon', 9_000],
    [later(60_000), undefined, 60_000],
    [later(-60_000), undefined, 0],
    ['999999999', undefined, 999_999_999_000],
    ['-5', undefined, undefined],
    ['1.5', undefined, undefined],
    ['Infinity', undefined, undefined],
    ['9'.repeat(400), undefined, undefined],
    ['2030', undefined, 2_030_000],
    ['tomorrow', undefined, undefined],
    [undefined, '-1s', undefined],
    [undefined, 5, undefined],
    [undefined, { seconds: 5 }, undefined],
    [undefined, undefined, undefined],
  ];
  let answer: Canned = { status: 503 };
  const server = await serve(t, (_, response) =>
    response.writeHead(503, answer.headers).end(JSON.stringify(answer.body)),
  );
  const client = clientOf(server.host);
  for (const [header, delay, expected] of cases) {
    answer = {
      status: 503,
      body: status(503, 'UNAVAILABLE', delay === undefined ? [] : [retryInfo(delay)]),
      headers: { date: later(0), ...(header !== undefined && { 'retry-after': header }) },
    };
    assert.equal((await errorFrom(client.get(ref))).retryAfterMs, expected, `${header} ${String(delay)}`);
  }
});

test('a status without a message has no answer to show', async (t) => {
  const server = await serve(t, (_, response) =>
    response.writeHead(404).end(JSON.stringify(status(404, 'NOT_FOUND', [], ''))),
  );
  const error = await errorFrom(clientOf(server.host).get(ref));
  assert.equal(error.message, `get of ${ref.name}: NOT_FOUND (HTTP 404)`);
  assert.equal('answer' in error, false);
});

test('a page can ask to wait too', async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(503, { 'retry-after': '3' }).end('busy'));
  assert.equal((await errorFrom(clientOf(server.host).get(ref))).retryAfterMs, 3_000);
});
