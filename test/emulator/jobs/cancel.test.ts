import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Emulator } from '../../../emulator/index.js';
import { call, clock, emulatorFor, get, post, problem, type Reply } from '../support.js';
import { BUILD, type Cancel, CUSTOM, DATAFLOW, messageOf, QUERY, SERVERLESS, SPARK } from './support.js';

const PRECONDITION = [400, 400, 'FAILED_PRECONDITION'];
const stop = (emulator: Emulator, requestedState = 'JOB_STATE_CANCELLED', query = ''): Promise<Reply> =>
  call(emulator, 'PUT', `/v1b3/${DATAFLOW.name}${query}`, { body: JSON.stringify({ requestedState }) });

describe('a cancel of a job', () => {
  it('is accepted, shows in its word, and wins, loses or fails later', async (t) => {
    const ends: [Cancel, string][] = [
      [{ kind: 'wins', afterMs: 10 }, 'JOB_STATE_CANCELLED'],
      [{ kind: 'loses', afterMs: 10 }, 'JOB_STATE_SUCCEEDED'],
      [{ kind: 'fails', code: 13, afterMs: 10 }, 'JOB_STATE_FAILED'],
      [{ kind: 'ends', afterMs: 10, result: { state: 'JOB_STATE_EXPIRED', error: { code: 4 } } }, 'JOB_STATE_EXPIRED'],
      [{ kind: 'ignored' }, 'JOB_STATE_CANCELLING'],
    ];
    for (const [onCancel, word] of ends) {
      const { now, move } = clock();
      const emulator = await emulatorFor(t, { now });
      emulator.add({ name: CUSTOM, onCancel });
      assert.equal((await post(emulator, `${CUSTOM}:cancel`)).status, 200);
      assert.equal((await get(emulator, CUSTOM)).json()['state'], 'JOB_STATE_CANCELLING');
      move(10);
      assert.equal((await get(emulator, CUSTOM)).json()['state'], word);
      assert.deepEqual(
        emulator.requests(CUSTOM).map(({ method, effect }) => [method, effect]),
        [
          ['cancel', 'cancel-accepted'],
          ['get', undefined],
          ['get', undefined],
        ],
      );
    }
  });

  it('leaves the old word if the script says so, or to the next get alone', async (t) => {
    const emulator = await emulatorFor(t);
    const onCancel: Cancel = { kind: 'ignored' };
    emulator.add({ name: CUSTOM, onCancel, cancellingState: 'JOB_STATE_RUNNING' });
    await post(emulator, `${CUSTOM}:cancel`);
    assert.equal((await get(emulator, CUSTOM)).json()['state'], 'JOB_STATE_RUNNING');
    const other = CUSTOM.replace(/1$/, '2');
    emulator.add({ name: other });
    await post(emulator, `${other}:cancel`);
    emulator.fail({ kind: 'stale', name: other, method: 'get', times: 1 });
    assert.equal((await get(emulator, other)).json()['state'], 'JOB_STATE_RUNNING');
    assert.equal((await get(emulator, other)).json()['state'], 'JOB_STATE_CANCELLED');
  });

  it('is refused by Vertex AI once the job is done', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: CUSTOM, completesAfterMs: 0 });
    const refused = await post(emulator, `${CUSTOM}:cancel`);
    assert.deepEqual(problem(refused), PRECONDITION);
    const text = `The CustomJob "${CUSTOM}" is in state JOB_STATE_SUCCEEDED and cannot be canceled.`;
    assert.equal(messageOf(refused), text);
    assert.equal(emulator.requests(CUSTOM, 'cancel')[0]?.effect, 'cancel-refused');
  });

  it('is refused by Dataproc while the job is neither pending nor running', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({
      ...SPARK,
      states: [{ state: 'SETUP_DONE' }, { afterMs: 10, state: 'RUNNING' }],
      onCancel: { kind: 'wins', afterMs: 10 },
    });
    const cancel = (): Promise<Reply> => post(emulator, `/v1/${SPARK.name}:cancel`);
    const refused = (word: string): string =>
      `Cannot cancel jobId 'spark-1' with state '${word}'; cancellable states: '[PENDING, RUNNING]'`;
    assert.equal(messageOf(await cancel()), refused('SETUP_DONE'));
    move(10);
    assert.deepEqual((await cancel()).json()['status'], { state: 'CANCEL_PENDING' });
    assert.equal(messageOf(await cancel()), refused('CANCEL_PENDING'));
    move(10);
    const last = await cancel();
    assert.deepEqual([problem(last), messageOf(last)], [PRECONDITION, refused('CANCELLED')]);
    assert.equal(emulator.operation(SPARK.name).cancelsAccepted, 1);
  });

  it('is an update in Dataflow, which is refused while the job is not ready and once it is done', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    const states = [{ state: 'JOB_STATE_QUEUED' }, { afterMs: 10, state: 'JOB_STATE_RUNNING' }];
    emulator.add({ ...DATAFLOW, states, onCancel: { kind: 'wins', afterMs: 10 } });
    assert.match(messageOf(await stop(emulator)) ?? '', /not yet ready for canceling/);
    move(10);
    assert.deepEqual(problem(await stop(emulator, 'JOB_STATE_DRAINED')), [400, 400, 'INVALID_ARGUMENT']);
    const both = await stop(emulator, 'JOB_STATE_CANCELLED', '?updateMask=requestedState');
    assert.deepEqual(problem(both), [400, 400, 'INVALID_ARGUMENT']);
    assert.equal((await post(emulator, `/v1b3/${DATAFLOW.name}:cancel`)).status, 404);
    assert.equal((await stop(emulator)).json()['currentState'], 'JOB_STATE_CANCELLING');
    move(10);
    const late = await stop(emulator);
    assert.deepEqual(problem(late), PRECONDITION);
    assert.match(messageOf(late) ?? '', /has terminated in state JOB_STATE_CANCELLED/);
  });

  it('is accepted by BigQuery once the job is done, and refused by Cloud Build', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ ...QUERY, completesAfterMs: 0 });
    emulator.add({ ...BUILD, completesAfterMs: 0 });
    const accepted = await post(emulator, '/bigquery/v2/projects/p/jobs/q1/cancel?location=us-central1');
    assert.equal(accepted.status, 200);
    assert.equal(emulator.requests(QUERY.name, 'cancel')[0]?.effect, 'already-done');
    assert.deepEqual(problem(await post(emulator, `/v1/${BUILD.name}:cancel`)), PRECONDITION);
  });

  it('goes to the operation that makes a batch of Dataproc, whose end does not tell of it', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add(SERVERLESS);
    assert.equal((await post(emulator, `/v1/${SERVERLESS.name}:cancel`)).status, 404);
    const { operation } = (await get(emulator, `/v1/${SERVERLESS.name}`)).json();
    assert.match(String(operation), /^projects\/p\/regions\/us-central1\/operations\//);
    assert.equal((await get(emulator, `/v1/${String(operation)}`)).json()['done'], undefined);
    assert.equal((await post(emulator, `/v1/${String(operation)}:cancel`)).text, '{}\n');
    assert.equal((await get(emulator, `/v1/${SERVERLESS.name}`)).json()['state'], 'CANCELLED');
    const { done, error } = (await get(emulator, `/v1/${String(operation)}`)).json();
    assert.deepEqual([done, error], [true, undefined]);
    assert.equal(emulator.requests(String(operation), 'cancel')[0]?.effect, 'cancel-accepted');
  });

  it('is answered as the script says, whatever the service does', async (t) => {
    const answers: [Cancel, number][] = [
      [{ kind: 'unimplemented' }, 501],
      [{ kind: 'no-route' }, 404],
      [{ kind: 'refused', code: 'PERMISSION_DENIED' }, 403],
    ];
    for (const [onCancel, status] of answers) {
      const emulator = await emulatorFor(t);
      emulator.add({ name: CUSTOM, onCancel });
      assert.equal((await post(emulator, `${CUSTOM}:cancel`)).status, status);
    }
    const emulator = await emulatorFor(t);
    emulator.add({ name: CUSTOM, completesAfterMs: 0, cancelWhenDone: 'ok' });
    assert.equal((await post(emulator, `${CUSTOM}:cancel`)).status, 200);
  });
});
