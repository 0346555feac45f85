import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CodeName } from '../../contract/code.js';
import type { GoogleApiError } from '../../google/error.js';
import { codeOfHttpStatus, errorOfAnswer, statusErrorOf, textOfPage } from '../../google/http/error-of-answer.js';

const URL = 'https://aiplatform.googleapis.com/v1/operations/1';

function answered(status: number, body: unknown, headers: Record<string, string> = {}): GoogleApiError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return errorOfAnswer({ status, headers: { get: (name) => headers[name] ?? null }, text }, 'get of x', URL);
}

const retryInfo = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
const errorInfo = (reason: unknown) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });

describe('an error answer', () => {
  test('without a status of its own has the code that its HTTP status suggests', () => {
    const codes: [number, CodeName][] = [
      [400, 'INVALID_ARGUMENT'],
      [401, 'UNAUTHENTICATED'],
      [403, 'PERMISSION_DENIED'],
      [404, 'NOT_FOUND'],
      [405, 'UNIMPLEMENTED'],
      [408, 'DEADLINE_EXCEEDED'],
      [409, 'ABORTED'],
      [410, 'NOT_FOUND'],
      [412, 'FAILED_PRECONDITION'],
      [416, 'OUT_OF_RANGE'],
      [429, 'RESOURCE_EXHAUSTED'],
      [499, 'CANCELLED'],
      [500, 'INTERNAL'],
      [501, 'UNIMPLEMENTED'],
      [502, 'UNAVAILABLE'],
      [503, 'UNAVAILABLE'],
      [504, 'DEADLINE_EXCEEDED'],
      [505, 'UNAVAILABLE'],
    ];
    for (const [status, code] of codes) {
      assert.equal(codeOfHttpStatus(status), code, String(status));
      const { code: ofPage, kind, httpStatus, url } = answered(status, '');
      assert.deepEqual([ofPage, kind, httpStatus, url], [code, 'NOT_API_ERROR', status, URL]);
      assert.equal(answered(status, { error: { code: status } }).code, code);
    }
  });

  test('that is a redirect is refused, whatever its body says', () => {
    for (const status of [300, 302, 308, 399]) {
      const { code, kind, httpStatus, url, message } = answered(status, {
        error: { code: 404, status: 'NOT_FOUND' },
      });
      assert.deepEqual([code, kind, httpStatus, url], ['UNKNOWN', 'REDIRECT', status, URL]);
      assert.match(message, /^get of x: redirected \(HTTP 3\d\d\) by https:/);
    }
    assert.equal(answered(299, '').kind, 'NOT_API_ERROR');
    assert.equal(answered(400, '').kind, 'NOT_API_ERROR');
  });

  test('has kind STATUS where the body has a code or a status, and NOT_API_ERROR otherwise', () => {
    for (const error of [{ code: 404 }, { code: '404' }, { status: 'NOT_FOUND' }])
      assert.equal(answered(404, { error }).kind, 'STATUS', JSON.stringify(error));
    for (const error of [
      'gone',
      ['gone'],
      null,
      {},
      { code: 'x404' },
      { code: '404x' },
      { code: '' },
      { status: 404 },
      { errors: [] },
      { errors: [{ reason: 5 }] },
    ])
      assert.equal(answered(404, { error }).kind, 'NOT_API_ERROR', JSON.stringify(error));
    for (const body of ['', 'null', '5', '[]', '{"error":', [{ error: { code: 404 } }, { error: { code: 404 } }]])
      assert.equal(answered(404, body).kind, 'NOT_API_ERROR');
    assert.equal(answered(404, [{ error: { code: 404 } }]).kind, 'STATUS');
  });

  test('without its frame is one by the number or the name of its code, as grpc-gateway writes it', () => {
    const limited = { code: 7, message: 'Quota exceeded', details: [errorInfo('RATE_LIMIT_EXCEEDED')] };
    const statuses: [number, unknown, CodeName, string][] = [
      [404, { code: 5, message: 'no such operation', details: [] }, 'NOT_FOUND', 'no such operation'],
      [400, { code: 9, message: 'not cancellable', details: [] }, 'FAILED_PRECONDITION', 'not cancellable'],
      [501, { code: 12, message: 'Method Not Allowed', details: [] }, 'UNIMPLEMENTED', 'Method Not Allowed'],
      [404, { error: 'gone', code: 5, message: 'gone' }, 'NOT_FOUND', 'gone'],
      [404, { code: '5', message: 'gone' }, 'NOT_FOUND', 'gone'],
      [400, { status: 'FAILED_PRECONDITION', code: 400, message: 'no' }, 'FAILED_PRECONDITION', 'no'],
      [400, { error: { code: 9, message: 'in a frame' } }, 'FAILED_PRECONDITION', 'in a frame'],
      [403, limited, 'RESOURCE_EXHAUSTED', 'Quota exceeded'],
      [502, { code: 5, message: 'a gateway that quotes' }, 'UNAVAILABLE', 'a gateway that quotes'],
    ];
    for (const [httpStatus, body, code, words] of statuses) {
      for (const form of [body, [body]]) {
        const error = answered(httpStatus, form);
        assert.deepEqual([error.code, error.kind, error.answer], [code, 'STATUS', words], JSON.stringify(form));
      }
    }
    const pages: [number, unknown][] = [
      [404, { code: 404, message: 'The current request is not defined by this API.' }],
      [404, { code: 5 }],
      [404, { code: 5.5, message: 'x' }],
      [404, { code: 17, message: 'x' }],
      [404, { code: [5], message: 'x' }],
      [403, { kind: 'Status', status: 'Failure', message: 'forbidden', reason: 'Forbidden', code: 403 }],
    ];
    for (const [httpStatus, body] of pages)
      assert.equal(answered(httpStatus, body).kind, 'NOT_API_ERROR', JSON.stringify(body));
  });

  test('of old has its reasons in errors, with and without a code or a status', () => {
    const old = (reason: string, more: object = {}) => ({ error: { errors: [{ domain: 'global', reason }], ...more } });
    const cases: [number, object, CodeName][] = [
      [404, old('notFound', { code: 404, message: 'Not Found' }), 'NOT_FOUND'],
      [404, old('notFound'), 'NOT_FOUND'],
      [410, old('deleted', { code: 410, message: 'Resource has been deleted' }), 'NOT_FOUND'],
      [410, old('deleted'), 'NOT_FOUND'],
      [410, old('deleted', { code: 410, status: 'NOT_FOUND' }), 'NOT_FOUND'],
      [400, old('failedPrecondition', { code: 400 }), 'FAILED_PRECONDITION'],
      [400, old('failedPrecondition', { code: 400, status: 'INVALID_ARGUMENT' }), 'INVALID_ARGUMENT'],
      [400, old('invalid'), 'INVALID_ARGUMENT'],
      [403, old('rateLimitExceeded', { code: 403, status: 'PERMISSION_DENIED' }), 'RESOURCE_EXHAUSTED'],
      [503, old('backendError', { code: 503 }), 'UNAVAILABLE'],
    ];
    for (const [httpStatus, body, code] of cases) {
      const error = answered(httpStatus, body);
      assert.deepEqual([error.code, error.kind], [code, 'STATUS'], JSON.stringify(body));
    }
  });

  test('may come with a 200, and then has the code that it says', () => {
    const inside = (body: unknown) =>
      statusErrorOf({ status: 200, headers: { get: () => null }, text: JSON.stringify(body) }, 'get of x', URL);
    const codes: [unknown, CodeName][] = [
      [{ error: { code: 404, status: 'NOT_FOUND', message: 'm' } }, 'NOT_FOUND'],
      [{ error: { code: 404, message: 'm' } }, 'NOT_FOUND'],
      [{ error: { code: 503 } }, 'UNAVAILABLE'],
      [{ error: { code: 403, message: 'User Rate Limit Exceeded' } }, 'RESOURCE_EXHAUSTED'],
      [{ code: 5, message: 'm' }, 'NOT_FOUND'],
      [{ error: { status: 'NEW' } }, 'UNKNOWN'],
    ];
    for (const [body, code] of codes) {
      const error = inside(body);
      assert.deepEqual([error?.code, error?.kind, error?.httpStatus], [code, 'STATUS', 200], JSON.stringify(body));
    }
    for (const body of [{}, { done: true, error: { code: 1 } }, { name: 'operations/1', error: { code: 1 } }])
      assert.equal(inside(body), undefined);
  });

  test('has a message with the code, the reason, the HTTP status and the words of Google', () => {
    const details = [{ '@type': 'x/google.rpc.Help' }, errorInfo('SERVICE_DISABLED')];
    const full = answered(403, {
      error: { code: 403, status: 'PERMISSION_DENIED', message: 'Enable it', details },
    });
    assert.equal(full.message, 'get of x: PERMISSION_DENIED [SERVICE_DISABLED] (HTTP 403): Enable it');
    assert.deepEqual([full.reason, full.answer], ['SERVICE_DISABLED', 'Enable it']);
    const bare = answered(503, { error: { code: 503, message: 7, details: [errorInfo(7)] } });
    assert.equal(bare.message, 'get of x: UNAVAILABLE (HTTP 503)');
    assert.deepEqual(['reason' in bare, 'answer' in bare, 'retryAfterMs' in bare], [false, false, false]);
  });

  test('of another kind than ErrorInfo has no reason', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.NotErrorInfo', reason: 'X' }, { reason: 'Y' }];
    assert.equal(answered(400, { error: { code: 400, details } }).reason, undefined);
    assert.equal(answered(400, { error: { code: 400, details: { 0: errorInfo('X') } } }).reason, undefined);
  });

  test('may have details of any form', () => {
    const details = [null, 5, 'x', [], {}, errorInfo('R')];
    assert.equal(answered(400, { error: { code: 400, details } }).reason, 'R');
  });

  test('about a quota is RESOURCE_EXHAUSTED where it comes as a 403, and only there', () => {
    const legacy = (reason: unknown) => ({ errors: [{ domain: 'usageLimits' }, { reason }] });
    const wordings = [
      "Quota exceeded for quota metric 'CRUD'\nand limit 'CRUD per minute' of service 'x' for consumer 'project_number:1'.",
      "Quota exceeded for quota group 'default' and limit 'Queries per user per 100 seconds' of service 'x'.",
      "Insufficient tokens for quota 'ReadGroup' and limit 'USER-100s' of service 'x'",
      'Exceeded rate limits: too many api requests per user per method for this user_method.',
      'Quota exceeded: Your project exceeded quota for concurrent queries.',
      'User Rate Limit Exceeded',
      'Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT).',
      'Calendar usage limits exceeded.',
    ];
    const reasons = [
      'rateLimitExceeded',
      'userRateLimitExceeded',
      'quotaExceeded',
      'dailyLimitExceeded',
      'limitExceeded',
    ];
    const cases: [number, object, CodeName][] = [
      [403, { details: [errorInfo('RATE_LIMIT_EXCEEDED')] }, 'RESOURCE_EXHAUSTED'],
      ...wordings.flatMap((message): [number, object, CodeName][] => [
        [403, { message }, 'RESOURCE_EXHAUSTED'],
        [403, { message, status: 'PERMISSION_DENIED' }, 'RESOURCE_EXHAUSTED'],
        [400, { message }, 'INVALID_ARGUMENT'],
      ]),
      [403, { message: 'a limit per minute' }, 'PERMISSION_DENIED'],
      [403, { message: 'Daily Limit for Unauthenticated Use Exceeded. Sign up.' }, 'PERMISSION_DENIED'],
      [403, { ...legacy('dailyLimitExceededUnreg'), message: 'Daily Limit Exceeded.' }, 'PERMISSION_DENIED'],
      [403, { ...legacy('forbidden'), message: 'Quota exceeded for quota group x' }, 'RESOURCE_EXHAUSTED'],
      [403, { ...legacy('accountDisabled'), message: 'Quota exceeded for quota group x' }, 'PERMISSION_DENIED'],
      ...['BILLING_DISABLED', 'IAM_PERMISSION_DENIED', 'SERVICE_DISABLED'].map((reason): [number, object, CodeName] => [
        403,
        { message: 'Quota exceeded: billing is off.', status: 'PERMISSION_DENIED', details: [errorInfo(reason)] },
        'PERMISSION_DENIED',
      ]),
      [403, { message: 'This method requires a quota project, which is not set by default.' }, 'PERMISSION_DENIED'],
      ...reasons.flatMap((reason): [number, object, CodeName][] => [
        [403, legacy(reason), 'RESOURCE_EXHAUSTED'],
        [403, { ...legacy(reason), status: 'PERMISSION_DENIED' }, 'RESOURCE_EXHAUSTED'],
      ]),
      [403, legacy('forbidden'), 'PERMISSION_DENIED'],
      [403, { errors: { 0: { reason: 'quotaExceeded' } } }, 'PERMISSION_DENIED'],
      [403, { errors: [null, 'quotaExceeded'] }, 'PERMISSION_DENIED'],
      [400, legacy('quotaExceeded'), 'INVALID_ARGUMENT'],
    ];
    for (const [status, fields, code] of cases)
      assert.equal(answered(status, { error: { code: status, ...fields } }).code, code, JSON.stringify(fields));
  });

  test('has the code that it names, unless there is none of that name or it is OK', () => {
    const named = (status: unknown) => answered(409, { error: { code: 409, status } }).code;
    assert.equal(named('ALREADY_EXISTS'), 'ALREADY_EXISTS');
    for (const name of ['OK', 'toString', 'already_exists', 6, null]) assert.equal(named(name), 'ABORTED');
  });

  test('may ask to wait, by its header or its details; the longer time counts', () => {
    const wait = (header: string | undefined, delay: string | undefined) =>
      answered(
        503,
        { error: { code: 503, details: delay === undefined ? [] : [retryInfo(delay)] } },
        header === undefined ? {} : { 'retry-after': header },
      ).retryAfterMs;
    assert.equal(wait('2', '1.5s'), 2_000);
    assert.equal(wait('1', '1.5s'), 1_500);
    assert.equal(wait(undefined, '1.5s'), 1_500);
    assert.equal(wait('1', undefined), 1_000);
    assert.equal(wait(undefined, undefined), undefined);
    assert.equal(answered(503, 'busy', { 'retry-after': '3' }).retryAfterMs, 3_000);
    const dates = { date: 'Tue, 01 Jan 2030 00:00:00 GMT', 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT' };
    assert.equal(answered(503, 'busy', dates).retryAfterMs, 30_000);
  });
});

describe('a page in place of a status', () => {
  test('is shown by its type and its text, which begins with the title', () => {
    const html =
      '<!DOCTYPE html><html><head><TITLE lang="en">Bad  gateway</TITLE><style>p{margin:0}</style></head><body>no</body>';
    const said = (text: string, type?: string) =>
      answered(502, text, type === undefined ? {} : { 'content-type': type }).message.split(URL)[1];
    assert.equal(said(html, 'text/html; charset=utf-8'), ', not a google.rpc.Status but text/html: Bad gateway no');
    assert.equal(said('no'), ', not a google.rpc.Status but no content type: no');
    assert.equal(said(' \n', 'text/html'), ', without a body');
    const xml = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message></Error>";
    assert.equal(said(xml, 'text/xml'), ', not a google.rpc.Status but text/xml: AccessDenied Access denied.');
  });

  test('is shown without tags, by its beginning', () => {
    assert.equal(textOfPage('<h1>404</h1><p>No <b>such</b> page</p>'), '404 No such page');
    assert.equal(textOfPage('x'.repeat(300)), `${'x'.repeat(200)}…`);
    assert.equal(textOfPage(`${' '.repeat(2_000)}<title>late</title>`), '');
  });
});
