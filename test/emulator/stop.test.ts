import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { emulatorFor, get, NAME } from './support.js';

describe('a stopped emulator', () => {
  it('refuses connections until it resumes on the same port with the same operations', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    assert.equal((await get(emulator, NAME)).status, 200);
    await emulator.stop();
    await assert.rejects(get(emulator, NAME), ({ cause }: Error) => {
      assert.match(String(cause), /ECONNREFUSED/);
      return true;
    });
    await emulator.resume();
    assert.equal((await get(emulator, NAME)).status, 200);
    assert.equal(emulator.requests(NAME, 'get').length, 2);
  });

  it('drops the connections of pending requests', async (t) => {
    const emulator = await emulatorFor(t);
    emulator.add({ name: NAME });
    emulator.fail({ kind: 'never-answers' });
    const [answer] = await Promise.allSettled([
      get(emulator, NAME),
      emulator.waitFor((log) => log.length === 1).then(() => emulator.stop()),
    ]);
    assert.equal(answer.status, 'rejected');
  });

  it('can be stopped twice, resumed twice, and closed while stopped', async (t) => {
    const emulator = await emulatorFor(t);
    await emulator.stop();
    await emulator.stop();
    await emulator.resume();
    await emulator.resume();
    await emulator.stop();
    await emulator.close();
  });
});
