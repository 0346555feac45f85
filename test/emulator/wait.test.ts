import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Emulator, OperationScript } from '../../emulator/index.js';
import { call, emulatorFor, NAME, post, problem } from './support.js';

const HOUR_MS = 3_600_000;

const wait = (emulator: Emulator, timeout = '20s') => post(emulator, `${NAME}:wait?timeout=${timeout}`);

/** A wait that has reached the emulator. */
async function startWait(emulator: Emulator, timeout?: string) {
  const reply = wait(emulator, timeout);
  await emulator.waitFor(() => emulator.requests(NAME, 'wait').length === 1);
  return { reply };
}

describe('wait', () => {
  it('answers as soon as the operation ends, by time, by hand or by a cancel', async (t) => {
    for (const end of ['time', 'hand', 'cancel']) {
      const emulator = await emulatorFor(t, { maxWaitMs: HOUR_MS });
      emulator.add({ name: NAME, ...(end === 'time' && { completesAfterMs: 40 }) });
      const { reply } = await startWait(emulator, '3600s');
      if (end === 'hand') emulator.complete(NAME);
      if (end === 'cancel') await post(emulator, `${NAME}:cancel`);
      assert.equal((await reply).json()['done'], true);
    }
  });

  it('answers with the running operation when the timeout passes', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    const reply = await wait(emulator, '0.05s');
    assert.deepEqual([reply.status, reply.json()['done']], [200, undefined]);
    const [entry] = emulator.log;
    assert.ok(Number(entry?.endedAt) - Number(entry?.at) >= 49);
  });

  it('waits no longer than the server’s own limit', async (t) => {
    const emulator = await emulatorFor(t, { maxWaitMs: 20 });
    emulator.add({ name: NAME });
    for (const query of ['?timeout=3600s', '']) {
      const reply = await post(emulator, `${NAME}:wait${query}`);
      assert.deepEqual([reply.status, reply.json()['done']], [200, undefined]);
    }
  });

  it('is INVALID_ARGUMENT if the timeout is no duration', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    for (const timeout of ['', '20', '20m', '-1s', '1e3s']) {
      assert.deepEqual(problem(await wait(emulator, timeout)), [400, 400, 'INVALID_ARGUMENT'], timeout);
    }
  });

  it('is a 404 for an unknown operation, and when the operation expires meanwhile', async (t) => {
    const emulator = await emulatorFor(t);
    assert.deepEqual(problem(await wait(emulator)), [404, 404, 'NOT_FOUND']);
    emulator.reset();
    emulator.add({ name: NAME });
    const { reply } = await startWait(emulator);
    emulator.expire(NAME);
    assert.deepEqual(problem(await reply), [404, 404, 'NOT_FOUND']);
  });

  it('takes its timeout in the query or in the body', async (t) => {
    const emulator = await emulatorFor(t, { maxWaitMs: HOUR_MS });
    emulator.add({ name: NAME });
    for (const body of ['{"timeout":"0.05s"}', `{"name":"${NAME}","timeout":"0.05s"}`])
      assert.equal((await post(emulator, `${NAME}:wait`, body)).json()['done'], undefined);
    assert.equal((await post(emulator, `${NAME}:wait?timeout=0.05s`, '""')).json()['done'], undefined);
    for (const body of ['{"timeout":1}', '{"timeout":"1"}'])
      assert.deepEqual(problem(await post(emulator, `${NAME}:wait`, body)), [400, 400, 'INVALID_ARGUMENT']);
  });

  it('can be unimplemented, without a route, or answer at once', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: 'operations/1', waitSupported: 'unimplemented' });
    emulator.add({ name: 'operations/2', waitSupported: 'no-route' });
    emulator.add({ name: 'operations/3', waitSupported: 'returns-at-once' });
    const replies = await Promise.all([1, 2, 3].map((id) => post(emulator, `operations/${id}:wait?timeout=20s`)));
    assert.deepEqual(
      replies.map(({ status }) => status),
      [501, 404, 200],
    );
    assert.match(replies[1]?.text ?? '', /^<!DOCTYPE html>/);
    assert.equal(replies[2]?.json()['done'], undefined);
  });

  it('can be denied, or a JSON 404 without a method', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: 'operations/1', waitSupported: 'denied' });
    emulator.add({ name: 'operations/2', waitSupported: 'no-route-json' });
    assert.deepEqual(problem(await post(emulator, 'operations/1:wait')), [403, 403, 'PERMISSION_DENIED']);
    const missing = await post(emulator, 'operations/2:wait');
    assert.deepEqual(problem(missing), [404, 404, 'NOT_FOUND']);
    assert.equal(missing.json().error?.message, 'Method not found.');
    const bad = { name: 'operations/3', waitSupported: 'no' } as unknown as OperationScript;
    assert.throws(() => emulator.add(bad), /waitSupported must be true, "unimplemented", .*"denied"/);
  });

  it('reads a moved clock when it is woken', async (t) => {
    let time = 0;
    const emulator = await emulatorFor(t, { now: () => time });
    emulator.add({ name: NAME, completesAfterMs: 3_600_000 });
    const { reply } = await startWait(emulator);
    time = 3_600_000;
    emulator.wake();
    assert.equal((await reply).json()['done'], true);
  });

  it('ends when its client disconnects, and is logged as abandoned', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    const client = new AbortController();
    const reply = call(emulator, 'POST', `${NAME}:wait?timeout=20s`, { signal: client.signal });
    await emulator.waitFor((log) => log.length === 1);
    client.abort();
    await assert.rejects(reply, { name: 'AbortError' });
    await emulator.waitFor(([entry]) => entry?.endedAt !== undefined);
    assert.deepEqual([emulator.log[0]?.abandoned, emulator.log[0]?.status], [true, undefined]);
  });

  it('does not miss an end between two readings of the clock', async (t) => {
    // The clock advances at each reading, so that an end can fall between any two readings.
    let time = 1_000_000;
    const emulator = await emulatorFor(t, { now: () => (time += 0.4), maxWaitMs: HOUR_MS });
    for (let index = 0; index < 40; index++) {
      const name = `${NAME}${index}`;
      emulator.add({ name, completesAfterMs: 3 + index * 0.1 });
      // A missed end would be seen after an hour.
      const reply = await post(emulator, `${name}:wait?timeout=3600s`);
      assert.equal(reply.json()['done'], true, name);
    }
  });
});
