import type { Answer } from '../answer.js';
import type { SpoilingFault } from './fault.js';
import { padding } from './padding.js';
import type { JsonObject } from '../operations/script.js';

/** The answer with its JSON changed; an answer that has none stays as it is. */
export function withJson(answer: Answer, change: (json: JsonObject) => unknown): Answer {
  if (!('json' in answer.body) || typeof answer.body.json !== 'object') return answer;
  return { ...answer, body: { json: change({ ...answer.body.json }) } };
}

/** An Operation with a field, or itself, of the wrong type. */
export function wrongTyped(json: JsonObject, of: (SpoilingFault & { kind: 'wrong-type' })['of']): unknown {
  switch (of) {
    case 'done':
      return { ...json, done: json['done'] === true ? 'true' : 'false' };
    case 'error-code':
      return { ...json, error: { message: 'A code that is a word.', code: 'CANCELLED' }, done: true };
    case 'name':
      return { ...json, name: 123 };
    case 'array':
      return [json];
    default:
      return null;
  }
}

/** An Operation whose JSON has `size` bytes, by way of its metadata. */
export function huge(json: JsonObject, size: number): unknown {
  const metadata = { '@type': 'type.googleapis.com/google.protobuf.Struct' };
  const empty = Buffer.byteLength(
    `${JSON.stringify({ ...json, metadata: { ...metadata, padding: '' } }, undefined, 2)}\n`,
  );
  return { ...json, metadata: { ...metadata, padding: padding(Math.max(0, size - empty)) } };
}
