import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IamAdvice } from '../../google/iam.js';
import { run } from './support/command.js';
import { runJson } from './support/json.js';

const NAME = 'projects/my-project/locations/us-central1/datasets/7/operations/123';
const ENV = { OPERATIONS_EMULATOR_HOST: undefined, GOOGLE_ENDPOINTS: undefined };

/** What gcloud reads of the file: everything but comments. */
const yamlOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));

test('the text is the role file that gcloud takes, with the permissions as comments', async () => {
  const { code, stdout, stderr } = await run(['iam', NAME, '--started-by', 'import'], ENV);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(yamlOf(stdout), [
    'title: "temporal-lro, aiplatform.googleapis.com"',
    'description: "Gets, cancels and lists long-running operations."',
    'stage: GA',
    'includedPermissions:',
    '  - aiplatform.datasets.get',
    '  - aiplatform.datasets.import',
    '  - aiplatform.operations.list',
  ]);
  assert.match(stdout, /^# cancel {2}aiplatform\.datasets\.import {2}\(derived\)$/m);
  assert.match(
    stdout,
    /gcloud iam roles create temporal_lro\.aiplatform\.datasets --project my-project --file/,
  );
});

test('what may have started it is there as comments, for a person to choose from', async () => {
  const { stdout } = await run(['iam', NAME], ENV);
  assert.deepEqual(yamlOf(stdout).slice(3), [
    'includedPermissions:',
    '  - aiplatform.datasets.get',
    '  - aiplatform.operations.list',
  ]);
  assert.match(stdout, /^ {2}# - aiplatform\.datasets\.create$/m);
});

test('one name gives one object, several give an array, and jsonl a line each', async () => {
  const other = '//batch.googleapis.com/projects/p/locations/l/operations/1';
  const { data } = await runJson<IamAdvice>(['iam', NAME], ENV);
  assert.deepEqual(Object.keys(data), ['name', 'service', 'permissions', 'roleId', 'role']);
  assert.equal(data.name, NAME);
  const { data: both } = await runJson<IamAdvice[]>(['iam', NAME, other], ENV);
  assert.deepEqual(
    both.map(({ service }) => service),
    ['aiplatform.googleapis.com', 'batch.googleapis.com'],
  );
  const cancel = both[1]?.permissions.find((needed) => needed.for === 'cancel');
  assert.deepEqual([cancel?.basis, cancel?.permission], ['derived', 'batch.operations.cancel']);
  const { stdout } = await run(['iam', NAME, other, '-o', 'jsonl'], ENV);
  assert.equal(stdout.trimEnd().split('\n').length, 2);
});

test('a name that is none is bad usage', async () => {
  const { code, stdout, stderr } = await run(['iam', 'projects/../x'], ENV);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /must have no segment \. or \.\./);
});
