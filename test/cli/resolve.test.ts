import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resolved } from '../../cli/resolve.js';
import { run } from './support/command.js';
import { jq, runJson } from './support/json.js';

const NAME = 'projects/p/locations/us-central1/operations/123';
const ENV = {
  OPERATIONS_EMULATOR_HOST: undefined,
  GOOGLE_ENDPOINTS: 'documentai.googleapis.com=https://{location}-documentai.googleapis.com',
  GOOGLE_CLOUD_UNIVERSE_DOMAIN: undefined,
};

test('resolve prints one object for one name', async () => {
  const { code, data, stdout, stderr } = await runJson<Resolved>(['resolve', NAME], ENV);
  assert.deepEqual([code, stderr], [0, '']);
  const getUrl = `https://us-central1-aiplatform.googleapis.com/v1beta1/${NAME}`;
  assert.deepEqual(data, {
    name: NAME,
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1beta1',
    kind: 'operation',
    location: 'us-central1',
    host: 'us-central1-aiplatform.googleapis.com',
    getUrl,
    cancelUrl: `${getUrl}:cancel`,
    cancelMethod: 'POST',
    waitUrl: `${getUrl}:wait`,
    workflowId: `operation:aiplatform.googleapis.com:${NAME.replaceAll('/', ':')}`,
  });
  assert.ok([getUrl, undefined].includes(jq('.getUrl', stdout)));
});

for (const [service, url] of [
  [
    'aiplatform.googleapis.com',
    'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/operations/1',
  ],
  [
    'aiplatform.googleapis.com',
    'https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/indexes/7/operations/1',
  ],
  ['aiplatform.googleapis.com', 'https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/operations/1'],
  ['documentai.googleapis.com', 'https://us-documentai.googleapis.com/v1/projects/p/locations/us/operations/1'],
  [
    'videointelligence.googleapis.com',
    'https://videointelligence.googleapis.com/v1/projects/p/locations/us-west1/operations/1',
  ],
  [
    'servicemanagement.googleapis.com',
    'https://servicemanagement.googleapis.com/v1/operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3',
  ],
  [
    'iam.googleapis.com',
    'https://iam.googleapis.com/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/x/operations/1',
  ],
  ['speech.googleapis.com', 'https://us-speech.googleapis.com/v2/projects/p/locations/us/operations/1'],
  ['dns.googleapis.com', 'https://dns.googleapis.com/dns/v1/projects/p/locations/global/operations/1'],
  [
    'dataproc.googleapis.com',
    'https://us-east1-dataproc.googleapis.com/v1/projects/example.com:p/regions/us-east1/operations/1',
  ],
  ['speech.googleapis.com', 'https://speech.googleapis.com/v1/operations/1'],
  [
    'pubsublite.googleapis.com',
    'https://us-central1-pubsublite.googleapis.com/v1/admin/projects/p/locations/us-central1/operations/1',
  ],
  ['storagetransfer.googleapis.com', 'https://storagetransfer.googleapis.com/v1/transferOperations/job-1'],
  ['generativelanguage.googleapis.com', 'https://generativelanguage.googleapis.com/v1beta/batches/a_b='],
] as const) {
  test(`resolve of ${url} returns that URL, and its service`, async () => {
    const endpoints = `${ENV.GOOGLE_ENDPOINTS},pubsublite.googleapis.com=https://{location}-pubsublite.googleapis.com`;
    for (const text of [url, `${url}:cancel`]) {
      const { data } = await runJson<Resolved>(['resolve', text], { ...ENV, GOOGLE_ENDPOINTS: endpoints });
      assert.equal(data.getUrl, url);
      assert.equal(data.service, service);
      assert.equal(data.cancelUrl, `${url}:cancel`);
    }
  });
}

test('resolve of a URL of Cloud Storage or of the ui of Vertex AI gives the name and the URLs that are sent', async () => {
  const bucket = 'https://storage.googleapis.com/storage/v1/b/b-1/operations/AB%3D';
  const selfLink = bucket.replace('storage.googleapis.com', 'www.googleapis.com');
  for (const text of [bucket, `${bucket}/cancel`, selfLink]) {
    const { data } = await runJson<Resolved>(['resolve', text], ENV);
    const getUrl = bucket.replace('%3D', '=');
    assert.deepEqual(data, {
      name: 'projects/_/buckets/b-1/operations/AB=',
      service: 'storage.googleapis.com',
      apiVersion: 'v1',
      kind: 'operation',
      host: 'storage.googleapis.com',
      getUrl,
      cancelUrl: `${getUrl}/cancel`,
      cancelMethod: 'POST',
      workflowId: 'operation:storage.googleapis.com:projects:_:buckets:b-1:operations:AB=',
    });
  }
  const { data } = await runJson<Resolved>(
    ['resolve', `https://us-central1-aiplatform.googleapis.com/ui/${NAME}`],
    ENV,
  );
  assert.equal(data.getUrl, `https://us-central1-aiplatform.googleapis.com/v1beta1/${NAME}`);
});

test('resolve gives the wait of Translation, whose timeout is in the body, and none of Document AI', async () => {
  const name = 'projects/p/locations/us-central1/operations/1';
  const translate = await runJson<Resolved>(['resolve', `//translate.googleapis.com/${name}`], ENV);
  assert.equal(translate.data.waitUrl, `https://translate.googleapis.com/v3/${name}:wait`);
  const documentai = await runJson<Resolved>(['resolve', `//documentai.googleapis.com/${name}`], ENV);
  assert.equal(documentai.data.waitUrl, undefined);
});

test('several names give an array, and every bad one has its line in the message', async () => {
  const { data } = await runJson<Resolved[]>(['resolve', NAME, `//run.googleapis.com/${NAME}`], ENV);
  assert.deepEqual(
    data.map(({ host }) => host),
    ['us-central1-aiplatform.googleapis.com', 'run.googleapis.com'],
  );
  const bad = [
    'https://aiplatform.googleapis.com/v1/projects/p/../q/operations/1',
    'https://aiplatform.googleapis.com/v1/projects/p%2f..%2fq/operations/1',
    'projects/p/operations/1:cancel',
    'https://user:secret@aiplatform.googleapis.com/v1/a/b',
    'http://aiplatform.googleapis.com/v1/a/b',
    'https://aiplatform.googleapis.com/v1/a/b:delete',
    'https://aiplatform.googleapis.com/v1/a%2e%2e/%2e%2e/b',
    '//UPPER/a/b',
    '/a/b',
  ];
  const { code, stdout, stderr } = await run(['resolve', NAME, ...bad], ENV);
  assert.deepEqual([code, stdout], [2, '']);
  assert.equal(stderr.trimEnd().split('\n').length, bad.length + 1, stderr);
});

test('a name and a --service that disagree are refused', async () => {
  const { code, stderr } = await run(
    ['resolve', `//run.googleapis.com/${NAME}`, '--service', 'aiplatform.googleapis.com'],
    ENV,
  );
  assert.equal(code, 2);
  assert.match(stderr, /is of run\.googleapis\.com, but --service is aiplatform\.googleapis\.com/);
});
