import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { forgetRegistered, searchAttributesFor } from '../../client/search-attributes.js';

const KEYWORD = 2;
const TEXT = 1;
const BOTH = { GoogleOperationName: KEYWORD, GoogleOperationOutcome: KEYWORD };

/** A client of a namespace with these attributes; `asked` has the namespace of each request. */
function clientOf(answers: (Record<string, number> | Error)[]) {
  const asked: string[] = [];
  const listSearchAttributes = ({ namespace }: { namespace: string }) => {
    asked.push(namespace);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ customAttributes: answer });
  };
  const connection = { operatorService: { listSearchAttributes } };
  const run = <T>(_: unknown, work: () => T): T => work();
  const client = { options: { namespace: 'team' }, connection, withDeadline: run, withAbortSignal: run };
  return { client: client as unknown as Client, asked };
}

describe('the search attributes of a new workflow', () => {
  test('are set where the namespace has both, and it is asked once', async () => {
    const { client, asked } = clientOf([{ ...BOTH, Other: TEXT }]);
    const [first] = await Promise.all([searchAttributesFor(client, 'a/1'), searchAttributesFor(client, 'a/2')]);
    assert.deepEqual(first, [
      { key: { name: 'GoogleOperationName', type: 'KEYWORD' }, value: 'a/1' },
      { key: { name: 'GoogleOperationOutcome', type: 'KEYWORD' }, value: 'RUNNING' },
    ]);
    await searchAttributesFor(client, 'a/3');
    assert.deepEqual(asked, ['team']);
  });

  test('are left out where one is missing or of another type, for the start would be refused', async () => {
    const lacking: Record<string, number>[] = [
      {},
      { GoogleOperationName: KEYWORD },
      { ...BOTH, GoogleOperationOutcome: TEXT },
      { ...BOTH, GoogleOperationName: TEXT },
    ];
    for (const attributes of lacking) {
      const { client } = clientOf([attributes]);
      assert.deepEqual(await searchAttributesFor(client, 'a/1'), [], JSON.stringify(attributes));
    }
  });

  test('are set where nobody may ask which there are, until a start is refused for them', async () => {
    const denied = Object.assign(new Error('denied'), { code: 7, details: 'denied', metadata: {} });
    const { client } = clientOf([denied]);
    for (const name of ['a/1', 'a/2']) assert.equal((await searchAttributesFor(client, name)).length, 2);
    forgetRegistered(client);
    for (const name of ['a/3', 'a/4']) assert.deepEqual(await searchAttributesFor(client, name), []);
  });

  test('are left out where nobody answers, and asked for again at the next start', async () => {
    const { client, asked } = clientOf([new Error('no connection'), BOTH]);
    assert.deepEqual(await searchAttributesFor(client, 'a/1'), []);
    assert.equal((await searchAttributesFor(client, 'a/2')).length, 2);
    assert.equal(asked.length, 2);
  });
});
