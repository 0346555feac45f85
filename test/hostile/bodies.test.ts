import assert from 'node:assert/strict';
import fc from 'fast-check';
import { truncateOperation, MAX_KEPT_BYTES } from '../../activities/polling/truncate-operation.js';
import {
  classifyCancelAnswer,
  classifyPoll,
  classifyUnansweredCancel,
  classifyWait,
  isWaitUnsupported,
  atLeastRetryAfter,
} from '../../activities/classify.js';
import { codeNames, codeNumber, httpStatusOf } from '../../contract/code.js';
import type { Operation } from '../../contract/operation.js';
import { createAccess } from '../../google/access.js';
import { createOperationsClient, type OperationsClient } from '../../google/client.js';
import { GoogleApiError } from '../../google/error.js';
import { verdictOf } from '../../google/verdict.js';
import { anyBody, anyErrorBody, anyPage, deep, NAME } from './support/bodies.js';
import { property } from './support/property.js';
import { anyText } from './support/texts.js';

const FILE = 'hostile/bodies';
const ref = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: NAME };

interface Answered {
  httpStatus: number;
  body: string;
  contentType?: string;
  retryAfter?: string;
}

/** A client whose every request is answered like this. */
function answering({ httpStatus, body, contentType, retryAfter }: Answered): OperationsClient {
  const headers = new Map([
    ['content-type', contentType],
    ['retry-after', retryAfter],
  ]);
  return createOperationsClient({
    endpoints: { universeDomain: 'googleapis.com', overrides: new Map(), emulatorHost: 'h:1' },
    access: createAccess({}),
    transport: {
      send: async () => ({
        status: httpStatus,
        headers: { get: (name) => headers.get(name) ?? null },
        text: body,
      }),
    },
  });
}

/** The result of a call. Anything but a value or a valid GoogleApiError fails the test. */
async function cameTo<T>(call: Promise<T>): Promise<{ value: T } | { error: GoogleApiError }> {
  try {
    return { value: await call };
  } catch (error) {
    assert.ok(error instanceof GoogleApiError, `${String(error)} is no GoogleApiError`);
    assert.ok(codeNames.includes(error.code) && error.code !== 'OK', error.code);
    assert.ok(error.message.length <= 2_001, 'a message is short');
    assert.doesNotMatch(error.message + (error.answer ?? '') + (error.reason ?? ''), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    const wish = error.retryAfterMs ?? 0;
    assert.ok(Number.isFinite(wish) && wish >= 0);
    return { error };
  } finally {
    assert.deepEqual(Object.keys(Object.prototype), []);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  }
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function read(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const outcomeOf = (operation: Operation) => verdictOf(operation, ref.service)?.outcome;

/** The meaning of a body, by a second implementation: `RUNNING`, an outcome, or nothing at all. */
function proven(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  if (body['done'] !== true) return body['done'] === false || (body['done'] ?? null) === null ? 'RUNNING' : undefined;
  const error = body['error'] ?? null;
  if (error === null) return 'COMPLETED';
  if (!isObject(error)) return undefined;
  const code = error['code'] ?? 0;
  if (code === 1 || code === '1' || code === '01') return 'CANCELLED';
  if (!Number.isInteger(Number(code))) return undefined;
  return Number(code) === 0 ? 'COMPLETED' : 'FAILED';
}

function demandSound(operation: Operation): void {
  assert.equal(typeof operation.done, 'boolean');
  assert.equal(typeof operation.name, 'string');
  assert.ok(operation.done || (operation.error === undefined && operation.response === undefined));
  assert.ok(operation.error === undefined || operation.response === undefined);
  assert.ok(operation.error === undefined || Number.isInteger(operation.error.code));
  for (const part of [operation.response, operation.metadata, operation.error])
    assert.ok(part === undefined || isObject(part));
}

property(
  FILE,
  'a body of a 2xx is an Operation that means what the body says, or a clear error; what is kept of it fits into Temporal',
  fc.tuple(anyBody, fc.constantFrom('get' as const, 'wait' as const)),
  async ([body, method]) => {
    const client = answering({ httpStatus: 200, body });
    const call = method === 'get' ? client.get(ref) : client.wait(ref, { waitMs: 1_000 });
    const came = await cameTo(call);
    if ('error' in came) {
      const whole = read(body);
      const only = Array.isArray(whole) && whole.length === 1 ? (whole[0] as unknown) : whole;
      const isError = isObject(only) && !('name' in only) && !('done' in only);
      assert.ok(came.error.kind === 'BODY' || (came.error.kind === 'STATUS' && isError), came.error.kind);
      return;
    }
    demandSound(came.value);
    assert.equal(outcomeOf(came.value) ?? 'RUNNING', proven(read(body)), body.slice(0, 500));
    const { operation, omitted } = truncateOperation(came.value);
    demandSound(operation);
    assert.equal(outcomeOf(operation), outcomeOf(came.value));
    assert.ok(Buffer.byteLength(JSON.stringify(operation)) <= MAX_KEPT_BYTES);
    if (!omitted) assert.deepEqual(operation, came.value);
  },
  {
    short: 300,
    examples: [
      [`{"name":"${NAME}","done":true,"response":${deep(100_000)}}`, 'get'],
      [`{"name":"${NAME}","done":true,"error":{"code":1,"details":[${deep(100_000)}]}}`, 'get'],
      [`{"name":"${NAME}","metadata":{"a":${deep(100_000, '[', ']')}}}`, 'wait'],
      [`{"done":true,"done":false,"name":"${NAME}"}`, 'get'],
      ['{"__proto__":{"done":true,"error":{"code":1}}}', 'get'],
      [`{"name":"${NAME}","__proto__":{"done":true}}`, 'get'],
    ],
  },
);

property(
  FILE,
  'an answer that is no 2xx is an error of a known code, and what is made of it the answer itself says',
  fc.record({
    httpStatus: fc.oneof(
      fc.constantFrom(301, 304, 400, 401, 403, 404, 405, 409, 429, 499, 500, 501, 502, 503, 504),
      fc.integer({ min: 300, max: 599 }),
    ),
    body: anyErrorBody,
    contentType: fc.oneof(fc.constantFrom('application/json', 'text/html'), anyText),
    retryAfter: fc.oneof(fc.constantFrom('5', '-5', '1e9', '999999999999', 'Wed, 21 Oct 2065 07:28:00 GMT'), anyText),
    seen: fc.boolean(),
    missing: fc.boolean(),
  }),
  async ({ seen, missing, ...answer }) => {
    const client = answering(answer);
    const came = await cameTo(client.get(ref));
    assert.ok('error' in came, 'an error was taken for an Operation');
    const { error } = came;
    assert.ok(['STATUS', 'NOT_API_ERROR', 'REDIRECT'].includes(error.kind), error.kind);
    const [now, grace] = [1_000_000, 10_000];
    const pollState = {
      polls: 1,
      failures: 0,
      ...(seen && { seenAt: now - 50_000 }),
      ...(missing && { notFoundSince: now - 20_000 }),
    };
    const whole = read(answer.body);
    const body = Array.isArray(whole) && whole.length === 1 ? (whole[0] as unknown) : whole;
    const said = isObject(body) ? (isObject(body['error']) ? body['error'] : body) : undefined;
    const named =
      codeNames.find((name) => name === said?.['status']) ??
      codeNames.find((name) => [codeNumber(name), String(codeNumber(name))].includes(said?.['code'] as number));
    const says = (code: string, ...httpStatuses: number[]) =>
      named === code || ((named === undefined || named === 'OK') && httpStatuses.includes(answer.httpStatus));

    const verdict = classifyPoll(error, { notFoundGrace: grace }, pollState, now);
    if (verdict.kind === 'lost')
      assert.ok(said !== undefined && says('NOT_FOUND', 404, 410) && seen && missing, answer.body);
    if (verdict.kind === 'failed') {
      const { type } = verdict;
      assert.ok(
        says(type, ...(type === 'NOT_FOUND' ? [404, 410] : [httpStatusOf(type)])) && !seen,
        `${verdict.type} of ${answer.httpStatus} ${answer.body}`,
      );
    }
    if (verdict.kind === 'retry')
      assert.ok(verdict.afterMs >= 0 && verdict.afterMs <= 300_000, String(verdict.afterMs));

    const cancelled = classifyCancelAnswer(error);
    if (cancelled === 'REFUSED') assert.ok(said !== undefined && error.kind === 'STATUS');
    if (cancelled === 'NOT_SUPPORTED')
      assert.ok(named === 'UNIMPLEMENTED' || [404, 405, 501].includes(answer.httpStatus), answer.body);
    assert.ok(['unsupported', 'transient'].includes(classifyWait(error)));
    assert.equal(typeof isWaitUnsupported(error), 'boolean');
    assert.equal(
      classifyUnansweredCancel(error, pollState, now).type,
      undefined,
      'an answer of Google ended it as a rule of ours',
    );
    assert.ok(atLeastRetryAfter(0, error) <= 300_000);
    const refused = await cameTo(client.cancel(ref));
    assert.ok('error' in refused, 'an error was taken for an accepted cancel');
  },
  {
    short: 300,
    examples: [
      [`{"error":{"code":${deep(100_000, '[', ']')}}}`, 404] as const,
      ['{"error":{"code":{"toString":1,"valueOf":1}}}', 403] as const,
      [
        `{"error":{"status":"NOT_FOUND","details":[{"@type":{"toString":1}}],"errors":[{"reason":{"toString":1}}]}}`,
        404,
      ] as const,
    ].map(([body, httpStatus]) => ({
      httpStatus,
      body,
      contentType: 'application/json',
      retryAfter: '',
      seen: true,
      missing: true,
    })),
  },
);

property(
  FILE,
  'a page of a list is sound operations with names and a token that fits into a URL, or a clear error',
  anyPage,
  async (body) => {
    const came = await cameTo(
      answering({ httpStatus: 200, body }).list({ ...ref, parent: 'projects/p/locations/us-central1' }),
    );
    if ('error' in came) {
      assert.ok(['BODY', 'STATUS'].includes(came.error.kind), came.error.kind);
      return;
    }
    const { operations, nextPageToken } = came.value;
    for (const operation of operations) {
      demandSound(operation);
      assert.notEqual(operation.name, '');
    }
    const whole = read(body);
    assert.ok(isObject(whole));
    const listed = whole['operations'] ?? [];
    assert.ok(Array.isArray(listed) && listed.length === operations.length);
    operations.forEach((operation, index) => {
      assert.equal(outcomeOf(operation) ?? 'RUNNING', proven(listed[index]));
    });
    assert.ok(nextPageToken === undefined || (nextPageToken !== '' && nextPageToken.length <= 16_384));
  },
  { short: 300 },
);

property(
  FILE,
  'a cancel is accepted by its 2xx, whatever the body, unless that is a page or an error',
  fc.record({
    httpStatus: fc.integer({ min: 200, max: 299 }),
    body: anyBody,
    contentType: fc.constantFrom('application/json', 'text/html; charset=utf-8', ''),
  }),
  async (answer) => {
    const came = await cameTo(answering(answer).cancel(ref));
    const isPage = answer.contentType.startsWith('text/') && !/^\s*(?:\{|$)/.test(answer.body);
    const holdsError = /"(?:error|code|status)"/.test(answer.body);
    if (!holdsError) assert.equal('error' in came, isPage);
    else if ('error' in came) assert.ok(['STATUS', 'BODY'].includes(came.error.kind), came.error.message);
  },
  { short: 300, share: 0.5 },
);
