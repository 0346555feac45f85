import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAccess } from '../../google/access.js';
import { createEmulatorTransport } from '../../google/http/google-transport.js';
import { createOperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';

const VERTEX = 'aiplatform.googleapis.com';

function allows(operations: string, name: string): boolean {
  return isAllowed(() => createAccess({ operations }).assertAllowed(VERTEX, name));
}

function isAllowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    assert.ok(error instanceof GoogleApiError);
    assert.deepEqual([error.kind, error.code], ['FORBIDDEN', 'PERMISSION_DENIED']);
    return false;
  }
}

test('* stays within a segment and ** goes across', () => {
  const cases: [pattern: string, name: string, expected: boolean][] = [
    ['**', 'projects/p/operations/1', true],
    ['projects/p/**', 'projects/p/locations/l/operations/1', true],
    ['projects/p/**', 'projects/p2/locations/l/operations/1', false],
    ['projects/p/**', 'projects/p', true],
    ['projects/*/operations/*', 'projects/p/operations/1', true],
    ['projects/*/operations/*', 'projects/p/locations/l/operations/1', false],
    ['projects/**/operations/*', 'projects/p/locations/l/operations/1', true],
    ['projects/**/operations/*', 'projects/operations/1', true],
    ['projects/team-*/**', 'projects/team-a/x/y', true],
    ['projects/team-*/**', 'projects/team/x/y', false],
    ['**/operations/1', 'a/b/operations/1', true],
    ['**/operations/1', 'a/b/operations/12', false],
    ['projects/a.c/**', 'projects/abc/x', false],
    ['projects/.hidden/*', 'projects/.hidden/x', true],
    ['*/*', 'projects/.p', true],
    ['projects/a/**, projects/b/**', 'projects/b/x', true],
    ['projects/p/databases/(default)/operations/*', 'projects/p/databases/(default)/operations/1', true],
    ['projects/p/databases/(*)/**', 'projects/p/databases/default/operations/1', false],
    ['PROJECTS/**', 'projects/p/x', false],
    ['projects/example.com:p/**', 'projects/example.com:p/operations/1', true],
    ['projects/example.com:*/**', 'projects/example.org:p/operations/1', false],
    ['operations/rollouts.*:*', 'operations/rollouts.a.example:9', true],
    ['policies/a%2Fb/**', 'policies/a%2Fb/operations/1', true],
    ['projects/p/*', 'projects/p%2Fx', false],
    ['projects/*-dev/**', 'projects/a-dev/operations/1', true],
    ['projects/*-dev/**', 'projects/prod%2Fx-dev/operations/1', false],
    ['projects/*-dev/**', 'projects/prod%2fx-dev/operations/1', false],
    ['policies/*/**', 'policies/a%2Fb/operations/1', false],
    ['policies/*%2Fprojects%2F*/**', 'policies/a%2Fprojects%2Fb/operations/1', true],
    ['policies/*%2Fprojects%2F*/**', 'policies/a%2Fprojects%2Fb%2Fc/operations/1', false],
    ['policies/**', 'policies/a%2Fb/operations/1', true],
    ['projects/p/**', 'projects%2Fp/x', false],
    ['*', '1189218350739101011', true],
  ];
  for (const [pattern, name, expected] of cases) {
    assert.equal(allows(pattern, name), expected, `${pattern} ${name}`);
  }
});

test('a parent may be listed when a name under it may be touched', () => {
  const cases: [pattern: string, parent: string, expected: boolean][] = [
    ['**', 'projects/p/locations/l', true],
    ['projects/p/**', 'projects/p/locations/l', true],
    ['projects/p/**', 'projects/q/locations/l', false],
    ['projects/p/locations/l/operations/*', 'projects/p/locations/l', true],
    ['projects/p/locations/l/operations/*', 'projects/p', true],
    ['projects/p/locations/l/operations/*', 'projects/p/locations/m', false],
    ['projects/p/operations/1', 'projects/p/operations/1', false],
    ['projects/**/operations/1', 'projects/p/locations/l', true],
    ['projects/a/**,projects/b/**', 'projects/b/locations/l', true],
    [',projects/a/**,,', 'projects/a/locations/l', true],
  ];
  for (const [operations, parent, expected] of cases) {
    const access = createAccess({ operations });
    assert.equal(
      isAllowed(() => access.assertParentAllowed(VERTEX, parent)),
      expected,
      `${operations} ${parent}`,
    );
  }
});

test('a host whose paths are objects has to be named, and is not in *', () => {
  const name = 'projects/_/buckets/b/operations/1';
  for (const service of ['storage.googleapis.com', 'www.googleapis.com', 'firebasestorage.googleapis.com']) {
    assert.throws(() => createAccess({ services: '*' }).assertAllowed(service, name), /has to be named/);
    assert.throws(() => createAccess({ services: '*' }).assertParentAllowed(service, name), /has to be named/);
    createAccess({ services: ['*', service] }).assertAllowed(service, name);
  }
  createAccess({ services: '*' }).assertAllowed('storagetransfer.googleapis.com', 'transferOperations/1');
});

test('only Vertex AI may be called unless GOOGLE_SERVICES says otherwise, and * is Google only', () => {
  const name = 'projects/p/operations/1';
  assert.equal(
    isAllowed(() => createAccess({}).assertAllowed(VERTEX, name)),
    true,
  );
  assert.equal(
    isAllowed(() => createAccess({}).assertAllowed('batch.googleapis.com', name)),
    false,
  );
  const all = createAccess({ services: '*' });
  assert.equal(
    isAllowed(() => all.assertAllowed('batch.googleapis.com', name)),
    true,
  );
  assert.equal(
    isAllowed(() => all.assertAllowed('batch.googleapis.com.evil.example', name)),
    false,
  );
  assert.equal(
    isAllowed(() => all.assertAllowed('evilgoogleapis.com', name)),
    false,
  );
  for (const service of ['bucket.storage.googleapis.com', '.googleapis.com', 'googleapis.com']) {
    assert.equal(
      isAllowed(() => all.assertAllowed(service, name)),
      false,
      service,
    );
  }
  const both = createAccess({ services: ['*', 'mine.example'] });
  assert.equal(
    isAllowed(() => both.assertAllowed('mine.example', name)),
    true,
  );
});

test('a refusal names the variable to change', () => {
  const access = createAccess({ operations: 'projects/mine/**' });
  assert.throws(() => access.assertAllowed('batch.googleapis.com', 'projects/mine/x'), /GOOGLE_SERVICES/);
  assert.throws(() => access.assertAllowed(VERTEX, 'projects/yours/x'), /ALLOWED_OPERATIONS/);
  assert.throws(() => access.assertAllowed(VERTEX, 'projects/123/x'), /number and an id: allow both/);
  for (const name of ['projects/p1/x', 'projects/1p/x', 'folders/1/x'])
    assert.throws(() => access.assertAllowed(VERTEX, name), /ALLOWED_OPERATIONS is "projects\/mine\/\*\*"$/);
});

test('a bad rule is refused with its variable and what is wrong', () => {
  assert.throws(() => createAccess({ operations: 'a/b**' }), /"a\/b\*\*" has a \*\* that is not a segment of its own/);
  for (const operations of [
    '',
    ',',
    'projects//x',
    'projects/a**',
    'projects/{a,b}/**',
    '!projects/p/**',
    'projects/[ab]',
    'projects/a?',
  ]) {
    assert.throws(() => createAccess({ operations }), /ALLOWED_OPERATIONS/, operations);
  }
  for (const services of ['', 'vertex', '*.googleapis.com', 'https://aiplatform.googleapis.com']) {
    assert.throws(() => createAccess({ services }), /GOOGLE_SERVICES/, services);
  }
});

test('a fixed segment that a caller writes out does not carry a name past the rules', () => {
  const service = 'videointelligence.googleapis.com';
  const client = createOperationsClient({
    endpoints: { universeDomain: 'googleapis.com', overrides: new Map() },
    access: createAccess({
      services: [service, 'speech.googleapis.com'],
      operations: 'operations/**,projects/mine/**,*',
    }),
    transport: createEmulatorTransport(),
  });
  const allowed = (ref: Parameters<typeof client.assertAllowed>[0]) => isAllowed(() => client.assertAllowed(ref));
  const api = { service, apiVersion: 'v1' };
  assert.equal(allowed({ ...api, name: 'projects/mine/locations/l/operations/1' }), true);
  assert.equal(allowed({ ...api, name: 'projects/other/locations/l/operations/1' }), false);
  assert.equal(allowed({ ...api, name: 'operations/projects/other/locations/l/operations/1' }), false);
  const later = { service, apiVersion: 'v7', name: 'operations/projects/other/locations/l/operations/1' };
  assert.equal(allowed(later), false);
  // There it is the collection, not a segment in front of one.
  assert.equal(allowed({ service: 'speech.googleapis.com', apiVersion: 'v1', name: 'operations/1' }), true);
});
