import type { Answer } from '../answer.js';
import type { CorruptingFault } from './fault.js';
import { padding } from './padding.js';
import type { JsonObject } from '../operations/script.js';

/** The answer with its JSON object changed; an answer without one is returned unchanged. */
export function mapJson(answer: Answer, change: (json: JsonObject) => unknown): Answer {
  if (!('json' in answer.body) || typeof answer.body.json !== 'object') return answer;
  return { ...answer, body: { json: change({ ...answer.body.json }) } };
}

/** An Operation of which a field, or the whole, has the wrong type. */
export function withWrongType(json: JsonObject, of: (CorruptingFault & { kind: 'wrong-type' })['of']): unknown {
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

/** An Operation whose JSON has at least `size` bytes, padded in its metadata. */
export function padTo(json: JsonObject, size: number): unknown {
  const metadata = { '@type': 'type.googleapis.com/google.protobuf.Struct' };
  const empty = Buffer.byteLength(
    `${JSON.stringify({ ...json, metadata: { ...metadata, padding: '' } }, undefined, 2)}\n`,
  );
  return { ...json, metadata: { ...metadata, padding: padding(Math.max(0, size - empty)) } };
}
