import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultApiVersion } from '../../contract/api-version.js';
import fc from 'fast-check';
import type { EndpointConfig } from '../../google/endpoint.js';
import { GoogleApiError } from '../../google/error.js';
import { listUrlOf, urlsOf } from '../../google/url.js';

const config: EndpointConfig = { universeDomain: 'googleapis.com', overrides: new Map() };

test('an operation resolves to the URLs that its service publishes', () => {
  const cases: [service: string, version: string, name: string, url: string][] = [
    [
      'aiplatform',
      'v1beta1',
      'projects/p/locations/us-central1/operations/1',
      'us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1/operations/1',
    ],
    [
      'aiplatform',
      'v1',
      'projects/p/locations/us-central1/ragEngineConfig/operations/1',
      'us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/ragEngineConfig/operations/1',
    ],
    [
      'aiplatform',
      'v1',
      'projects/p/locations/eu/models/m/operations/1',
      'aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/models/m/operations/1',
    ],
    [
      'aiplatform',
      'v1',
      'projects/p/locations/global/operations/1',
      'aiplatform.googleapis.com/v1/projects/p/locations/global/operations/1',
    ],
    [
      'aiplatform',
      'v1',
      'reasoningEngines/r/sessions/s/operations/1',
      'aiplatform.googleapis.com/v1/reasoningEngines/r/sessions/s/operations/1',
    ],
    [
      'bigtableadmin',
      'v2',
      'operations/projects/p/instances/i/locations/l/operations/1',
      'bigtableadmin.googleapis.com/v2/operations/projects/p/instances/i/locations/l/operations/1',
    ],
    ['cloudbuild', 'v1', 'operations/build/p/NmM4ZTk=', 'cloudbuild.googleapis.com/v1/operations/build/p/NmM4ZTk='],
    [
      'dataproc',
      'v1',
      'projects/p/regions/us-east1/operations/1',
      'us-east1-dataproc.googleapis.com/v1/projects/p/regions/us-east1/operations/1',
    ],
    [
      'firestore',
      'v1',
      'projects/p/databases/(default)/operations/1',
      'firestore.googleapis.com/v1/projects/p/databases/(default)/operations/1',
    ],
    ['generativelanguage', 'v1beta', 'batches/b', 'generativelanguage.googleapis.com/v1beta/batches/b'],
    [
      'pubsublite',
      'v1',
      'projects/p/locations/us-central1/operations/1',
      'pubsublite.googleapis.com/v1/admin/projects/p/locations/us-central1/operations/1',
    ],
    ['speech', 'v1', 'operations/123', 'speech.googleapis.com/v1/operations/123'],
    [
      'speech',
      defaultApiVersion('speech.googleapis.com', 'projects/p/locations/us-central1/operations/1'),
      'projects/p/locations/us-central1/operations/1',
      'us-central1-speech.googleapis.com/v2/projects/p/locations/us-central1/operations/1',
    ],
    ['speech', 'v1', '1189218350739101011', 'speech.googleapis.com/v1/operations/1189218350739101011'],
    [
      'servicemanagement',
      'v1',
      'operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3',
      'servicemanagement.googleapis.com/v1/operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3',
    ],
    [
      'aiplatform',
      'v1',
      'projects/example.com:my-project/locations/us-central1/operations/1',
      'us-central1-aiplatform.googleapis.com/v1/projects/example.com:my-project/locations/us-central1/operations/1',
    ],
    [
      'iam',
      'v2',
      'policies/cloudresourcemanager.googleapis.com%2Fprojects%2f1/denypolicies/x/operations/1',
      'iam.googleapis.com/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2f1/denypolicies/x/operations/1',
    ],
    [
      'dns',
      'v1beta2',
      'projects/p/locations/global/operations/1',
      'dns.googleapis.com/dns/v1beta2/projects/p/locations/global/operations/1',
    ],
    [
      'speech',
      'v2',
      'projects/p/locations/global/operations/1',
      'speech.googleapis.com/v2/projects/p/locations/global/operations/1',
    ],
    [
      'storagetransfer',
      'v1',
      'transferOperations/transferJobs-1-2',
      'storagetransfer.googleapis.com/v1/transferOperations/transferJobs-1-2',
    ],
    [
      'videointelligence',
      'v1',
      'projects/p/locations/us-east1/operations/1',
      'videointelligence.googleapis.com/v1/projects/p/locations/us-east1/operations/1',
    ],
    [
      'videointelligence',
      'v1',
      'operations/projects/p/locations/us-east1/operations/1',
      'videointelligence.googleapis.com/v1/operations/projects/p/locations/us-east1/operations/1',
    ],
  ];
  for (const [service, apiVersion, name, url] of cases) {
    const urls = urlsOf({ service: `${service}.googleapis.com`, apiVersion, name }, config);
    assert.deepEqual([urls.get, urls.cancel], [`https://${url}`, `https://${url}:cancel`]);
  }
});

test('an operation of Cloud Storage is below its bucket, and its cancel after a slash', () => {
  const ref = { service: 'storage.googleapis.com', apiVersion: 'v1', name: 'projects/_/buckets/b-1/operations/AB=' };
  const get = 'https://storage.googleapis.com/storage/v1/b/b-1/operations/AB=';
  assert.deepEqual(urlsOf(ref, config), { get, cancel: `${get}/cancel` });
});

test('there is a URL for wait where the service has it', () => {
  const waitOf = (service: string) =>
    urlsOf({ service, apiVersion: 'v1', name: 'projects/p/locations/global/operations/1' }, config).wait;
  for (const service of ['aiplatform', 'run', 'translate', 'checks'].map((one) => `${one}.googleapis.com`))
    assert.equal(waitOf(service), `https://${service}/v1/projects/p/locations/global/operations/1:wait`);
  assert.equal(waitOf('batch.googleapis.com'), undefined);
  assert.match(waitOf('mine.example') ?? '', /:wait$/);
});

test('the segment that a service puts in front of a name belongs to the versions that have it', () => {
  const name = 'projects/p/locations/l/operations/1';
  const cases: [service: string, prefix: string, having: string[], without: string[]][] = [
    ['pubsublite', 'admin', ['v1'], ['v1beta1', 'v11', 'v2']],
    ['speech', 'operations', ['v1', 'v1p1beta1'], ['v1beta1', 'v2']],
  ];
  for (const [service, prefix, having, without] of cases) {
    const get = (apiVersion: string) => urlsOf({ service: `${service}.googleapis.com`, apiVersion, name }, config).get;
    for (const version of having) assert.ok(get(version).endsWith(`/${version}/${prefix}/${name}`), get(version));
    for (const version of without) assert.ok(get(version).endsWith(`.com/${version}/${name}`), get(version));
  }
});

test('an endpoint that is no plain origin, however it came into the settings, gets nothing', () => {
  const service = 'aiplatform.googleapis.com';
  for (const origin of [
    'https://user@evil.example',
    'https://evil.example/x',
    'https://evil.example?',
    'https://evil.example#',
    'https://Evil.example',
    'https://evil.example:443',
    'https://evil example',
    'evil.example',
    '',
  ]) {
    const overrides = new Map([[service, origin]]);
    assert.throws(
      () => urlsOf({ service, apiVersion: 'v1', name: 'projects/p/operations/1' }, { ...config, overrides }),
      { name: 'GoogleApiError', kind: 'ARGUMENT', message: /must make up a plain URL; they do not: "/ },
      origin,
    );
  }
});

test('a parent resolves to its list, and a collection to itself', () => {
  const cases: [service: string, parent: string, url: string][] = [
    [
      'aiplatform',
      'projects/p/locations/us-central1',
      'us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/operations',
    ],
    ['bigtableadmin', 'operations/projects/p', 'bigtableadmin.googleapis.com/v1/operations/projects/p/operations'],
    ['datastore', 'projects/p', 'datastore.googleapis.com/v1/projects/p/operations'],
    ['datastore', 'projects/p/operations', 'datastore.googleapis.com/v1/projects/p/operations'],
    ['batch', 'projects/p/locations/-', 'batch.googleapis.com/v1/projects/p/locations/-/operations'],
    ['batch', 'projects/example.com:p', 'batch.googleapis.com/v1/projects/example.com:p/operations'],
    ['dns', 'projects/p/locations/l', 'dns.googleapis.com/dns/v1/projects/p/locations/l/operations'],
    ['storage', 'projects/_/buckets/b', 'storage.googleapis.com/storage/v1/b/b/operations'],
    ['generativelanguage', 'batches', 'generativelanguage.googleapis.com/v1/batches'],
    ['pubsublite', 'projects/p/locations/l', 'pubsublite.googleapis.com/v1/admin/projects/p/locations/l/operations'],
    ['speech', 'operations', 'speech.googleapis.com/v1/operations'],
    ['storagetransfer', 'transferOperations', 'storagetransfer.googleapis.com/v1/transferOperations'],
    [
      'videointelligence',
      'projects/p/locations/l',
      'videointelligence.googleapis.com/v1/projects/p/locations/l/operations',
    ],
  ];
  for (const [service, parent, url] of cases) {
    const list = listUrlOf({ service: `${service}.googleapis.com`, apiVersion: 'v1', parent }, config);
    assert.equal(list, `https://${url}`);
  }
});

test('a hostile name, parent, service or version is refused, and the error names the field', () => {
  const good = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: 'projects/p/operations/1' };
  const hostile: [field: string, value: string][] = [
    ...[
      '',
      'x',
      '/a/b',
      'a/b/',
      'a//b',
      'a/../b',
      'a/./b',
      'a/%2e%2e/b',
      'a/b?x=1',
      'a/b#x',
      'a\\b/c',
      'a/b:cancel',
      'a/b\n/c',
      'a/b c',
      'a/é',
      `a/${'b'.repeat(900)}`,
      'https://evil.example/a',
      'projects/p/locations/evil.example%2f/operations/1',
    ].map((name): [string, string] => ['name', name]),
    ['name', 'projects/p/locations/a.b/operations/1'],
    ['name', 'projects/p/locations/US/operations/1'],
    ['name', 'projects/p/locations/-/operations/1'],
    ...[
      'evil.example/',
      'evil.example:443',
      'user@evil.example',
      'localhost',
      'AIPLATFORM.googleapis.com',
      'a..b',
      '',
    ].map((service): [string, string] => ['service', service]),
    ...['', 'v', '../v1', 'v1/x', '1', 'v1?x'].map((version): [string, string] => ['apiVersion', version]),
  ];
  for (const [field, value] of hostile) {
    assert.throws(
      () => urlsOf({ ...good, [field]: value }, config),
      (error) => error instanceof GoogleApiError && error.kind === 'ARGUMENT' && error.message.startsWith(field),
      `${field} ${value}`,
    );
  }
  assert.throws(() => listUrlOf({ ...good, parent: 'projects/../operations' }, config), /^GoogleApiError: parent /);
});

test('for any strings, a URL is refused or has exactly the expected origin and path', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'projects',
      'locations',
      'regions',
      'operations',
      'us-central1',
      'eu',
      '..',
      '.',
      '',
      '%2e',
      'a?b',
      'a#b',
      '\\',
      '@evil.example',
      ':80',
      '//evil.example',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const good = fc.constantFrom('projects', 'locations', 'regions', 'us-central1', 'eu', '7-_.~=+@,()');
  const name = fc.oneof(
    fc.array(good, { minLength: 2, maxLength: 9 }).map((pieces) => pieces.join('/')),

    fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('/')),
    fc.string(),
  );
  const service = fc.oneof(fc.constant('aiplatform.googleapis.com'), fc.constant('batch.googleapis.com'), fc.string());
  let resolved = 0;
  fc.assert(
    fc.property(service, name, (service, name) => {
      let get: string;
      try {
        ({ get } = urlsOf({ service, apiVersion: 'v1', name }, config));
      } catch (error) {
        return error instanceof GoogleApiError && error.kind === 'ARGUMENT';
      }
      resolved += 1;
      const url = new URL(get);
      const plain =
        service === 'aiplatform.googleapis.com'
          ? /^https:\/\/(?:[a-z0-9-]+-)?aiplatform(?:\.(?:us|eu)\.rep)?\.googleapis\.com$/
          : undefined;
      assert.equal(url.pathname, `/v1/${name}`);
      assert.equal(url.search + url.hash + url.username + url.password, '');
      if (plain) assert.match(url.origin, plain);
      else assert.equal(url.origin, `https://${service}`);
      return true;
    }),
    { numRuns: 2_000 },
  );
  assert.ok(resolved > 50, 'some names have to be good ones for this to mean anything');
});

test('on Cloud Storage there are no paths but those of operations: any other is an object', () => {
  const refs = [
    { apiVersion: 'v1', name: 'bucket/operations/1' },
    { apiVersion: 'v1', name: 'projects/p/buckets/b/operations/1' },
    { apiVersion: 'v1', name: 'projects/_/buckets/b/o/operations/1' },
    { apiVersion: 'v1', name: 'b/b/o/operations/1' },
    { apiVersion: 'v2', name: 'projects/_/buckets/b/operations/1' },
  ];
  for (const ref of refs)
    assert.throws(
      () => urlsOf({ service: 'storage.googleapis.com', ...ref }, config),
      /any other path is an object/,
      JSON.stringify(ref),
    );
});
