import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { OperationScript } from '../../emulator/index.js';
import { clock, emulatorFor, get, NAME, post, problem } from './support.js';

type Cancel = OperationScript['onCancel'];

describe('cancel', () => {
  it('answers {} at once and ends the operation with code 1 later', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: NAME, onCancel: { kind: 'wins', afterMs: 100 } });
    const { status, text } = await post(emulator, `${NAME}:cancel`);
    assert.deepEqual([status, text], [200, '{}\n']);
    assert.equal((await get(emulator, NAME)).json()['done'], undefined);
    move(100);
    const { done, error } = (await get(emulator, NAME)).json();
    assert.deepEqual([done, error?.code], [true, 1]);
    assert.equal(emulator.requests(NAME, 'cancel')[0]?.effect, 'cancel-accepted');
    assert.equal(emulator.operation(NAME).cancelsAccepted, 1);
  });

  it('answers {} and changes nothing if the script ignores it', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, onCancel: { kind: 'ignored' } });
    assert.equal((await post(emulator, `${NAME}:cancel`)).status, 200);
    assert.deepEqual(emulator.operation(NAME).state, { phase: 'running', cancelAccepted: true });
  });

  it('ends the operation with any result, metadata included', async (t) => {
    const emulator = await emulatorFor(t);
    const metadata = { '@type': 'type.googleapis.com/x.Batch', state: 'BATCH_STATE_CANCELLED' };
    const error = { code: 13, message: 'failed without error' };
    emulator.add({ name: NAME, onCancel: { kind: 'ends', result: { error, metadata } } });
    await post(emulator, `${NAME}:cancel`);
    assert.deepEqual((await get(emulator, NAME)).json(), { name: NAME, metadata, done: true, error });
  });

  it('is refused in the words of Vertex AI, and accepted once the refusal has ended', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, onCancel: { kind: 'refused', times: 1 } });
    const refused = await post(emulator, `${NAME}:cancel`);
    assert.deepEqual(problem(refused), [400, 400, 'FAILED_PRECONDITION']);
    assert.equal(refused.json().error?.message, `Operation ${NAME} is not cancellable.`);
    assert.equal((await post(emulator, `${NAME}:cancel`)).status, 200);
    assert.deepEqual(
      emulator.requests(NAME).map(({ effect }) => effect),
      ['cancel-refused', 'cancel-accepted'],
    );
    const state = emulator.operation(NAME).state;
    assert.equal(state.phase === 'done' && state.result.error?.code, 1);
  });

  it('is refused with the code and message of the script', async (t) => {
    const emulator = await emulatorFor(t);
    const onCancel: Cancel = { kind: 'refused', code: 'PERMISSION_DENIED', message: 'no' };
    emulator.add({ name: NAME, onCancel });
    const reply = await post(emulator, `${NAME}:cancel`);
    assert.deepEqual(reply.json(), { error: { code: 403, message: 'no', status: 'PERMISSION_DENIED' } });
  });

  it('is UNIMPLEMENTED with 501, or an HTML 404, if the service has no cancel', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: 'operations/1', onCancel: { kind: 'unimplemented' } });
    emulator.add({ name: 'operations/2', onCancel: { kind: 'no-route' } });
    assert.deepEqual(problem(await post(emulator, 'operations/1:cancel')), [501, 501, 'UNIMPLEMENTED']);
    const { status, text } = await post(emulator, 'operations/2:cancel');
    assert.equal(status, 404);
    assert.match(text, /^<!DOCTYPE html>/);
    for (const { state } of emulator.operations()) {
      assert.deepEqual(state, { phase: 'running', cancelAccepted: false });
    }
  });

  it('of a done operation answers {} or an error, after its script, and changes nothing', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: 'operations/1', completesAfterMs: 0 });
    emulator.add({
      name: 'operations/2',
      completesAfterMs: 0,
      cancelWhenDone: { code: 'FAILED_PRECONDITION', message: 'done' },
    });
    assert.equal((await post(emulator, 'operations/1:cancel')).text, '{}\n');
    assert.equal(emulator.requests('operations/1')[0]?.effect, 'already-done');
    assert.deepEqual(problem(await post(emulator, 'operations/2:cancel')), [400, 400, 'FAILED_PRECONDITION']);
    for (const { state } of emulator.operations()) {
      assert.ok(state.phase === 'done' && state.result.response !== undefined);
    }
  });

  it('is a JSON 404 without a method if the script says so', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, onCancel: { kind: 'no-route', body: 'json' } });
    const reply = await post(emulator, `${NAME}:cancel`);
    assert.deepEqual(problem(reply), [404, 404, 'NOT_FOUND']);
    assert.equal(reply.json().error?.message, 'Method not found.');
    assert.deepEqual(emulator.operation(NAME).state, { phase: 'running', cancelAccepted: false });
  });

  it('takes any JSON object as its body, and the empty string of gax for Node', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, onCancel: { kind: 'ignored' } });
    const bodies = [' {}\n', `{"name":"${NAME}"}`, '""', `{"x":"${'x'.repeat(5_000)}"}`];
    for (const body of bodies) assert.equal((await post(emulator, `${NAME}:cancel`, body)).status, 200, body);
    assert.equal(emulator.operation(NAME).cancelsAccepted, bodies.length);
  });

  it('with a body that is no JSON object is INVALID_ARGUMENT and is not carried out', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    for (const body of ['[]', 'null', '1', '"x"', '{"name"', ' '.repeat(2_000)]) {
      for (const verb of ['cancel', 'wait']) {
        const reply = await post(emulator, `${NAME}:${verb}`, body);
        assert.deepEqual(problem(reply), [400, 400, 'INVALID_ARGUMENT'], body);
      }
    }
    assert.deepEqual(emulator.operation(NAME).state, { phase: 'running', cancelAccepted: false });
  });

  it('of an unknown operation is a JSON 404', async (t) => {
    const emulator = await emulatorFor(t);
    assert.deepEqual(problem(await post(emulator, `${NAME}:cancel`)), [404, 404, 'NOT_FOUND']);
  });
});

describe('manual control', () => {
  it('completes a running operation once', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME, onCancel: { kind: 'loses' } });
    assert.equal(emulator.complete(NAME, { error: { code: 13, message: 'm' } }), true);
    assert.equal(emulator.complete(NAME), false);
    assert.deepEqual((await get(emulator, NAME)).json().error, { code: 13, message: 'm' });
  });

  it('expires an operation', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    emulator.expire(NAME);
    assert.equal((await get(emulator, NAME)).status, 404);
  });

  it('names the bad field of a script and what it accepts', async (t) => {
    const emulator = await emulatorFor(t);
    const bad = (script: unknown, message: RegExp) =>
      assert.throws(() => emulator.add(script as OperationScript), { code: 'INVALID_ARGUMENT', message });
    bad({ name: 'x/' }, /name must have no empty segment/);
    bad({}, /name is required/);
    bad({ name: NAME, completesAfterMs: -1 }, /completesAfterMs must be 0 or more milliseconds/);
    bad({ name: NAME, completesAfterMs: '5s' }, /completesAfterMs must be a number of milliseconds; it is "5s"/);
    bad({ name: NAME, onCancel: { kind: 'win' } }, /onCancel.kind must be wins, loses/);
    bad({ name: NAME, onCancel: { kind: 'wins', after: 1 } }, /onCancel.after is not a field; the fields are/);
    bad({ name: NAME, onCancel: { kind: 'refused', code: 'NO' } }, /onCancel.code must be one of OK, CANCELLED/);
    bad('x', /operation script must be an object/);
    assert.deepEqual(emulator.operations(), []);
  });

  it('rejects a name that is taken and a name that is unknown', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    assert.throws(() => emulator.add({ name: NAME }), { code: 'ALREADY_EXISTS' });
    for (const method of ['operation', 'complete', 'expire'] as const) {
      assert.throws(() => emulator[method]('operations/unknown'), { code: 'NOT_FOUND' });
    }
  });
});
