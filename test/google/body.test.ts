import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTurns, readBody as readBodyInTurn, readErrorBody, type BodyStream } from '../../google/http/body.js';

const MIB = 1024 * 1024;

const takeTurn = createTurns();

function readBody(stream: BodyStream, maxBytes: number, contentLength: string | null): Promise<string> {
  return readBodyInTurn(stream, { maxBytes, contentLength, takeTurn });
}

async function* chunks(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

const isTooLarge = {
  name: 'GoogleApiError',
  code: 'RESOURCE_EXHAUSTED',
  kind: 'TOO_LARGE',
  message: 'the body is over 1 MiB',
};

describe('the body of a 2xx', () => {
  test('is read whole up to the limit, in UTF-8', async () => {
    assert.equal(await readBody(chunks('a', 'b\u00e9'), 4, '4'), 'ab\u00e9');
    assert.equal(await readBody(chunks(), 4, null), '');
    assert.equal(await readBody(chunks('abcd'), 4, 'many'), 'abcd');
  });

  test('is refused beyond it, by its header before anything is read', async () => {
    let read = false;
    async function* unread(): AsyncGenerator<Uint8Array> {
      read = true;
      yield Buffer.from('x');
    }
    await assert.rejects(readBody(unread(), MIB, String(MIB + 1)), isTooLarge);
    assert.equal(read, false);
    assert.equal(await readBody(unread(), MIB, String(MIB)), 'x');
    await assert.rejects(readBody(chunks('x'.repeat(MIB), 'y'), MIB, null), isTooLarge);
  });

  test('that breaks off fails with the error of the stream', async () => {
    await assert.rejects(readBody(chunks('a', new Error('aborted')), 10, null), { message: 'aborted' });
  });
});

test('of many large bodies at once one is read beyond 2 MiB, and the others when it has ended or broken off', async () => {
  const read = Array.from({ length: 12 }, () => 0);
  async function* large(index: number): AsyncGenerator<Uint8Array> {
    for (let mib = 1; mib <= 8; mib += 1) {
      read[index] = mib;
      yield Buffer.alloc(MIB, 'x');
      assert.ok(read.filter((size) => size > 3 && size < 9).length <= 1, String(read));
      if (mib === 5 && index % 3 === 0) {
        read[index] = 9;
        throw new Error('aborted');
      }
    }
    read[index] = 9;
  }
  const ends = await Promise.allSettled(read.map((_, index) => readBody(large(index), 8 * MIB, null)));
  const lengths = ends.map((end) => (end.status === 'fulfilled' ? end.value.length / MIB : String(end.reason)));
  assert.deepEqual(
    lengths,
    read.map((_, index) => (index % 3 === 0 ? 'Error: aborted' : 8)),
  );
});

describe('the body of an error', () => {
  test('is the part that arrived before it broke off', async () => {
    assert.equal(await readErrorBody(chunks('a', 'b', new Error('aborted'))), 'ab');
  });

  test('is cut at 2 MiB, and not read any further', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        asked += 1;
        yield Buffer.alloc(MIB, 'x');
      }
    }
    const text = await readErrorBody(endless());
    assert.equal(text.length, 2 * MIB);
    assert.equal(asked, 3);
  });
});
