import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { iamFor } from '../../google/iam.js';
import { problemOfName } from '../../contract/names.js';

const VERTEX = 'aiplatform.googleapis.com';
const AT = 'projects/p/locations/us-central1';

/** What each call needs, as one line: the permission, its candidates or `?`, and how sure it is. */
function needs(service: string, name: string, startedBy?: string) {
  const { permissions } = iamFor({ service, name, startedBy });
  return Object.fromEntries(
    permissions.map(({ for: call, permission, oneOf, basis }) => [
      call,
      `${permission ?? oneOf?.join('|') ?? '?'} ${basis}`,
    ]),
  );
}

test('on Vertex AI the permissions are those of the resource: its get, and that of the method that started it', () => {
  assert.deepEqual(needs(VERTEX, `${AT}/customJobs/7/operations/1`), {
    get: 'aiplatform.customJobs.get documented',
    wait: 'aiplatform.customJobs.get documented',
    cancel: 'aiplatform.customJobs.delete documented',
    list: 'aiplatform.operations.list derived',
  });
  const dataset = `${AT}/datasets/7/operations/1`;
  assert.equal(
    needs(VERTEX, dataset)['cancel'],
    'aiplatform.datasets.create|aiplatform.datasets.delete|aiplatform.datasets.update derived',
  );
  assert.equal(
    needs(VERTEX, `${AT}/models/7/operations/1`)['cancel'],
    'aiplatform.models.delete|aiplatform.models.export|aiplatform.models.update|aiplatform.models.upload derived',
  );
  assert.equal(needs(VERTEX, dataset, 'import')['cancel'], 'aiplatform.datasets.import derived');
});

test('on Vertex AI it is the innermost resource, under the name that permissions have for it', () => {
  const cases: [chain: string, resource: string][] = [
    ['featurestores/f/entityTypes/e/features/x', 'features'],
    ['tensorboards/t/experiments/e/runs/r', 'tensorboardRuns'],
    ['tensorboards/t/experiments/e/runs/r/timeSeries/s', 'tensorboardTimeSeries'],
    ['models/m/evaluations/e', 'modelEvaluations'],
    ['ragEngineConfig', 'ragEngineConfigs'],
    ['collectionsOfTomorrow/1', 'collectionsOfTomorrow'],
  ];
  for (const [chain, resource] of cases)
    assert.equal(needs(VERTEX, `${AT}/${chain}/operations/1`)['get'], `aiplatform.${resource}.get derived`);
});

test('an operation of a location does not say what it is about, so nothing is made up', () => {
  const { get, wait, cancel } = needs(VERTEX, `${AT}/operations/1`);
  assert.deepEqual([get, wait, cancel], ['? unknown', '? unknown', '? unknown']);
});

test('other services follow the convention, which is said to be derived', () => {
  const cases: [service: string, name: string, get: string, cancel: string][] = [
    ['file', `${AT}/operations/1`, 'file.operations.get derived', 'file.operations.cancel derived'],
    ['storagetransfer', 'transferOperations/1', '? unknown', '? unknown'],
    ['bigtableadmin', 'operations/projects/p/instances/i/operations/1', '? unknown', '? unknown'],
    ['generativelanguage', 'batches/1', '? unknown', '? unknown'],
    [
      'spanner',
      'operations/projects/p/instances/i/operations/1',
      'spanner.instanceOperations.get documented',
      'spanner.instanceOperations.cancel documented',
    ],
    [
      'firestore',
      'projects/p/databases/d/operations/1',
      'datastore.operations.get derived',
      'datastore.operations.cancel derived',
    ],
    [
      'translate',
      `${AT}/operations/1`,
      'cloudtranslate.operations.get derived',
      'cloudtranslate.operations.cancel derived',
    ],
    [
      'spanner',
      'projects/p/instances/i/operations/1',
      'spanner.instanceOperations.get documented',
      'spanner.instanceOperations.cancel documented',
    ],
    [
      'spanner',
      'projects/p/instances/i/databases/d/operations/1',
      'spanner.databaseOperations.get documented',
      'spanner.databaseOperations.cancel documented',
    ],
    ['spanner', 'projects/p/instances/i/strange/d/operations/1', '? unknown', '? unknown'],
  ];
  for (const [service, name, get, cancel] of cases) {
    const found = needs(`${service}.googleapis.com`, name);
    assert.deepEqual([found['get'], found['cancel']], [get, cancel], `${service} ${name}`);
  }
  assert.deepEqual(
    new Set(Object.values(needs('mine.example', `${AT}/operations/1`))),
    new Set(['? unknown']),
  );
});

test('the role holds what has a name, sorted and once; what is one of several is left to a person', () => {
  const { role, roleId } = iamFor({ service: VERTEX, name: `${AT}/datasets/7/operations/1` });
  assert.deepEqual(role.includedPermissions, ['aiplatform.datasets.get', 'aiplatform.operations.list']);
  assert.equal(role.stage, 'GA');
  assert.equal(roleId, 'temporal_lro.aiplatform.datasets');
  assert.deepEqual(iamFor({ service: 'mine.example', name: 'a/b' }).role.includedPermissions, []);
});

test('the role says that it cancels only where it does', () => {
  const told = (service: string, name: string, startedBy?: string) =>
    iamFor({ service, name, startedBy }).role.description;
  const dataset = `${AT}/datasets/7/operations/1`;
  assert.equal(told(VERTEX, dataset), 'Gets and lists long-running operations.');
  assert.equal(told(VERTEX, dataset, 'import'), 'Gets, cancels and lists long-running operations.');
  assert.equal(told(VERTEX, `${AT}/operations/1`), 'Lists long-running operations.');
  assert.match(told('mine.example', 'a/b'), /none of the permissions is known/);
});

test('whatever the name, role id and permissions are what IAM takes', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9\-._~=+@,()]{1,90}$/);
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  const names = fc
    .array(segment, { minLength: 1, maxLength: 6 })
    .map((parts) => [...parts, 'operations', '1'].join('/'));
  fc.assert(
    fc.property(fc.oneof(fc.constant('aiplatform'), label), names, (host, name) => {
      fc.pre(problemOfName(name) === undefined);
      const { roleId, role, permissions } = iamFor({ service: `${host}.googleapis.com`, name });
      // A role's id and title: google.iam.admin.v1.CreateRoleRequest and Role.
      assert.match(roleId, /^[A-Za-z0-9_.]{3,64}$/);
      assert.ok(Buffer.byteLength(role.title) <= 100);
      assert.deepEqual(role.includedPermissions, [...new Set(role.includedPermissions)].toSorted());
      for (const { permission, oneOf = [] } of permissions)
        for (const one of [permission ?? 'a.b.c', ...oneOf])
          assert.match(one, /^[a-z0-9-]+\.[A-Za-z0-9]+\.[A-Za-z]+$/);
    }),
  );
});
