import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyCancelAnswer } from '../../../activities/classify.js';
import { defaultApiVersion } from '../../../contract/api-version.js';
import { assertKnownKind, kindNameOf, kindOf } from '../../../google/kinds/find-kind.js';
import { nameOfKind, segmentsOf } from '../../../google/kinds/kind.js';
import { KINDS } from '../../../google/kinds/table.js';
import { clientOf, errorFrom } from '../support/client.js';
import { serve } from '../support/server.js';

const P = 'projects/p/locations/l';

/** A reference by the first label of the service. */
function refOf(api: string, name: string) {
  const service = `${api}.googleapis.com`;
  return { service, name, apiVersion: defaultApiVersion(service) };
}

test('a kind has one row, and a name is of one kind of its service', () => {
  const keys = KINDS.map((kind) => `${kind.service} ${nameOfKind(kind)}`);
  assert.deepEqual(keys, [...new Set(keys)]);
  for (const { service, names } of KINDS)
    for (const name of names.map((pattern) => pattern.replaceAll('*', 'x'))) {
      const matching = KINDS.filter((kind) => kind.service === service && segmentsOf(kind, name) !== undefined);
      assert.equal(matching.length, 1, name);
    }
});

test('the service decides what a name stands for, and an operation of a job is none', () => {
  assert.equal(kindNameOf(refOf('aiplatform', `${P}/customJobs/1`)), 'customJobs');
  assert.equal(kindNameOf(refOf('aiplatform', `${P}/customJobs/1/operations/2`)), 'operation');
  assert.equal(kindNameOf(refOf('dataproc', `${P}/jobs/1`)), 'operation');
  assert.equal(kindNameOf(refOf('dataproc', 'projects/p/regions/r/operations/1')), 'operation');
  assert.equal(kindNameOf(refOf('container', `${P}/operations/operation-1`)), 'operation');
  assert.notEqual(kindOf(refOf('container', `${P}/operations/operation-1`)), undefined);
  for (const api of ['batch', 'dataflow', 'storagebatchoperations', 'bigquery'])
    assert.equal(kindOf(refOf(api, `${P}/jobs/1`))?.service, `${api}.googleapis.com`);
});

test('a name that is no operation and no job of its service is refused with what there is', () => {
  const refused: [api: string, name: string, message: RegExp][] = [
    ['dataproc', `${P}/jobs/1`, /of a job of dataproc\S+: projects\/…\/regions\/…\/jobs\/…, /],
    ['compute', 'projects/p/zones/z/instances/i', /zones\/…\/operations\/…; it is "projects/],
    ['aiplatform', `${P}/notebookExecutionJobs/1`, /has no cancel and can only be deleted/],
    ['aiplatform', `${P}/schedules/1`, /:pause/],
    ['bigquery', 'projects/p/jobs/j', /has its location in it, as projects\/p\/locations\/US\/jobs\/id/],
    ['bigquerydatatransfer', 'projects/p/transferConfigs/c/runs/r', /data transfer has no cancel/],
    ['transcoder', `${P}/jobs/1`, /Transcoder API has no cancel/],
  ];
  for (const [api, name, message] of refused)
    assert.throws(() => assertKnownKind(refOf(api, name)), { kind: 'ARGUMENT', message }, name);
});

test('names of operations, and all of services whose jobs are not known, are taken', () => {
  assertKnownKind(refOf('aiplatform', `${P}/customJobs/1/operations/2`));
  assertKnownKind(refOf('generativelanguage', 'batches/1'));
  assertKnownKind(refOf('storagetransfer', 'transferOperations/1'));
  assertKnownKind(refOf('transcoder', `${P}/jobTemplates/1`));
  assertKnownKind(refOf('example', 'a/b'));
});

/** The requests that a cancel makes, as method, URL and body. */
const CANCELS: [api: string, name: string, request: string][] = [
  ['bigquery', 'projects/p/locations/US/jobs/j', 'POST /bigquery/v2/projects/p/jobs/j/cancel?location=US '],
  ['dataflow', `${P}/jobs/j`, `PUT /v1b3/${P}/jobs/j {"requestedState":"JOB_STATE_CANCELLED"}`],
  ['dataproc', 'projects/p/regions/r/jobs/j', 'POST /v1/projects/p/regions/r/jobs/j:cancel '],
  ['dataproc', `${P}/sessions/s`, `POST /v1/${P}/sessions/s:terminate `],
  ['cloudbuild', `${P}/builds/b`, `POST /v1/${P}/builds/b:cancel {"projectId":"p","id":"b"}`],
  ['cloudbuild', 'projects/p/builds/b', 'POST /v1/projects/p/builds/b:cancel {"projectId":"p","id":"b"}'],
  ['run', `${P}/jobs/j/executions/e`, `POST /v2/${P}/jobs/j/executions/e:cancel `],
  ['dlp', 'projects/p/dlpJobs/d', 'POST /v2/projects/p/dlpJobs/d:cancel '],
  ['websecurityscanner', 'projects/p/scanConfigs/c/scanRuns/r', 'POST /v1/projects/p/scanConfigs/c/scanRuns/r:stop '],
  ['sqladmin', 'projects/p/operations/o', 'POST /v1/projects/p/operations/o/cancel '],
  ['container', 'projects/p/zones/z/operations/o', 'POST /v1/projects/p/zones/z/operations/o:cancel '],
];

test('a cancel is the one request that the kind has for it', async (t) => {
  const server = await serve(t, (_, response) => response.end('{}'));
  const client = clientOf(server.host, undefined, ['*']);
  for (const [api, name] of CANCELS) await client.cancel(refOf(api, name));
  assert.deepEqual(
    server.requests.map(({ method, url, body }) => `${method} ${url} ${body}`),
    CANCELS.map(([, , request]) => request),
  );
});

test('a batch of Dataproc is cancelled by its operation, which is looked up', async (t) => {
  const operation = 'projects/p/regions/l/operations/o-1';
  const links = [operation, operation.replace('/p/', '/123/')];
  const server = await serve(t, (request, response) =>
    response.end(request.method === 'GET' ? JSON.stringify({ operation: links.shift() }) : '{}'),
  );
  const client = clientOf(server.host, undefined, ['*']);
  for (let times = links.length; times > 0; times -= 1) await client.cancel(refOf('dataproc', `${P}/batches/b`));
  const requests = [`GET /v1/${P}/batches/b?fields=operation`, `POST /v1/${operation}:cancel`];
  assert.deepEqual(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    [...requests, ...requests],
  );
});

test('an operation that is not of the project and location of its batch is not cancelled', async (t) => {
  const links = [
    'projects/other/regions/l/operations/o',
    'projects/p/regions/other/operations/o',
    'projects/p/locations/l/batches/other',
    'projects/p/regions/l/operations/..',
    'projects/p/regions/l/operations/o:delete?x=',
    'projects/p/regions/l/operations/o/more',
    'operations/o',
    '',
    7,
  ];
  let link: unknown;
  const server = await serve(t, (_, response) => response.end(JSON.stringify({ operation: link })));
  for (link of links) {
    const client = clientOf(server.host, undefined, ['*']);
    const error = await errorFrom(client.cancel(refOf('dataproc', `${P}/batches/b`)));
    assert.deepEqual([error.kind, error.httpStatus], ['LOOKUP', undefined], String(link));
    assert.match(error.message, /has no operation of its own project and location at operation/);
  }
  assert.ok(server.requests.every(({ method }) => method === 'GET'));
});

test('an operation of Compute Engine has no cancel, and none is sent', async (t) => {
  const server = await serve(t, (_, response) => response.end('{}'));
  const client = clientOf(server.host, undefined, ['*']);
  for (const scope of ['global', 'regions/r', 'zones/z']) {
    const error = await errorFrom(client.cancel(refOf('compute', `projects/p/${scope}/operations/o`)));
    assert.deepEqual([error.kind, error.code], ['NO_METHOD', 'UNIMPLEMENTED']);
    assert.match(error.message, /Compute Engine has no cancel of operations/);
  }
  assert.deepEqual(server.requests, []);
});

test('what a batch answers while its operation is looked up is no answer to the cancel', async (t) => {
  const error = { code: 404, message: 'no such batch', status: 'NOT_FOUND' };
  const server = await serve(t, (_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error }));
  });
  const failure = await errorFrom(clientOf(server.host, undefined, ['*']).cancel(refOf('dataproc', `${P}/batches/b`)));
  assert.deepEqual([failure.kind, failure.code], ['LOOKUP', 'NOT_FOUND']);
  assert.equal(classifyCancelAnswer(failure), undefined);
});

test('an execution of Application Integration is cancelled only where the answer says so', async (t) => {
  let body = '{"isCanceled":true}';
  const server = await serve(t, (_, response) => response.end(body));
  const client = clientOf(server.host, undefined, ['*']);
  const ref = refOf('integrations', `${P}/integrations/i/executions/e`);
  await client.cancel(ref);
  for (body of ['{"isCanceled":false}', '{}', '']) {
    const failure = await errorFrom(client.cancel(ref));
    assert.deepEqual([failure.kind, failure.code], ['STATUS', 'FAILED_PRECONDITION'], body);
  }
});
