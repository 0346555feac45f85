import type { JsonObject } from '../../contract/operation.js';
import { type Answer, render } from '../answer.js';
import { errorResponse } from './error-response.js';
import type { Fault } from './fault.js';
import { padField } from './padding.js';

/** A rendered answer. `headers` has the Content-Length that is announced. */
interface Message {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const HUGE_BODY_BYTES = 100 * 2 ** 20;

/**
 * The message for an answer that a fault has hit, however it is then sent.
 *
 * @param answer - the real answer; ignored by faults that replace it.
 */
export function messageOf(answer: Answer, fault: Fault | undefined): Message {
  switch (fault?.kind) {
    case undefined:
    case 'never-answers':
    case 'reset':
    case 'lost-answer':
    case 'late-answer':
    case 'slow-body':
    case 'closed-mid-body':
    case 'stale':
      // handle() has already made the answer stale.
      return toMessage(answer);
    case 'empty-body':
      return toMessage({ ...answer, status: fault.status ?? 200 }, Buffer.alloc(0));
    case 'truncated-json':
      return toMessage(answer, firstHalf(render(answer).body));
    case 'corrupt-gzip':
      return toMessage(withHeader(answer, 'content-encoding', 'gzip'), Buffer.from('this is not gzip'));
    case 'content-type':
      return toMessage(withHeader(answer, 'content-type', fault.value));
    case 'wrong-type':
      return toMessage(mapJson(answer, (json) => withWrongType(json, fault.of)));
    case 'huge-body':
      return toMessage(mapJson(answer, (json) => padToSize(json, fault.bytes ?? HUGE_BODY_BYTES)));
    case 'other-name': {
      const { as: name = 'projects/p/locations/l/operations/another' } = fault;
      return toMessage(mapJson(answer, (json) => ({ ...json, name })));
    }
    case 'too-many-requests':
    case 'rate-limit-exceeded':
    case 'status':
    case 'text':
    case 'html':
    case 'redirect':
      return toMessage(errorResponse(fault));
  }
}

function toMessage(answer: Answer, replacedBody?: Buffer): Message {
  const { headers, body } = { ...render(answer), ...(replacedBody && { body: replacedBody }) };
  return { status: answer.status, headers: { ...headers, 'content-length': String(body.length) }, body };
}

/** The first half of the bytes. The cut may fall inside a character. */
export function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, Math.floor(body.length / 2));
}

function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** The answer with its JSON object changed; an answer without one is returned unchanged. */
function mapJson(answer: Answer, change: (json: JsonObject) => unknown): Answer {
  if (!('json' in answer.body) || typeof answer.body.json !== 'object') return answer;
  return { ...answer, body: { json: change({ ...answer.body.json }) } };
}

function withWrongType(json: JsonObject, of: Extract<Fault, { kind: 'wrong-type' }>['of']): unknown {
  switch (of) {
    case 'done':
      return { ...json, done: json['done'] === true ? 'true' : 'false' };
    case 'error-code':
      return { ...json, error: { message: 'A code that is a word.', code: 'CANCELLED' }, done: true };
    case 'name':
      return { ...json, name: 123 };
    case 'array':
      return [json];
    case 'null':
      return null;
  }
}

function padToSize(json: JsonObject, bytes: number): JsonObject {
  return padField({ ...json, metadata: { '@type': 'type.googleapis.com/google.protobuf.Struct' } }, 'metadata', bytes);
}
