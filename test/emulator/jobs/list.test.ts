import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { defaultApiVersion } from '../../../contract/api-version.js';
import { type Emulator, jobSecret } from '../../../emulator/index.js';
import { collectionNameOf, type Kind, nameOfKind } from '../../../google/kinds/kind.js';
import { KINDS } from '../../../google/kinds/table.js';
import { emulatorFor, get, problem, type Reply } from '../support.js';
import { BATCH, CUSTOM, DATAFLOW, QUERY } from './support.js';

const L = 'projects/p/locations/us-central1';
const ROOTS = new Map([
  ['bigquery.googleapis.com', '/bigquery'],
  ['compute.googleapis.com', '/compute'],
]);
const SEVERAL = ['us-central1', 'l', 'jobs'];

function list(emulator: Emulator, path: string, query: [string, string][] = []): Promise<Reply> {
  return get(emulator, `${path}?${new URLSearchParams(query).toString()}`);
}

/** The path of the collection of a kind, and a job in it. */
function collectionOf({ service, names: [pattern = ''], path = pattern }: Kind) {
  let number = 0;
  const name = (id: string): string => pattern.replace(/\*$/, id).replaceAll('*', () => `x${(number += 1)}`);
  number = 0;
  const first = name('running');
  number = 0;
  const second = name('ended');
  const segments = ['', ...first.split('/').filter((_, i) => pattern.split('/')[i] === '*')];
  const resource = path.includes('{')
    ? path.replaceAll(/\{(\d)\}/g, (_, n: string) => segments[Number(n)] ?? '')
    : first;
  const parent = resource.replace(/\/[^/]+$/, '');
  return { path: `${ROOTS.get(service) ?? ''}/${defaultApiVersion(service)}/${parent}`, first, second };
}

describe('a list of jobs', () => {
  for (const kind of KINDS.filter(({ list }) => list?.none === undefined)) {
    it(`of ${kind.service}, ${nameOfKind(kind)}, has what runs, by the filter of the table`, async (t) => {
      const emulator = await emulatorFor(t);
      const { path, first, second } = collectionOf(kind);
      const { service, list: binding = {} } = kind;
      emulator.add({ service, name: first });
      emulator.add({ service, name: second, completesAfterMs: 0 });
      const items = (reply: Reply): unknown[] => {
        assert.equal(reply.status, 200, reply.text);
        return (reply.json()[binding.array ?? collectionNameOf(kind)] ?? []) as unknown[];
      };
      assert.equal(items(await list(emulator, path)).length, 2);
      if (binding.running === undefined) return;
      const running = [binding.running].flat().map((one): [string, string] => [binding.filterIn ?? 'filter', one]);
      const found = items(await list(emulator, path, running));
      assert.equal(found.length, 1);
      assert.match(JSON.stringify(found), /"running"|\/running"/);
    });
  }

  it('refuses a filter by a field that its jobs do not have', async (t) => {
    const emulator = await emulatorFor(t);
    const bad: [string, string, string][] = [
      [`/v1/${L}/customJobs`, 'filter', 'nonsense="x"'],
      [`/v1/${L}/customJobs`, 'filter', 'done=false'],
      [`/v1/${L}/customJobs`, 'filter', 'RUNNING'],
      ['/bigquery/v2/projects/p/jobs', 'stateFilter', 'active'],
    ];
    for (const [path, parameter, value] of bad) {
      const reply = await list(emulator, path, [[parameter, value]]);
      assert.deepEqual(problem(reply), [400, 400, 'INVALID_ARGUMENT'], value);
    }
    emulator.add({ name: CUSTOM });
    const good = await list(emulator, `/v1/${L}/customJobs`, [['filter', 'display_name="job 1" AND state!="x"']]);
    assert.equal((good.json()['customJobs'] as unknown[]).length, 1);
  });

  it('pages by the parameters of its service', async (t) => {
    const emulator = await emulatorFor(t);
    for (const id of ['1', '2', '3'])
      emulator.add({ ...QUERY, name: `projects/p/locations/${SEVERAL[Number(id) - 1]}/jobs/${id}` });
    const path = '/bigquery/v2/projects/p/jobs';
    const first = (await list(emulator, path, [['maxResults', '2']])).json();
    assert.equal((first['jobs'] as unknown[]).length, 2);
    const next: [string, string][] = [
      ['maxResults', '2'],
      ['pageToken', first.nextPageToken ?? ''],
    ];
    const second = (await list(emulator, path, next)).json();
    assert.deepEqual([(second['jobs'] as unknown[]).length, second.nextPageToken], [1, undefined]);
  });

  it('has the secrets of its jobs, unless fields leaves them out', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: CUSTOM });
    const path = `/v1/${L}/customJobs`;
    assert.match((await list(emulator, path)).text, new RegExp(jobSecret));
    const masked = await list(emulator, path, [['fields', 'customJobs(name,state),nextPageToken']]);
    assert.deepEqual(masked.json(), { customJobs: [{ name: CUSTOM, state: 'JOB_STATE_RUNNING' }] });
  });

  it('is of one service where two have the same path, by version', async (t) => {
    const emulator = await emulatorFor(t);
    for (const job of [BATCH, DATAFLOW]) emulator.add(job);
    const [batch, flow] = [await list(emulator, `/v1/${L}/jobs`), await list(emulator, `/v1b3/${L}/jobs`)];
    assert.deepEqual(
      [batch.json()['jobs'], flow.json()['jobs']].map((jobs) => (jobs as unknown[]).length),
      [1, 1],
    );
    assert.match(batch.text, /batch-1/);
    assert.match(flow.text, /flow-1/);
  });

  it('is of all parents where the service says so, and empty without jobs', async (t) => {
    const emulator = await emulatorFor(t);
    for (const job of ['a', 'b'])
      emulator.add({ service: 'run.googleapis.com', name: `${L}/jobs/${job}/executions/1` });
    const across = await list(emulator, `/v2/${L}/jobs/-/executions`);
    assert.equal((across.json()['executions'] as unknown[]).length, 2);
    assert.equal(((await list(emulator, `/v2/${L}/jobs/a/executions`)).json()['executions'] as unknown[]).length, 1);
    assert.equal((await list(emulator, `/v1/${L}/pipelineJobs`)).text, '{}\n');
    const refused = await list(emulator, '/v1/projects/p/locations/-/pipelineJobs');
    assert.deepEqual(problem(refused), [400, 400, 'INVALID_ARGUMENT']);
  });

  it('names what it cannot reach', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: CUSTOM, unreachable: true });
    assert.deepEqual((await list(emulator, `/v1/${L}/customJobs`)).json(), { unreachable: [L] });
  });
});
