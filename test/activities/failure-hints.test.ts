import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureHint, sentences } from '../../activities/failure-hints.js';
import type { FailureType } from '../../contract/messages.js';
import { type ErrorKind, GoogleApiError } from '../../google/error.js';

const target = { service: 'a.example', apiVersion: 'v7', name: 'projects/p/operations/1' };

function advice(type: FailureType, kind: ErrorKind, url?: string, reason?: string): string {
  return failureHint(
    type,
    new GoogleApiError('m', { code: type, kind, ...(url !== undefined && { url }), reason }),
    target,
  );
}

describe('the advice on a failure', () => {
  test('on what was not found is to check what made up the URL, which a page shows', () => {
    const page = advice('NOT_FOUND', 'NOT_API_ERROR', 'https://a.example/v7/x');
    assert.match(
      page,
      /^There is no such page at https:\/\/a\.example\/v7\/x: check service \(a\.example\), apiVersion \(v7\)/,
    );
    assert.match(advice('NOT_FOUND', 'NOT_API_ERROR'), /^There is no such page: check/);
    const gone = advice('NOT_FOUND', 'STATUS', 'https://a.example/v7/x');
    assert.match(
      gone,
      /^Check the name, service \(a\.example\) and apiVersion \(v7\); .* may have expired\.$/,
    );
  });

  test("tells the worker's own rules from a missing permission", () => {
    assert.match(advice('PERMISSION_DENIED', 'FORBIDDEN'), /the worker's own rules.*no request was sent/);
    assert.match(advice('PERMISSION_DENIED', 'STATUS'), /Give the worker's account the permission/);
  });

  test('on what Google denies for another reason is not to give a permission', () => {
    for (const reason of ['SERVICE_DISABLED', 'BILLING_DISABLED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']) {
      const said = advice('PERMISSION_DENIED', 'STATUS', undefined, reason);
      assert.match(said, new RegExp(`what Google says \\(${reason}\\)`));
      assert.doesNotMatch(said, /Give the worker's account/);
    }
    const missing = advice('PERMISSION_DENIED', 'STATUS', undefined, 'IAM_PERMISSION_DENIED');
    assert.match(missing, /Give the worker's account the permission/);
  });

  test('tells missing credentials from a bad argument', () => {
    assert.match(advice('UNAUTHENTICATED', 'CREDENTIALS'), /credentials/);
    assert.match(
      advice('INVALID_ARGUMENT', 'STATUS'),
      /^Check the name, its location, service and apiVersion/,
    );
  });

  test('goes after what happened, with one full stop between them', () => {
    assert.equal(sentences('It failed', 'Try.'), 'It failed. Try.');
    for (const end of ['.', '!', '?', '…'])
      assert.equal(sentences(`It failed${end}`, 'Try.'), `It failed${end} Try.`);
    assert.equal(sentences('v1.2 failed', 'Try.'), 'v1.2 failed. Try.');
  });
});
