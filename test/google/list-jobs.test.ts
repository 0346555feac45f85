import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { collectionsOf } from '../../google/kinds/collections.js';
import { kindsOf } from '../../google/kinds/find-kind.js';
import { nameOfKind, type Kind } from '../../google/kinds/kind.js';
import { fieldsOfJobs, parametersOfJobs, parseJobs } from '../../google/kinds/list-jobs.js';
import { GoogleApiError } from '../../google/error.js';
import { clientOf, errorFrom } from './support/client.js';
import { serve } from './support/server.js';

const service = 'aiplatform.googleapis.com';
const LOCATION = 'projects/p/locations/l';
const query = { service, apiVersion: 'v1', parent: `${LOCATION}/customJobs` };

/** The message of the error of kind ARGUMENT that a call throws. */
function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof GoogleApiError && error.kind === 'ARGUMENT') return error.message;
    throw error;
  }
  throw new Error('the call was expected to be refused');
}

test('the places that a list could not reach are returned, whatever the service calls them', () => {
  const unreachableIn = (service: string, name: string, body: object) => {
    const [kind] = kindsOf(service).filter((one) => nameOfKind(one) === name);
    assert.ok(kind);
    return { mask: fieldsOfJobs(kind), ...parseJobs(kind, JSON.stringify(body), `${LOCATION}/${name}`) };
  };
  const dataflow = unreachableIn('dataflow.googleapis.com', 'jobs', { failedLocation: [{ name: 'l' }, { name: 'm' }] });
  assert.deepEqual(dataflow.unreachable, ['l', 'm']);
  assert.match(dataflow.mask, /,failedLocation\/name$/);
  const places = [LOCATION];
  const dataplex = unreachableIn('dataplex.googleapis.com', 'metadataJobs', { unreachableLocations: places });
  assert.deepEqual(dataplex.unreachable, places);
});

describe('a list of jobs', () => {
  test('asks for id, state, times and error of what runs, page by page', async (t) => {
    const server = await serve(t, (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      const page = searchParams.has('pageToken')
        ? { customJobs: [{ name: 'projects/1/locations/l/customJobs/2', state: 'JOB_STATE_CANCELLED' }] }
        : {
            customJobs: [
              { name: `${LOCATION}/customJobs/1`, state: 'JOB_STATE_RUNNING', createTime: '2026-01-01T00:00:00Z' },
            ],
            nextPageToken: 'next',
          };
      response.end(JSON.stringify(page));
    });
    const client = clientOf(server.host);
    assert.deepEqual(await client.list({ ...query, pageSize: 5 }), {
      operations: [
        {
          name: `${LOCATION}/customJobs/1`,
          done: false,
          metadata: { state: 'JOB_STATE_RUNNING', createTime: '2026-01-01T00:00:00Z' },
        },
      ],
      nextPageToken: 'next',
    });
    const last = await client.list({ ...query, pageToken: 'next', filter: 'labels.a="b"' }, { withDisplayName: true });
    assert.deepEqual(
      last.operations.map(({ name, done, error }) => [name, done, error?.code]),
      [['projects/1/locations/l/customJobs/2', true, 1]],
    );
    const [first, second] = server.requests.map(({ url }) => new URL(url, 'http://x'));
    assert.equal(first?.pathname, `/v1/${LOCATION}/customJobs`);
    assert.deepEqual(Object.fromEntries(first?.searchParams ?? []), {
      filter: ['QUEUED', 'PENDING', 'RUNNING', 'CANCELLING', 'PAUSED', 'UPDATING']
        .map((word) => `state="JOB_STATE_${word}"`)
        .join(' OR '),
      pageSize: '5',
      fields: 'customJobs(name,state,error,createTime,startTime,endTime),nextPageToken,unreachable',
    });
    assert.deepEqual(Object.fromEntries(second?.searchParams ?? []), {
      filter: 'labels.a="b"',
      pageToken: 'next',
      fields: 'customJobs(name,state,error,createTime,startTime,endTime,displayName),nextPageToken,unreachable',
    });
  });

  test('whose API does not know unreachable is asked without it from then on, each kind for itself', async (t) => {
    const server = await serve(t, (request, response) => {
      const isKnown = request.url?.includes('unreachable') !== true;
      const error = { code: 400, message: 'Invalid field selection unreachable', status: 'INVALID_ARGUMENT' };
      response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isKnown ? {} : { error }));
    });
    const client = clientOf(server.host);
    for (const kind of ['customJobs', 'customJobs', 'nasJobs'])
      assert.deepEqual(await client.list({ ...query, parent: `${LOCATION}/${kind}` }), { operations: [] });
    assert.equal(server.requests.length, 5);
  });

  test('that is no list, or holds no jobs, is a bad body', async (t) => {
    let body = '';
    const server = await serve(t, (_, response) => response.end(body));
    for (body of [
      '',
      '[]',
      '{"customJobs":{}}',
      '{"customJobs":[1]}',
      '{"customJobs":[{"state":"JOB_STATE_RUNNING"}]}',
    ])
      assert.equal((await errorFrom(clientOf(server.host).list(query))).kind, 'BODY', body);
  });

  test('keeps the display name where it is asked for, and nothing else of the body', async (t) => {
    const job = {
      name: `${LOCATION}/customJobs/1`,
      displayName: 'nightly',
      state: 'JOB_STATE_RUNNING',
      jobSpec: { env: 'secret' },
    };
    const server = await serve(t, (_, response) => response.end(JSON.stringify({ customJobs: [job] })));
    const page = await clientOf(server.host).list(query, { withDisplayName: true });
    assert.deepEqual(page.operations[0]?.metadata, { state: 'JOB_STATE_RUNNING', displayName: 'nightly' });
  });

  const row: Kind = { service: 'x.googleapis.com', names: ['projects/*/locations/*/jobs/*'] };

  test('whose items tell their id alone gets names from its collection and from their location', () => {
    const kind: Kind = { ...row, id: 'ref.id', list: { location: 'ref.location' } };
    const items = [{ ref: { id: 'a', location: 'US' } }, { ref: { id: 'b', location: 'eu' } }];
    const namesIn = (collection: string, list = kind) =>
      parseJobs(list, JSON.stringify({ jobs: items }), collection).operations.map(({ name }) => name);
    assert.deepEqual(namesIn('projects/p/locations/-/jobs'), [
      'projects/p/locations/US/jobs/a',
      'projects/p/locations/eu/jobs/b',
    ]);
    assert.deepEqual(namesIn('projects/p/locations/us/jobs'), ['projects/p/locations/US/jobs/a']);
    const { list: _, ...unlocated } = kind;
    assert.throws(() => namesIn('projects/p/locations/-/jobs', unlocated), /with ids alone/);
  });

  test('has the parameters and the array of its kind', () => {
    const kind: Kind = {
      ...row,
      list: {
        array: 'items',
        filterIn: 'stateFilter',
        pageSizeIn: 'maxResults',
        running: ['pending', 'running'],
        query: { allUsers: 'true' },
      },
    };
    assert.deepEqual(parametersOfJobs(kind, { pageSize: '10' }), {
      allUsers: 'true',
      stateFilter: ['pending', 'running'],
      maxResults: '10',
      pageToken: undefined,
    });
    assert.equal(fieldsOfJobs(kind), 'items(name,state,createTime,startTime,endTime),nextPageToken');
    const unpaged: Kind = { ...row, list: { unpaged: true } };
    assert.deepEqual(parametersOfJobs(unpaged, { pageSize: '10' }), {});
    assert.equal(fieldsOfJobs(unpaged), 'jobs(name,state,createTime,startTime,endTime)');
  });
});

describe('the collections of a parent', () => {
  const parentsOf = (parent: string, kinds?: string[]) =>
    collectionsOf({ service, parent }, kinds).map((one) => one.parent);

  test('are its operations, or those of the kinds that are asked for, each once', () => {
    assert.deepEqual(parentsOf(LOCATION), [LOCATION]);
    assert.deepEqual(parentsOf(LOCATION, ['operation', 'customJobs', 'operation', 'pipelineJobs', 'customJobs']), [
      LOCATION,
      `${LOCATION}/customJobs`,
      `${LOCATION}/pipelineJobs`,
    ]);
  });

  test('of all kinds are its operations and the jobs of every kind that can be listed there', () => {
    const jobs = kindsOf(service).map((kind) => `${LOCATION}/${nameOfKind(kind)}`);
    assert.deepEqual(parentsOf(LOCATION, ['all', 'customJobs']), [LOCATION, ...jobs]);
    assert.deepEqual(parentsOf('projects/p/buckets/b', ['all']), ['projects/p/buckets/b']);
  });

  test('are the parent itself where it ends in one, which has no other kind', () => {
    for (const [collection, kind] of [
      ['customJobs', 'customJobs'],
      ['operations', 'operation'],
    ]) {
      const parent = `${LOCATION}/${collection}`;
      assert.deepEqual(collectionsOf({ service, parent }), [{ kind, parent }]);
      assert.deepEqual(collectionsOf({ service, parent }, [kind ?? '']), [{ kind, parent }]);
      assert.match(
        refusalOf(() => collectionsOf({ service, parent }, ['nasJobs'])),
        /^kinds must not have "nasJobs"/,
      );
    }
  });

  test('of a kind that the service does not have, or not under the parent, are refused with what is accepted', () => {
    assert.match(
      refusalOf(() => collectionsOf({ service, parent: LOCATION }, ['customjobs'])),
      /^kinds must be of those of aiplatform\.googleapis\.com: all, operation, customJobs, .*; it has "customjobs"/,
    );
    assert.match(
      refusalOf(() => collectionsOf({ service, parent: 'projects/p' }, ['customJobs'])),
      /^parent must be one of customJobs: projects\/…\/locations\/…; it is "projects\/p"/,
    );
  });
});
