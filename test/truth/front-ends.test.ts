import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { closeChecked, until } from '../support/history.js';
import { failureOf } from '../support/starts.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';
import { type Canned, FrontEnd, type Script } from './support/front-end.js';

const OK = (body: object): Canned => ({ status: 200, body });
const status = (code: number, name: string, message = 'm', details: object[] = []): Canned => ({
  status: code,
  body: { error: { code, status: name, message, details } },
});
/** As grpc-gateway writes a google.rpc.Status: without its frame, and with the code of gRPC. */
const frameless = (httpStatus: number, code: number, message = 'm'): Canned => ({
  status: httpStatus,
  body: { code, message, details: [] },
});
const old = (httpStatus: number, reason: string, message = 'm'): Canned => ({
  status: httpStatus,
  body: { error: { errors: [{ domain: 'global', reason, message }], code: httpStatus, message } },
});
const within = (canned: Canned): Canned => ({ ...canned, status: 200 });

/** The ways in which front ends say that there is no such operation. */
const GONE: Record<string, Canned> = {
  'a google.rpc.Status': status(404, 'NOT_FOUND'),
  'a google.rpc.Status without its frame': frameless(404, 5, 'no such operation'),
  'a google.rpc.Status alone in an array': { status: 404, body: [status(404, 'NOT_FOUND').body] },
  'a 404 of old': old(404, 'notFound'),
  'a 410 of old': old(410, 'deleted'),
  'a 410 in JSON': { status: 410, body: { error: { code: 410, message: 'gone' } } },
  'an error in a 200': within(status(404, 'NOT_FOUND')),
};

/** The ways in which they refuse a cancel. */
const REFUSED: Record<string, Canned> = {
  'a google.rpc.Status without its frame': frameless(400, 9, 'Nobody can cancel it.'),
  'a google.rpc.Status alone in an array': {
    status: 400,
    body: [status(400, 'FAILED_PRECONDITION', 'Nobody can cancel it.').body],
  },
  'a 400 of old': old(400, 'failedPrecondition', 'Nobody can cancel it.'),
  'an error in a 200': within(status(400, 'FAILED_PRECONDITION', 'Nobody can cancel it.')),
};

/** The ways in which they say that a quota is used up. */
const LIMITED: Record<string, Canned> = {
  'a quota by its text': status(
    403,
    'PERMISSION_DENIED',
    "Quota exceeded for quota group 'default' and limit 'Queries per 100 seconds' of service 'x' for consumer '1'.",
  ),
  'a limit of old': old(403, 'userRateLimitExceeded'),
  'a limit without its frame': frameless(403, 7, 'Rate Limit Exceeded'),
};

describe('whatever front end of Google answers', TOGETHER, () => {
  let frontEnd: FrontEnd;
  let world: World;
  before(async () => {
    frontEnd = await FrontEnd.start();
    world = await startWorld({ OPERATIONS_EMULATOR_HOST: frontEnd.host, GOOGLE_SERVICES: '*' });
  });
  after(async () => {
    await closeChecked(world);
    await frontEnd.close();
  });

  function operation(script: (name: string) => Script, collection = 'endpoints'): string {
    const name = `projects/p/locations/us-central1/${collection}/7/operations/${randomUUID()}`;
    frontEnd.answers(name, script(name));
    return name;
  }
  const running = (name: string) => OK({ name });
  const completed = (name: string) => OK({ name, done: true, response: { '@type': 'x' } });

  for (const [what, gone] of Object.entries(GONE)) {
    test(`${what} is NOT_FOUND where the operation was never seen`, async () => {
      const name = operation(() => ({ get: [gone] }));
      const failure = await failureOf(await world.start('cancelOperation', { name, notFoundGrace: '500ms' }));
      assert.equal(failure.type, 'NOT_FOUND');
      assert.equal(frontEnd.count(name, 'cancel'), 0);
    });

    test(`${what} is LOST where it had been seen`, async () => {
      const name = operation((own) => ({ get: [running(own), gone] }));
      const result = await (await world.start('watchOperation', { name, notFoundGrace: '500ms' })).result();
      assert.equal(result.outcome, 'LOST');
    });
  }

  for (const [what, refusal] of Object.entries(REFUSED)) {
    test(`a cancel that is refused by ${what} is REFUSED, with its words`, async () => {
      const name = operation((own) => ({ get: [running(own)], cancel: [refusal] }));
      const { outcome, cancellation } = await (await world.start('cancelOperation', { name })).result();
      assert.equal(outcome, 'NOT_CANCELLABLE');
      assert.equal(cancellation.status, 'REFUSED');
      assert.deepEqual(cancellation.error, {
        code: 9,
        status: 'FAILED_PRECONDITION',
        message: 'Nobody can cancel it.',
      });
    });
  }

  for (const [what, limit] of Object.entries(LIMITED)) {
    test(`${what} is retried, for it says nothing about a permission`, async () => {
      const name = operation((own) => ({ get: [limit, limit, completed(own)] }));
      assert.equal((await (await world.start('watchOperation', { name })).result()).outcome, 'COMPLETED');
    });
  }

  for (const [what, body] of Object.entries({
    'with a name alone': {},
    'with metadata that has no type': { metadata: { owner: 'me' } },
  })) {
    test(`a resource ${what} is not taken for an operation that runs`, async () => {
      const name = `projects/p/topics/${randomUUID()}`;
      frontEnd.answers(name, { get: [OK({ name, ...body })] });
      const failure = await failureOf(await world.start('cancelOperation', { name, service: 'pubsub.googleapis.com' }));
      assert.equal(failure.type, 'INVALID_ARGUMENT');
      assert.match(failure.message, /give the operation's name, not the resource's/);
      assert.equal(frontEnd.count(name, 'cancel'), 0);
    });
  }

  for (const [code, httpStatus] of [
    ['FAILED_PRECONDITION', 400],
    ['UNIMPLEMENTED', 501],
    ['OUT_OF_RANGE', 400],
  ] as const) {
    const answer = status(httpStatus, code, 'It will never work.');

    test(`${code} three times in a row to the first poll fails with that type and Google's words`, async () => {
      const name = operation(() => ({ get: [answer] }));
      const failure = await failureOf(await world.start('cancelOperation', { name }));
      assert.equal(failure.type, code);
      assert.equal(failure.nonRetryable, true);
      assert.match(failure.message, /It will never work\..* several times in a row/);
      assert.ok(failure.message.includes(name), failure.message);
      assert.equal(frontEnd.count(name, 'get'), 3);
      assert.equal(frontEnd.count(name, 'cancel'), 0);
    });

    test(`${code} that passes is no failure`, async () => {
      const name = operation((own) => ({ get: [answer, answer, status(503, 'UNAVAILABLE'), answer, completed(own)] }));
      assert.equal((await (await world.start('watchOperation', { name })).result()).outcome, 'COMPLETED');
    });
  }

  const notYet = status(403, 'PERMISSION_DENIED', "Permission 'x' denied on resource 'y' (or it may not exist).");

  test('a 403 that may mean that the operation is not there yet has the grace of a 404', async () => {
    const name = operation((own) => ({ get: [notYet, notYet, completed(own)] }));
    const handle = await world.start('watchOperation', { name, notFoundGrace: '2m' });
    assert.equal((await handle.result()).outcome, 'COMPLETED');
  });

  test('and is PERMISSION_DENIED where it lasts', async () => {
    const name = operation(() => ({ get: [notYet] }));
    const failure = await failureOf(await world.start('cancelOperation', { name, notFoundGrace: '500ms' }));
    assert.equal(failure.type, 'PERMISSION_DENIED');
    assert.ok(frontEnd.count(name, 'get') >= 2);
  });

  test('an Operation whose error is an empty object, which is code 0, is COMPLETED', async () => {
    const body = (own: string) => `{"name":"${own}","done":true,"error":{}}`;
    const name = operation((own) => ({ get: [{ status: 200, body: body(own) }] }));
    const result = await (await world.start('watchOperation', { name })).result();
    assert.deepEqual([result.outcome, result.evidence], ['COMPLETED', 'error.code']);
    assert.equal(result.operation?.error?.code, 0);
  });

  test('an Operation with an error but without done is still running, and has no outcome', async () => {
    const name = operation((own) => ({
      get: [OK({ name: own, error: { code: 1, message: 'Cancelled' } }), completed(own)],
    }));
    const result = await (await world.start('watchOperation', { name })).result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.ok(result.polls >= 2);
  });

  test('an Operation that Google cannot write as JSON is read without its response and metadata', async () => {
    const unreadable = status(500, 'INTERNAL', 'Failed to convert server response to JSON');
    const name = operation((own) => ({ get: [unreadable], masked: [OK({ name: own, done: true })] }));
    const result = await (await world.start('watchOperation', { name })).result();
    assert.equal(result.outcome, 'COMPLETED');
    assert.equal(result.responseOmitted, true);
    assert.deepEqual([frontEnd.count(name, 'get'), frontEnd.count(name, 'masked')], [3, 1]);
  });

  test('a wait that is an "unrecognized request" is remembered for the collection', async () => {
    const unrecognized = status(400, 'INVALID_ARGUMENT', 'unrecognized request: POST "/v1beta1/x:wait"');
    const watch = async () => {
      const name = operation((own) => ({ get: [running(own)], wait: [unrecognized] }), 'unrecognized');
      const handle = await world.start('watchOperation', { name });
      await until(
        async () => frontEnd.count(name, 'get'),
        (count) => count >= 3,
      );
      const waits = frontEnd.count(name, 'wait');
      frontEnd.answers(name, { get: [completed(name)] });
      assert.equal((await handle.result()).outcome, 'COMPLETED');
      return waits;
    };
    assert.equal(await watch(), 1);
    assert.equal(await watch(), 0);
  });

  test('error pages are retried: what they are in front of may answer again', async () => {
    const page = (code: number): Canned => ({ status: code, body: '<html><title>Blocked by policy</title>' });
    const name = operation((own) => ({ get: [page(403), page(400), page(407), completed(own)] }));
    assert.equal((await (await world.start('watchOperation', { name })).result()).outcome, 'COMPLETED');
  });
});
