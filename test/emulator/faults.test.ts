import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parseFault, seededRandom } from '../../emulator/index.js';
import { FaultList } from '../../emulator/faults/fault-list.js';
import type { Emulator, Fault } from '../../emulator/index.js';
import { clock, emulatorFor, get, NAME, post, problem } from './support.js';

async function failing(t: Parameters<typeof emulatorFor>[0], fault: Fault): Promise<Emulator> {
  const emulator = await emulatorFor(t);
  emulator.add({ name: NAME, completesAfterMs: 0, onCancel: { kind: 'wins' } });
  emulator.add({ name: 'operations/running' });
  emulator.fail(fault);
  return emulator;
}

/** The code of the error that caused `fetch failed`. */
async function connectionError(request: Promise<unknown>): Promise<unknown> {
  const error = await request.then(
    () => assert.fail('an answer came'),
    (reason: unknown) => reason,
  );
  return error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : error;
}

describe('a fault that replaces the answer', () => {
  it('is a 429 with Retry-After or RetryInfo', async (t) => {
    const seconds = await get(await failing(t, { kind: 'too-many-requests', retryAfter: 7 }), NAME);
    assert.deepEqual(problem(seconds), [429, 429, 'RESOURCE_EXHAUSTED']);
    assert.equal(seconds.headers.get('retry-after'), '7');
    const date = 'Fri, 01 Jan 2027 00:00:00 GMT';
    const dated = await get(await failing(t, { kind: 'too-many-requests', retryAfter: date }), NAME);
    assert.equal(dated.headers.get('retry-after'), date);
    const info = await get(await failing(t, { kind: 'too-many-requests', retryDelay: '1.5s' }), NAME);
    assert.deepEqual(info.json().error?.details, [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
    ]);
  });

  it('is a 403 with an ErrorInfo about a rate limit', async (t) => {
    const reply = await get(await failing(t, { kind: 'rate-limit-exceeded' }), NAME);
    assert.deepEqual(problem(reply), [403, 403, 'PERMISSION_DENIED']);
    assert.equal(reply.json().error?.details?.[0]?.['reason'], 'RATE_LIMIT_EXCEEDED');
  });

  it('is a 403 with only a message about a rate limit', async (t) => {
    const reply = await get(await failing(t, { kind: 'rate-limit-exceeded', inTextOnly: true }), NAME);
    assert.deepEqual(problem(reply), [403, 403, 'PERMISSION_DENIED']);
    assert.equal(reply.json().error?.details, undefined);
    assert.match(reply.json().error?.message ?? '', /^Quota exceeded for quota metric .* per minute/);
  });

  it('is any status in JSON or HTML', async (t) => {
    const unavailable = await get(await failing(t, { kind: 'status', code: 'UNAVAILABLE', message: 'm' }), NAME);
    assert.deepEqual(unavailable.json(), { error: { code: 503, message: 'm', status: 'UNAVAILABLE' } });
    const odd = await get(await failing(t, { kind: 'status', code: 'UNKNOWN', httpStatus: 502 }), NAME);
    assert.deepEqual(problem(odd), [502, 502, 'UNKNOWN']);
    const page = await get(await failing(t, { kind: 'html', status: 502 }), NAME);
    assert.deepEqual([page.status, page.headers.get('content-type')], [502, 'text/html; charset=UTF-8']);
  });

  it('is any text of any front end', async (t) => {
    const body = '[{"error":{"code":403}}]';
    const array = await get(await failing(t, { kind: 'text', status: 403, body }), NAME);
    assert.deepEqual([array.status, array.headers.get('content-type'), array.text], [403, 'application/json', body]);
    const plain = await get(
      await failing(t, { kind: 'text', status: 404, body: 'no', contentType: 'text/plain' }),
      NAME,
    );
    assert.deepEqual([plain.status, plain.headers.get('content-type'), plain.text], [404, 'text/plain', 'no']);
  });

  it('is a redirect', async (t) => {
    const emulator = await failing(t, { kind: 'redirect', location: 'http://elsewhere.test/', status: 307 });
    const { status, headers } = await get(emulator, NAME);
    assert.deepEqual([status, headers.get('location')], [307, 'http://elsewhere.test/']);
  });

  it('is a reset', async (t) => {
    const emulator = await failing(t, { kind: 'reset' });
    assert.equal(await connectionError(get(emulator, NAME)), 'ECONNRESET');
  });

  it('is no answer at all', async (t) => {
    const emulator = await failing(t, { kind: 'never-answers', method: 'get' });
    const client = new AbortController();
    const reply = fetch(`${emulator.url}/v1/${NAME}`, { signal: client.signal });
    await emulator.waitFor(([entry]) => entry?.fault === 'never-answers');
    // Other requests are still answered.
    assert.equal((await post(emulator, `${NAME}:cancel`)).status, 200);
    client.abort();
    await assert.rejects(reply, { name: 'AbortError' });
    await emulator.waitFor(([entry]) => entry?.abandoned === true);
    assert.equal(emulator.log[0]?.status, undefined);
  });

  it('keeps a cancel from being carried out unless carriedOut is true', async (t) => {
    for (const carriedOut of [undefined, false, true]) {
      const emulator = await failing(t, {
        kind: 'status',
        code: 'UNAVAILABLE',
        carriedOut: carriedOut,
        times: 1,
      });
      assert.equal((await post(emulator, 'operations/running:cancel')).status, 503);
      assert.equal(emulator.operation('operations/running').cancelsAccepted, carriedOut === true ? 1 : 0);
      const { fault, effect, status } = emulator.log[0] ?? {};
      assert.deepEqual([fault, effect, status], ['status', carriedOut === true ? 'cancel-accepted' : undefined, 503]);
    }
  });
});

describe('a fault that corrupts the answer', () => {
  it('loses the answer of a cancel that took effect', async (t) => {
    const emulator = await failing(t, { kind: 'lost-answer', method: 'cancel' });
    assert.equal(await connectionError(post(emulator, 'operations/running:cancel')), 'UND_ERR_SOCKET');
    assert.equal(emulator.log[0]?.effect, 'cancel-accepted');
    assert.equal(emulator.log[0]?.status, undefined);
    const { error } = (await get(emulator, 'operations/running')).json();
    assert.equal(error?.code, 1);
  });

  it('sends an empty body, truncated JSON, or closes in the middle of the body', async (t) => {
    const empty = await get(await failing(t, { kind: 'empty-body' }), NAME);
    assert.deepEqual([empty.status, empty.text], [200, '']);
    const cut = await get(await failing(t, { kind: 'truncated-json' }), NAME);
    assert.equal(cut.status, 200);
    assert.throws(() => cut.json(), SyntaxError);
    const emulator = await failing(t, { kind: 'closed-mid-body' });
    assert.equal(await connectionError(get(emulator, NAME)), 'UND_ERR_SOCKET');
    assert.equal(emulator.log[0]?.status, 200);
  });

  it('sends JSON of the wrong type', async (t) => {
    const of = async (kind: (Fault & { kind: 'wrong-type' })['of']) =>
      JSON.parse((await get(await failing(t, { kind: 'wrong-type', of: kind }), NAME)).text) as unknown;
    const field = async (kind: 'done' | 'error-code' | 'name') => (await of(kind)) as Record<string, unknown>;
    assert.equal((await field('done'))['done'], 'true');
    assert.equal(typeof (await field('name'))['name'], 'number');
    assert.deepEqual((await field('error-code'))['error'], {
      message: 'A code that is a word.',
      code: 'CANCELLED',
    });
    assert.ok(Array.isArray(await of('array')));
    assert.equal(await of('null'), null);
  });

  it('sends another name, a stale state, corrupt gzip or another content type', async (t) => {
    const name = 'projects/p/locations/l/operations/2';
    assert.equal((await get(await failing(t, { kind: 'other-name', as: name }), NAME)).json()['name'], name);
    const stale = await failing(t, { kind: 'stale', times: 1 });
    assert.equal((await get(stale, NAME)).json()['done'], undefined);
    assert.equal((await get(stale, NAME)).json()['done'], true);
    await assert.rejects(get(await failing(t, { kind: 'corrupt-gzip' }), NAME));
    const typed = await get(await failing(t, { kind: 'content-type', value: 'text/plain' }), NAME);
    assert.equal(typed.headers.get('content-type'), 'text/plain');
    assert.equal(typed.json()['name'], NAME);
  });

  it('sends it late or slowly', async (t) => {
    const timed = async (fault: Fault) => {
      const emulator = await failing(t, fault);
      const started = performance.now();
      const response = await fetch(`${emulator.url}/v1/${NAME}`);
      const headers = performance.now() - started;
      assert.equal(((await response.json()) as { name: string }).name, NAME);
      return { headers, body: performance.now() - started };
    };
    assert.ok((await timed({ kind: 'late-answer', afterMs: 60 })).headers >= 59);
    assert.ok((await timed({ kind: 'slow-body', everyMs: 20, bytes: 100 })).body >= 59);
  });

  it('sends a huge body, of which a client may read the beginning only', async (t) => {
    const huge = await failing(t, { kind: 'huge-body' });
    const response = await fetch(`${huge.url}/v1/${NAME}?fields=name`);
    assert.equal(response.headers.get('content-length'), String(100 * 2 ** 20));
    let read = 0;
    for await (const chunk of response.body ?? []) {
      read += (chunk as Uint8Array).length;
      if (read > 2 ** 23) break;
    }
    await huge.waitFor(([entry]) => entry?.abandoned === true);
    const emulator = await failing(t, { kind: 'huge-body', bytes: 3_000_000 });
    const whole = await get(emulator, NAME);
    assert.deepEqual([whole.text.length, whole.json()['name']], [3_000_000, NAME]);
  });
});

const hit = async (emulator: Emulator, ...paths: string[]) => {
  const hits: boolean[] = [];
  for (const path of paths) {
    const reply = path.includes(':') ? await post(emulator, path) : await get(emulator, path);
    hits.push(reply.status === 503);
  }
  return hits;
};

describe('the choice of the requests that a fault hits', () => {
  const unavailable = { kind: 'status', code: 'UNAVAILABLE' } as const;

  it('is by method and by name', async (t) => {
    const byMethod = await failing(t, { ...unavailable, method: ['cancel', 'list'] });
    assert.deepEqual(await hit(byMethod, NAME, `${NAME}:cancel`, 'operations'), [false, true, true]);
    const byName = await failing(t, { ...unavailable, name: 'projects/**' });
    assert.deepEqual(await hit(byName, NAME, 'operations/running'), [true, false]);
    const oneSegment = await failing(t, { ...unavailable, name: '*/running' });
    assert.deepEqual(await hit(oneSegment, 'operations/running', 'a/operations/running'), [true, false]);
  });

  it('is by a glob with many asterisks, without delay', () => {
    const list = new FaultList(Date.now, Math.random);
    list.add({ ...unavailable, name: `${'*a'.repeat(200)}b` });
    // To try every way to split the name would take longer than anybody waits.
    const query = new URLSearchParams();
    assert.equal(list.take({ method: 'get', name: 'a'.repeat(30_000), query }), undefined);
  });

  it('is by count', async (t) => {
    const emulator = await failing(t, { ...unavailable, skip: 1, times: 2 });
    assert.deepEqual(await hit(emulator, NAME, NAME, NAME, NAME), [false, true, true, false]);
  });

  it('is by time', async (t) => {
    const { now, move } = clock();
    const emulator = await emulatorFor(t, { now });
    emulator.add({ name: NAME });
    emulator.fail({ ...unavailable, fromMs: 10, untilMs: 20 });
    const hits: boolean[] = [];
    for (let at = 0; at < 30; at += 10) {
      hits.push(...(await hit(emulator, NAME)));
      move(10);
    }
    assert.deepEqual(hits, [false, true, false]);
  });

  it('is by probability, the same for the same seed', async (t) => {
    const draw = async (seed: number) => {
      const emulator = await emulatorFor(t, { random: seededRandom(seed) });
      emulator.fail({ ...unavailable, probability: 0.5 });
      return hit(emulator, ...Array.from({ length: 40 }, () => 'operations/1'));
    };
    const [once, again, other] = [await draw(1), await draw(1), await draw(2)];
    assert.deepEqual(once, again);
    assert.notDeepEqual(once, other);
    const hits = once.filter(Boolean).length;
    assert.ok(hits > 8 && hits < 32, `${hits} of 40`);
  });

  it('falls on the oldest matching fault until it is cleared', async (t) => {
    const emulator = await emulatorFor(t);
    const first = emulator.fail(unavailable);
    emulator.fail({ kind: 'html', status: 500 });
    assert.equal((await get(emulator, NAME)).status, 503);
    assert.equal(first.hits, 1);
    first.clear();
    assert.equal((await get(emulator, NAME)).status, 500);
    emulator.clearFaults();
    assert.equal((await get(emulator, NAME)).status, 404);
  });
});

function bad(fault: unknown, message: RegExp): void {
  assert.throws(() => parseFault(fault), { code: 'INVALID_ARGUMENT', message });
}

describe('a bad fault', () => {
  it('is rejected with the name of its field', () => {
    bad({ kind: 'reset', name: 'a**/b' }, /name must be a glob of operation names/);
    bad({ kind: 'fire' }, /kind must be one of too-many-requests, .*content-type/);
    bad({ kind: 'html' }, /status is required/);
    bad({ kind: 'reset', method: 'patch' }, /method must be one or more of get, cancel/);
    bad({ kind: 'reset', probability: 2 }, /probability must be at most 1/);
    bad({ kind: 'lost-answer', carriedOut: false }, /carriedOut is not a field/);
    bad({ kind: 'redirect', location: 'http://a\r\nb: c' }, /location must be printable ASCII/);
  });
});
