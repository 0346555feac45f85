import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseNames } from '../../cli/input/operation-name.js';
import { resolve } from '../../cli/resolve.js';
import type { ApiFlags } from '../../cli/input/flags.js';
import { defaultApiVersion } from '../../contract/api-version.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { KINDS } from '../../google/kinds/table.js';
import { urlsOf } from '../../google/url.js';

const endpoints: EndpointConfig = { universeDomain: 'googleapis.com', overrides: new Map() };
const CUSTOM_JOB = 'projects/p/locations/us-central1/customJobs/1';
const BIGQUERY_JOB = 'projects/p/locations/US/jobs/job_1';

const parse = (text: string, flags: ApiFlags = {}, config = endpoints) => {
  const [target, ...more] = parseNames([text], flags, config);
  assert.ok(target !== undefined && more.length === 0);
  return target;
};
const shortly = (text: string, flags: ApiFlags = {}, config = endpoints) => {
  const { service, name } = parse(text, flags, config);
  return `${service.replace('.googleapis.com', '')} ${name}`;
};
/** The first line of the refusal of a text. */
const refusal = (text: string, flags: ApiFlags = {}): string => {
  let line = '';
  assert.throws(
    () => parse(text, flags),
    (error: Error & { code?: string }) => {
      line = error.message.split('\n')[0] ?? '';
      return error.code === 'BAD_USAGE';
    },
  );
  return line;
};

/** A name for each pattern of the table. */
const examples = KINDS.flatMap(({ service, names }) =>
  names.map((pattern) => {
    let at = 0;
    const segments = pattern.split('/').map((segment) => (segment === '*' ? `x${++at}` : segment));
    return { service, name: segments.join('/') };
  }),
);

describe('a job on the command line', () => {
  for (const { service, name } of examples)
    test(`is known by its URLs and by its name with its service: ${name} of ${service}`, () => {
      const target = parse(`//${service}/${name}`);
      const { get, cancel = get } = urlsOf({ service, apiVersion: defaultApiVersion(service), name }, endpoints);
      for (const url of [get, cancel]) assert.deepEqual(parse(url), target, url);
      assert.deepEqual(parse(name, { service }), target);
    });

  test('of Vertex AI needs no service, in every version', () => {
    const url = `https://us-central1-aiplatform.googleapis.com/v1/${CUSTOM_JOB}`;
    for (const text of [CUSTOM_JOB, url, `${url}:cancel`, `${url}?alt=json`])
      assert.equal(shortly(text), `aiplatform ${CUSTOM_JOB}`, text);
    assert.equal(parse(url).apiVersion, 'v1');
    assert.equal(parse(CUSTOM_JOB).apiVersion, 'v1beta1');
  });

  test('is no operation below it, whose URL ends in a verb as well', () => {
    const name = `${CUSTOM_JOB}/operations/2`;
    assert.equal(shortly(`https://us-central1-aiplatform.googleapis.com/v1/${name}:wait`), `aiplatform ${name}`);
  });

  test('of BigQuery has one workflow id, however it is written', () => {
    const rest = 'https://bigquery.googleapis.com/bigquery/v2/projects/p/jobs/job_1';
    const page = 'https://console.cloud.google.com/bigquery?project=p';
    for (const text of [
      'p:US.job_1',
      'p:us.job_1',
      `//bigquery.googleapis.com/${BIGQUERY_JOB}`,
      `//bigquery.googleapis.com/${BIGQUERY_JOB.replace('US', 'us')}`,
      `${rest}?location=US`,
      `${rest}?alt=json&location=us`,
      `${rest}/cancel?location=US`,
      `${rest.replace('bigquery.', 'www.')}?location=US`,
      `${rest.replace('bigquery.', 'bigquery.us.rep.')}?location=US`,
      `${page}&j=bq:US:job_1&page=queryresults`,
      `${page}&ws=!1m5!1m4!1m3!1sp!2sjob_1!3sUS`,
      `${page}&ws=!1m5!1m4!4m3!1sother!2sdataset!3stable!1m5!1m4!1m3!1sp!2sjob_1!3sUS`,
    ])
      assert.equal(
        parse(text).workflowId,
        'operation:bigquery.googleapis.com:projects:p:locations:US:jobs:job_1',
        text,
      );
    assert.equal(
      parse('example.com:project:asia-south1.job-2').name,
      'projects/example.com:project/locations/asia-south1/jobs/job-2',
    );
    assert.equal(
      shortly(`${rest.replace('job_1', 'cancel')}?location=US`),
      `bigquery ${BIGQUERY_JOB.replace('job_1', 'cancel')}`,
    );
  });

  test('of an emulator is of the service in the path, where that has a root of its own', () => {
    const config = { ...endpoints, emulatorHost: 'localhost:8086' };
    const url = 'http://localhost:8086/bigquery/v2/projects/p/jobs/job_1?location=US';
    assert.equal(shortly(url, {}, config), `bigquery ${BIGQUERY_JOB}`);
    assert.equal(shortly(`http://localhost:8086/v1/${CUSTOM_JOB}:cancel`, {}, config), `aiplatform ${CUSTOM_JOB}`);
  });

  test('of BigQuery without its location is refused with the forms that have one', () => {
    for (const text of [
      'https://bigquery.googleapis.com/bigquery/v2/projects/p/jobs/1',
      '//bigquery.googleapis.com/projects/p/jobs/1',
    ])
      assert.match(refusal(text), /projects\/p\/locations\/US\/jobs\/id/);
    assert.match(refusal('p:job_1'), /^"p:job_1" has no location; .*my-project:US\.job_1/);
    assert.match(
      refusal('p:US.job_1', { service: 'batch.googleapis.com' }),
      /is of bigquery\.googleapis\.com, but --service/,
    );
  });

  test('is known by its page in the console, where that tells its kind', () => {
    const console = 'https://console.cloud.google.com';
    for (const [page, expected] of [
      [
        '/dataflow/jobs/us-east1/2024-05-20_13-1?project=p',
        'dataflow projects/p/locations/us-east1/jobs/2024-05-20_13-1',
      ],
      [
        '/dataflow/jobs/us-east1/2-1;step=;mainTab=JOB_GRAPH?project=p&pageState=x',
        'dataflow projects/p/locations/us-east1/jobs/2-1',
      ],
      ['/vertex-ai/locations/l/pipelines/runs/run-1?project=p', 'aiplatform projects/p/locations/l/pipelineJobs/run-1'],
      [
        '/vertex-ai/locations/l/batch-predictions/1?project=p',
        'aiplatform projects/p/locations/l/batchPredictionJobs/1',
      ],
      [
        '/ai/platform/locations/l/batch-predictions/1?project=p',
        'aiplatform projects/p/locations/l/batchPredictionJobs/1',
      ],
    ] as const)
      assert.equal(shortly(console + page), expected, page);
    for (const page of [
      '/vertex-ai/locations/l/training/1/cpu?project=p',
      '/dataflow/jobs/us-east1/2-1',
      '/dataflow/jobs/us-east1?project=p',
      '/bigquery?project=p',
      '/bigquery?j=bq:US:1',
      '/bigquery?project=p&ws=!1m5!1m4!4m3!1sp!2sdataset!3stable',
      '/bigquery?project=p&ws=!1m5!1m4!1m3!1sp!2sjob_1!3sUS!1m5!1m4!1m3!1sp!2sjob_2!3sUS',
      '/run/jobs?project=p',
    ])
      assert.match(refusal(console + page), /is a console page that does not tell which job/, page);
    assert.match(
      refusal('https://console.cloud.google.com/bigquery?project=p&j=bq:US/../EU:1'),
      /must have no segment/,
    );
    assert.match(
      refusal('https://console.cloud.google.com/bigquery?project=p/q&j=bq:US:1'),
      /must be that of an operation/,
    );
    assert.match(refusal(`http://console.cloud.google.com/bigquery?project=p&j=bq:US:1`), /must be an https URL/);
  });

  test('without a service is of the only one that has such jobs', () => {
    for (const [name, service] of [
      ['projects/p/locations/l/jobs/j/executions/e', 'run'],
      ['projects/p/regions/r/jobs/j', 'dataproc'],
      ['projects/p/locations/l/batches/b', 'dataproc'],
      ['projects/p/locations/l/builds/b', 'cloudbuild'],
      ['projects/p/locations/l/operations/1', 'aiplatform'],
      ['projects/p/zones/z/operations/1', 'aiplatform'],
      ['batches/1', 'aiplatform'],
    ] as const)
      assert.equal(shortly(name), `${service} ${name}`);
  });

  test('without a service is refused where several have such jobs', () => {
    const says = refusal('projects/p/locations/l/jobs/j');
    for (const service of ['batch', 'bigquery', 'dataflow'])
      assert.ok(says.includes(`${service}.googleapis.com`), says);
    assert.match(says, /may be a job of .*with --service/);
    // A job of BigQuery without its location is named like one of the legacy AI Platform.
    assert.match(refusal('projects/p/jobs/j'), /may be a job of .*bigquery/);
  });

  test('of a kind that its service has not is refused with those that it has, and those that have it', () => {
    const says = refusal(`//batch.googleapis.com/${CUSTOM_JOB}`);
    assert.match(says, /projects\/…\/locations\/…\/jobs\/…; did you mean a job of aiplatform\.googleapis\.com\?$/);
    assert.match(
      refusal('projects/p/locations/l/endpoints/1'),
      /or of a job of aiplatform\.googleapis\.com: .*customJobs/,
    );
    assert.match(refusal('projects/p/locations/l/notebookExecutionJobs/1'), /has no cancel and can only be deleted$/);
  });

  test('of Cloud Build, and an operation of GKE, is the same in its older form', () => {
    assert.equal(
      shortly('//cloudbuild.googleapis.com/projects/p/builds/b'),
      'cloudbuild projects/p/locations/global/builds/b',
    );
    assert.equal(
      shortly('https://container.googleapis.com/v1/projects/p/zones/us-east1-b/operations/operation-1'),
      'container projects/p/locations/us-east1-b/operations/operation-1',
    );
  });
});

describe('resolve of a job', () => {
  const resolved = (text: string) => resolve(parse(text), endpoints);

  test('has its kind, and how it is cancelled', () => {
    const { kind, cancelUrl, cancelMethod, waitUrl } = resolved(CUSTOM_JOB);
    assert.deepEqual(
      [kind, cancelUrl, cancelMethod, waitUrl],
      ['customJobs', `https://us-central1-aiplatform.googleapis.com/v1beta1/${CUSTOM_JOB}:cancel`, 'POST', undefined],
    );
    const dataflow = resolved('//dataflow.googleapis.com/projects/p/locations/l/jobs/1');
    assert.equal(dataflow.cancelUrl, dataflow.getUrl);
    assert.deepEqual([dataflow.cancelMethod, dataflow.cancelBody], ['PUT', { requestedState: 'JOB_STATE_CANCELLED' }]);
    assert.deepEqual(resolved('//cloudbuild.googleapis.com/projects/p/builds/b').cancelBody, {
      projectId: 'p',
      id: 'b',
    });
  });

  test('says why there is no URL of a cancel', () => {
    const batch = resolved('projects/p/locations/l/batches/b');
    assert.equal(batch.cancelNote, 'the operation that the job names in its field operation is cancelled');
    const compute = resolved('//compute.googleapis.com/projects/p/zones/z/operations/1');
    assert.match(compute.cancelNote ?? '', /has no cancel/);
    for (const one of [batch, compute]) assert.ok(!('cancelUrl' in one) && !('cancelMethod' in one));
  });
});
