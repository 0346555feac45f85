import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOperation, parseOperations } from '../../google/operation.js';

const name = 'projects/p/locations/l/operations/1';
const read = (body: unknown) => parseOperation(JSON.stringify(body), name);
const any = { '@type': 'type.googleapis.com/x', a: 1 };

describe('the body of an operation', () => {
  test('is read as ProtoJSON: a field that is left out or null has its default', () => {
    const running = { name, done: false };
    for (const body of [
      { name },
      { done: false },
      { name: '', done: null },
      { done: false, error: null, response: null },
    ])
      assert.deepEqual(read(body), running);
    assert.deepEqual(read({ done: true }), { name, done: true });
    assert.deepEqual(read({ done: true, error: {} }), { name, done: true, error: { code: 0 } });
    assert.deepEqual(read({ done: true, error: { code: null } }), { name, done: true, error: { code: 0 } });
    assert.deepEqual(read({ done: true, response: any, metadata: any }), {
      name,
      done: true,
      response: any,
      metadata: any,
    });
    assert.equal(read({ name: 'projects/9/locations/l/operations/1' }).name, 'projects/9/locations/l/operations/1');
  });

  test('loses the fields that contradict operations.proto, and those of a wrong type that decide nothing', () => {
    assert.deepEqual(read({ name, error: { code: 1 }, response: any }), { name, done: false });
    assert.deepEqual(read({ done: true, error: { code: 1 }, response: any }), {
      name,
      done: true,
      error: { code: 1 },
    });
    for (const wrong of ['x', 5, true, [any], null])
      assert.deepEqual(read({ done: true, response: wrong, metadata: wrong }), { name, done: true });
    const error = { code: 5, message: 7, details: { 0: any } };
    assert.deepEqual(read({ done: true, error }).error, { code: 5 });
    for (const details of [[], [any, 'x'], ['x']])
      assert.deepEqual(read({ done: true, error: { code: 5, details } }).error, { code: 5 });
    assert.deepEqual(read({ done: true, error: { code: 5, message: 'm', details: [any] } }).error, {
      code: 5,
      message: 'm',
      details: [any],
    });
  });

  test('has a whole number as its code, which may be in a string', () => {
    for (const [code, number] of [
      ['13', 13],
      ['-1', -1],
      [16, 16],
      ['1234567890', 1_234_567_890],
    ] as const) {
      assert.equal(read({ done: true, error: { code } }).error?.code, number);
    }
    for (const code of ['', 'x1', '1x', '1.5', '12345678901', 1.5, true, [1]])
      assert.throws(() => read({ done: true, error: { code } }), {
        message: /^is mistyped: error\.code must be an integer; it is/,
      });
  });

  test('of another resource is refused, though it has the fields of an Operation only', () => {
    const refused = (resource: object) =>
      assert.throws(() => parseOperation(JSON.stringify(resource), 'projects/p/topics/t'), {
        name: 'NotAnOperationError',
        message: /^is no google\.longrunning\.Operation \(neither its name nor its metadata is of one\)/,
      });
    refused({ name: 'projects/p/topics/t' });
    refused({ name: 'projects/p/locations/l/namespaces/n/services/t', metadata: { owner: 'me' } });
    refused({ name: 'projects/p/topics/t', metadata: {} });
    const taken = [
      { name: 'projects/p/locations/l/operations/t' },
      { name: 'transferOperations/t' },
      { name: 'batches/t' },
      { name: 't' },
      { name: 'projects/p/topics/t', metadata: any },
      { name: 'projects/p/topics/t', done: false },
    ];
    for (const body of taken) assert.equal(parseOperation(JSON.stringify(body), 'x/t').done, false, body.name);
    const masked = parseOperation('{"name":"projects/p/topics/t"}', 'projects/p/topics/t', false);
    assert.equal(masked.done, false);
  });

  test('that is an error alone is none', () => {
    for (const body of [{ error: {} }, { error: { code: 404 } }, { done: null, name: '', error: { code: 404 } }])
      assert.throws(() => read(body), { message: /^is an error$/ });
    assert.throws(() => parseOperations('{"error":{"code":404}}'), { message: /^is an error$/ });
  });

  test('that cannot be read says why', () => {
    const cases: [string, RegExp][] = [
      ['', /^is empty$/],
      [' \n', /^is empty$/],
      ['{"done":', /^is not JSON, or broken off$/],
      ['null', /^is mistyped: the whole must be an object; it is null$/],
      ['[]', /^is mistyped: the whole must be an object; it is array$/],
      ['5', /^is mistyped: the whole must be an object; it is number$/],
      ['{}', /^is an empty object$/],
      ['{"name":5}', /^is mistyped: name must be string; it is number$/],
      ['{"done":"true"}', /^is mistyped: done must be boolean; it is string$/],
      ['{"done":true,"error":"x"}', /^is mistyped: error must be object; it is string$/],
      ['{"done":true,"error":[]}', /^is mistyped: error must be object; it is array$/],
      ['{"name":"a/2","done":true}', /^is about another operation, "a\/2"$/],
    ];
    for (const [text, message] of cases)
      assert.throws(() => parseOperation(text, name), { name: 'Error', message }, text);
  });

  test('that is another resource is recognised: it has no done, and fields of its own', () => {
    const job = { name, state: 'JOB_STATE_RUNNING' };
    assert.throws(() => read(job), {
      name: 'NotAnOperationError',
      code: 'INVALID_ARGUMENT',
      message: /\(it has state\): give the operation's name/,
    });
    assert.throws(() => read({ ...job, done: null }), { name: 'NotAnOperationError' });
    assert.throws(() => read({ a: 1, b: 1, 'c\u001b[2J': 1 }), { message: /\(it has a, b, c\):/ });
    assert.throws(() => read({ a: 1, b: 1, c: 1, d: 1 }), { message: /\(it has a, b, c, …\):/ });
    assert.throws(() => read({ ['x'.repeat(41)]: 1 }), { message: /\(it has x{40}…\):/ });
    for (const done of [true, false]) assert.equal(read({ ...job, done }).done, done);
    assert.deepEqual(read({ name, metadata: any, response: any, error: { code: 1 } }), {
      name,
      done: false,
      metadata: any,
    });
  });
});

describe('a page of operations', () => {
  test('has operations and perhaps the token of the next one', () => {
    assert.deepEqual(parseOperations('{}'), { operations: [] });
    assert.deepEqual(parseOperations('{"operations":null,"nextPageToken":""}'), { operations: [] });
    assert.deepEqual(parseOperations('{"operations":[{"name":"a/1","done":true}],"nextPageToken":"t"}'), {
      operations: [{ name: 'a/1', done: true }],
      nextPageToken: 't',
    });
  });

  test('names the places that could not be reached', () => {
    assert.deepEqual(parseOperations('{"unreachable":[]}'), { operations: [] });
    const text = '{"operations":[],"unreachable":["projects/p/locations/l"]}';
    assert.deepEqual(parseOperations(text), { operations: [], unreachable: ['projects/p/locations/l'] });
  });

  test('that cannot be read says why', () => {
    const cases: [string, RegExp][] = [
      ['[]', /the whole must be an object; it is array/],
      ['{"operations":{}}', /^is mistyped: operations must be an array; it is object$/],
      ['{"operations":[5]}', /^is mistyped: operations must be an array of objects; it is number$/],
      ['{"operations":[{"done":true}]}', /^has an operation without a name$/],
      ['{"nextPageToken":5}', /^is mistyped: nextPageToken must be string; it is number$/],
    ];
    for (const [text, message] of cases) assert.throws(() => parseOperations(text), { message }, text);
  });
});
