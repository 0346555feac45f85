import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../contract/sha256.js';
import { parseWorkflowId, shortened, workflowIdOf } from '../../contract/workflow-id.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a workflow id', () => {
  test('has no slash: it has a colon for each, and two for a colon', () => {
    const cases: [name: string, id: string][] = [
      ['projects/p/operations/1', 'operation:s.example:projects:p:operations:1'],
      ['projects/example.com:p/operations/1', 'operation:s.example:projects:example.com::p:operations:1'],
      ['operations/rollouts.a::b:9', 'operation:s.example:operations:rollouts.a::::b::9'],
      ['policies/a%2Fb/operations/1', 'operation:s.example:policies:a%2Fb:operations:1'],
    ];
    for (const [name, id] of cases) {
      assert.equal(workflowIdOf('s.example', name), id);
      assert.deepEqual(parseWorkflowId(id), { service: 's.example', name });
    }
  });

  test('tells its operation, and another text none', () => {
    const id = workflowIdOf('speech.googleapis.com', '1189218350739101011');
    assert.deepEqual(parseWorkflowId(id), { service: 'speech.googleapis.com', name: '1189218350739101011' });
    for (const other of [
      '',
      'operation',
      'operation:a.example',
      'operation:a.example:x',
      'operation:a.example:a:',
      'operation:a.example:a:::b',
      'operation:a.example:a/b',
      'operation:a.example:a/b:c',
      'operation:a:b:c',
      'xoperation:a.example:a:b',
    ])
      assert.equal(parseWorkflowId(other), undefined, other);
  });

  test('over 255 characters is cut, ends in a hash of the whole, and tells its operation with the name in the memo', () => {
    const name = (id: string) => `projects/p/locations/us-central1/operations/${id}`;
    const prefix = `operation:s.example:${name('').replaceAll('/', ':')}`;
    const longest = name('x'.repeat(255 - prefix.length));
    assert.equal(workflowIdOf('s.example', longest), `${prefix}${'x'.repeat(255 - prefix.length)}`);
    const long = `${longest}x`;
    const whole = `${prefix}${'x'.repeat(256 - prefix.length)}`;
    const id = workflowIdOf('s.example', long);
    assert.equal(id, `${whole.slice(0, 180)}~${hashOf(whole).slice(0, 32)}`);
    assert.notEqual(id, workflowIdOf('s.example', `${long}x`));
    assert.equal(parseWorkflowId(id), undefined);
    assert.deepEqual(parseWorkflowId(id, long), { service: 's.example', name: long });
    assert.equal(parseWorkflowId(id, `${long}x`), undefined, 'the name of another operation');
  });

  test('has the form of a search attribute that is cut', () => {
    const name = `projects/p/operations/${'x'.repeat(300)}`;
    assert.equal(shortened(name), `${name.slice(0, 180)}~${hashOf(name).slice(0, 32)}`);
    assert.equal(shortened('projects/p/operations/1'), 'projects/p/operations/1');
  });
});

test('the hash is SHA-256, whatever the text and its length', () => {
  for (let length = 0; length <= 200; length += 1) assert.equal(sha256('x'.repeat(length)), hashOf('x'.repeat(length)));
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => sha256(text) === hashOf(text)));
});
