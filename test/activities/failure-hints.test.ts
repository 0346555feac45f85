import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureHint } from '../../activities/failure-hints.js';
import { joinSentences } from '../../activities/failures.js';
import type { FailureType } from '../../contract/messages.js';
import { type ErrorKind, GoogleApiError } from '../../google/error.js';

const ref = { service: 'a.example', apiVersion: 'v7', name: 'projects/p/operations/1' };

function hint(type: FailureType, kind: ErrorKind, url?: string, reason?: string): string {
  return failureHint(
    type,
    new GoogleApiError('m', { code: type, kind, ...(url !== undefined && { url }), reason }),
    ref,
  );
}

describe('the hint on a failure', () => {
  test('on NOT_FOUND is to check what the URL is made of, and shows a URL that has no such page', () => {
    const page = hint('NOT_FOUND', 'NOT_API_ERROR', 'https://a.example/v7/x');
    assert.match(
      page,
      /^There is no such page at https:\/\/a\.example\/v7\/x: check service \(a\.example\), apiVersion \(v7\)/,
    );
    assert.match(hint('NOT_FOUND', 'NOT_API_ERROR'), /^There is no such page: check/);
    const gone = hint('NOT_FOUND', 'STATUS', 'https://a.example/v7/x');
    assert.match(gone, /^Check the name, service \(a\.example\) and apiVersion \(v7\); .* may have expired\.$/);
  });

  test("tells the worker's own rules from a missing permission", () => {
    assert.match(hint('PERMISSION_DENIED', 'FORBIDDEN'), /the worker's own rules.*no request was sent/);
    assert.match(hint('PERMISSION_DENIED', 'STATUS'), /Give the worker's account the permission/);
  });

  test('names the reason of a denial that no permission would help', () => {
    for (const reason of ['SERVICE_DISABLED', 'BILLING_DISABLED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']) {
      const text = hint('PERMISSION_DENIED', 'STATUS', undefined, reason);
      assert.ok(text.includes(reason), text);
      assert.doesNotMatch(text, /Give the worker's account/);
    }
    const missing = hint('PERMISSION_DENIED', 'STATUS', undefined, 'IAM_PERMISSION_DENIED');
    assert.match(missing, /Give the worker's account the permission/);
  });

  test('tells missing credentials from a bad argument', () => {
    assert.match(hint('UNAUTHENTICATED', 'CREDENTIALS'), /credentials/);
    assert.match(hint('INVALID_ARGUMENT', 'STATUS'), /^Check the name, its location, service and apiVersion/);
  });

  test('on a wrong host is the setting that names the right one', () => {
    const hintOn = (answer: string, location = 'us-central1') => {
      const name = `projects/p/locations/${location}/endpoints/7/operations/1`;
      const message = `get of ${name}: INVALID_ARGUMENT (HTTP 400): ${answer}`;
      const error = new GoogleApiError(message, { code: 'INVALID_ARGUMENT', kind: 'STATUS', httpStatus: 400, answer });
      return failureHint('INVALID_ARGUMENT', error, { service: 'lro.googleapis.com', apiVersion: 'v1', name });
    };
    assert.match(
      hintOn('Incorrect API endpoint used. The current endpoint can only serve traffic from "global" region'),
      /GOOGLE_ENDPOINTS='lro\.googleapis\.com=https:\/\/\{location\}-lro\.googleapis\.com'\.$/,
    );
    assert.match(
      hintOn(
        "Region 'eu' does not match: use 'lro.eu.rep.googleapis.com:443' as endpoint, not lro.googleapis.com",
        'eu',
      ),
      /GOOGLE_ENDPOINTS='lro\.googleapis\.com=https:\/\/lro\.\{location\}\.rep\.googleapis\.com'\.$/,
    );
    assert.match(hintOn('Malformed name'), /^Check the name/);
    assert.match(hintOn(''), /^Check the name/);
    assert.match(hintOn('Invalid name: projects/p/locations/us/endpoints/7/operations/1'), /^Check the name/);
    assert.match(hintOn('Use one of the regional endpoints.'), /GOOGLE_ENDPOINTS=/);
  });

  test('on lasting answers names what to check, and on lasting pages what may answer in place of the API', () => {
    for (const type of ['FAILED_PRECONDITION', 'UNIMPLEMENTED', 'OUT_OF_RANGE'] as const)
      assert.match(
        hint(type, 'STATUS'),
        new RegExp(`^Google has answered ${type} several times in a row: .*service \\(a\\.example\\) and apiVersion`),
      );
    for (const type of ['PERMISSION_DENIED', 'INVALID_ARGUMENT'] as const)
      assert.match(hint(type, 'NOT_API_ERROR'), /for ten minutes: a proxy, a firewall or VPC Service Controls/);
  });

  test('follows the message, with one full stop between them', () => {
    assert.equal(joinSentences('It failed', 'Try.'), 'It failed. Try.');
    for (const end of ['.', '!', '?', '…'])
      assert.equal(joinSentences(`It failed${end}`, 'Try.'), `It failed${end} Try.`);
    assert.equal(joinSentences('v1.2 failed', 'Try.'), 'v1.2 failed. Try.');
  });
});
