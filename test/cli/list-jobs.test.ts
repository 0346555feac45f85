import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsResult } from '../../contract/bulk.js';
import { jobSecret } from '../../emulator/index.js';
import { startWorld, type World } from '../support/world.js';
import { run } from './support/command.js';
import { runJson } from './support/json.js';

interface Listed {
  name: string;
  service: string;
  kind: string;
  parent: string;
  displayName?: string;
  state?: string;
  createTime?: string;
  error?: { type: string; message: string };
}

const VERTEX_AI = 'aiplatform.googleapis.com';
const BIGQUERY = 'bigquery.googleapis.com';
const DATAFLOW = 'dataflow.googleapis.com';
const HOUR_MS = 3_600_000;

describe('jobs in list and cancel-all', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ GOOGLE_SERVICES: '*' });
  });
  after(() => world.close());

  const env = () => ({ OPERATIONS_EMULATOR_HOST: world.emulator.host, TEMPORAL_ADDRESS: world.address });
  const queueFlags = () => ['--task-queue', world.taskQueue];
  const newParent = () => `projects/p/locations/l${randomUUID().slice(0, 8)}`;

  function add(name: string, ageHours?: number, service = VERTEX_AI, more: object = {}): string {
    const createTime = ageHours === undefined ? undefined : new Date(Date.now() - ageHours * HOUR_MS).toISOString();
    const isJob = !name.includes('/operations/');
    world.emulator.add({
      name,
      ...(isJob && { service }),
      metadata: { ...(createTime !== undefined && { createTime }), ...more },
    });
    return name;
  }

  const namesOf = (listed: Listed[]) => listed.map(({ name }) => name);

  test('list shows what runs in several services and locations, each with its kind, and nothing else of its body', async () => {
    const [here, there] = [newParent(), newParent()];
    const names = [
      add(`${here}/operations/1`, 1),
      add(`${here}/customJobs/1`, 2, VERTEX_AI, { displayName: 'train' }),
      add(`${here}/jobs/2`, 3, BIGQUERY),
      add(`${there}/pipelineJobs/1`, 4),
      add(`${there}/jobs/1`, 5, DATAFLOW),
    ];
    const services = ['--service', `${VERTEX_AI},${BIGQUERY}`, '--service', DATAFLOW];
    const args = ['list', '--kind', 'all', '--parent', here, '--parent', there, ...services];
    const { code, data, stdout } = await runJson<Listed[]>(args, env());
    assert.equal(code, 0);
    assert.deepEqual(new Set(namesOf(data)), new Set(names));
    assert.ok(!stdout.includes(jobSecret));
    const { createTime, ...job } = data.find(({ kind }) => kind === 'customJobs') ?? {};
    assert.ok(Date.parse(createTime ?? '') < Date.now() - HOUR_MS);
    assert.deepEqual(
      { ...job, metadata: {} },
      {
        name: names[1],
        service: VERTEX_AI,
        kind: 'customJobs',
        displayName: 'train',
        state: 'JOB_STATE_RUNNING',
        done: false,
        metadata: {},
      },
    );
    const lines = (await run([...args, '-o', 'jsonl'], env())).stdout.trimEnd().split('\n');
    assert.deepEqual(new Set(lines.map((line) => (JSON.parse(line) as Listed).name)), new Set(names));

    const text = await run(args, env());
    assert.equal(text.code, 0);
    for (const line of text.stdout.split('\n')) assert.ok(line.length <= 80, line);
    assert.match(text.stdout, /^ +AGE {2}KIND {10}STATE {4}DISPLAY NAME\n +NAME\n/);
    assert.ok(text.stdout.includes(`  customJobs    RUNNING  train\n          ${names[1]}\n`), text.stdout);
    assert.ok(text.stdout.includes(`  jobs          RUNNING  job 1\n          //${DATAFLOW}/${names[4]}\n`));
  });

  test('a list that is refused does not hide the others: stderr, JSON and the exit code tell of it', async () => {
    const parent = newParent();
    const name = add(`${parent}/customJobs/1`);
    const message = 'Vertex AI API has not been used in project p before or it is disabled';
    for (const collection of ['nasJobs', 'tuningJobs'])
      world.emulator.fail({
        method: 'list',
        name: `${parent}/${collection}/**`,
        kind: 'status',
        code: 'PERMISSION_DENIED',
        message,
      });
    const args = ['list', '--kind', 'all', '--parent', parent];
    const { code, data, stderr } = await runJson<Listed[]>(args, env());
    assert.equal(code, 1);
    assert.deepEqual(
      data.map(({ name: listed, kind, error }) => [listed, kind, error?.type]),
      [
        [name, 'customJobs', undefined],
        [undefined, 'nasJobs', 'PERMISSION_DENIED'],
        [undefined, 'tuningJobs', 'PERMISSION_DENIED'],
      ],
    );
    assert.equal(data[1]?.parent, `${parent}/nasJobs`);
    assert.ok(stderr.includes(`Not listed: ${parent}/nasJobs, ${parent}/tuningJobs of ${VERTEX_AI}: PERM`), stderr);
    assert.equal(stderr.split(message).length, 2, stderr);
    const text = await run(args, env());
    assert.deepEqual([text.code, text.stdout.includes(name), text.stderr.includes(message)], [1, true, true]);

    const cancelled = await runJson<CancelOperationsResult>(
      ['cancel-all', '--kind', 'customJobs,nasJobs', '--parent', parent, '--yes', ...queueFlags()],
      env(),
    );
    const { failures, outcomes } = cancelled.data;
    assert.deepEqual([cancelled.code, outcomes], [1, { CANCELLED: 1 }]);
    assert.deepEqual(
      failures.map(({ name: failed, type }) => [failed, type]),
      [[`${parent}/nasJobs`, 'PERMISSION_DENIED']],
    );
  });

  test('all passes over the operations of a service that has jobs only; to ask for them is refused', async () => {
    const parent = newParent();
    const name = add(`${parent}/jobs/1`, undefined, DATAFLOW);
    world.emulator.fail({ method: 'list', name: parent, kind: 'html', status: 404 });
    const args = ['list', '--parent', parent, '--service', DATAFLOW, '--kind'];
    const all = await runJson<Listed[]>([...args, 'all'], env());
    assert.deepEqual([all.code, namesOf(all.data), all.stderr], [0, [name], '']);
    const both = await runJson<Listed[]>([...args, 'all,operation'], env());
    assert.deepEqual([both.code, both.data.map(({ error }) => error?.type)], [1, [undefined, 'NOT_FOUND']]);
  });

  test('a parent that is a collection means its kind, of the service that has it', async () => {
    const parent = newParent();
    const name = add(`${parent}/customJobs/1`);
    add(`${parent}/operations/1`);
    const args = ['list', '--service', VERTEX_AI, '--service', BIGQUERY, '--parent', `${parent}/customJobs`];
    const { code, data } = await runJson<Listed[]>(args, env());
    assert.deepEqual([code, namesOf(data), data[0]?.kind], [0, [name], 'customJobs']);
  });

  test('cancel-all shows kind, display name, state and age before it cancels what is older than asked for', async () => {
    const parent = newParent();
    const old = add(`${parent}/customJobs/1`, 13, VERTEX_AI, { displayName: 'train\u001B[31m\u202E' });
    const older = add(`${parent}/pipelineJobs/1`, 25);
    const young = add(`${parent}/customJobs/2`, 11);
    const noAge = add(`${parent}/operations/1`);
    const flags = [
      '--parent',
      parent,
      '--kind',
      'operation,customJobs',
      '--kind',
      'pipelineJobs',
      '--older-than',
      '12h',
    ];

    const listed = await run(['list', ...flags], env());
    assert.deepEqual([listed.code, listed.stderr], [0, 'Passed over, because they tell no time of creation: 1.\n']);
    const dry = await run(['cancel-all', ...flags, '--dry-run', '--address', '127.0.0.1:1'], env());
    const withoutAges = (text: string) => text.replaceAll(/^.{8}/gm, '');
    assert.deepEqual([dry.code, withoutAges(dry.stdout)], [0, withoutAges(listed.stdout)]);

    const cancelled = await run(['cancel-all', ...flags, '--yes', ...queueFlags()], env());
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.ok(cancelled.stderr.includes(`2 jobs run under ${parent}:\n`), cancelled.stderr);
    assert.match(cancelled.stderr, /13h( \d+[ms])? {2}customJobs {4}RUNNING {2}train\?\[31m\?\n/);
    assert.match(cancelled.stderr, /1d 1h {2}pipelineJobs {2}RUNNING {2}job 1\n/);
    assert.match(
      cancelled.stdout,
      /\n2 matched, 2 started or joined\n {2}CANCELLED +2\n {2}of unknown age +1, passed over\n$/,
    );
    assert.deepEqual(
      [old, older, young, noAge].map((name) => world.cancels(name)),
      [1, 1, 0, 0],
    );

    const again = await runJson<CancelOperationsResult>(['cancel-all', ...flags, '--dry-run'], env());
    assert.deepEqual([again.data.matched, again.data.unknownAge], [0, 1]);
  });

  for (const [what, args, message] of [
    [
      'a kind that no service has',
      ['--kind', 'jobs'],
      /^--kind must be of those of aiplatform\.googleapis\.com: all, /,
    ],
    ['a kind that cannot be listed', ['--kind', 'testMatrices', '--service', 'testing.googleapis.com'], /has no list/],
    [
      'a service without any of the kinds',
      ['--kind', 'customJobs', '--service', `${VERTEX_AI},${BIGQUERY}`],
      /^--kind must/,
    ],
    [
      'another kind than the parent has',
      ['--kind', 'all', '--parent', 'projects/p/locations/l/customJobs'],
      /^--kind must/,
    ],
    ['an age without a unit', ['--older-than', '12'], /needs a unit: 12s or 12ms\?/],
    ['an age that is none', ['--older-than', 'old'], /--older-than <duration>.*must be a duration/],
    [
      'a version of several services',
      ['--api-version', 'v1', '--service', `${VERTEX_AI},${BIGQUERY}`],
      /^--api-version/,
    ],
  ] as const)
    test(`list refuses ${what}, and asks Google nothing`, async () => {
      const parent = newParent();
      const { code, stdout, stderr } = await run(['list', '--parent', parent, ...args], env());
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(world.emulator.requests(`${parent}/**`, 'list').length, 0);
    });

  test('cancel-all takes one parent and one service, and refuses a second one', async () => {
    for (const flag of ['--parent', '--service']) {
      const value = flag === '--parent' ? 'projects/p/locations/l' : BIGQUERY;
      const { code, stderr } = await run(['cancel-all', flag, value, flag, value, '--dry-run'], env());
      assert.equal(code, 2);
      assert.match(stderr, /can be given once only/);
    }
  });
});
