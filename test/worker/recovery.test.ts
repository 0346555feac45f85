import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Crew } from '../support/recovery.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';

/** The bound of the promise. The figures themselves are measured by `npm run bench:recovery`. */
const TAKEN_UP = 10_000;
const HANDED_OVER = 2_000;
const TRIES = 3;

describe('when a worker ends, another goes on', { timeout: 180_000 }, () => {
  let temporal: TestTemporal;
  let crew: Crew;
  before(async () => {
    temporal = await testTemporal();
    crew = await Crew.on(temporal.address);
  });
  after(async () => {
    await crew.close();
    await temporal.stop();
  });

  /** Once is enough: a machine with other things to do is late, wrong settings are so each time. */
  async function within(limit: number, once: () => Promise<number>): Promise<void> {
    const seen: number[] = [];
    while (seen.length < TRIES) {
      await crew.have(2);
      const took = await once();
      for (const { name } of crew.emulator.operations()) crew.emulator.complete(name, {});
      if (took < limit) return;
      seen.push(took);
    }
    assert.fail(`it took ${seen.join(', ')} ms, each time more than ${limit} ms`);
  }

  const polled = async () => {
    const { name, handle } = await crew.start('cancelOperation', { onCancel: { kind: 'ignored' } });
    await crew.underWay(name, 'wait');
    return { name, worker: await crew.holderOf(handle, 'await') };
  };

  test('an attempt of a worker that was killed is taken up within 10 s', () =>
    within(TAKEN_UP, async () => {
      const { name, worker } = await polled();
      worker.kill('SIGKILL');
      const { at } = await worker.exited;
      return crew.nextRequest(name, undefined, at);
    }));

  test('a workflow that a killed worker had in memory goes on within 10 s', () =>
    within(TAKEN_UP, async () => {
      const { name, handle } = await crew.start('watchOperation', { onCancel: { kind: 'ignored' } });
      await crew.underWay(name, 'wait');
      const worker = await crew.keeperOf(handle);
      worker.kill('SIGKILL');
      const { at } = await worker.exited;
      await handle.signal('abort', {});
      return crew.nextRequest(name, 'cancel', at);
    }));

  test('a look that waits for its time comes at its time, whoever was killed', () => {
    const interval = 5_000;
    return within(interval + HANDED_OVER, async () => {
      const { name, handle } = await crew.start(
        'watchOperation',
        { waitSupported: 'unimplemented' },
        { polling: { initialInterval: interval, backoffCoefficient: 1, maximumInterval: interval } },
      );
      await crew.emulator.waitFor(() => crew.emulator.requests(name, 'get').length >= 2, {
        timeoutMs: 30_000,
      });
      const at = crew.emulator.requests(name, 'get').at(-1)?.at ?? 0;
      await crew.untilNobodyHolds(handle, 'await');
      for (const worker of crew.workers.running) worker.kill('SIGKILL');
      const [took] = await Promise.all([crew.nextRequest(name, 'get', at), crew.workers.start()]);
      assert.ok(took >= interval - 500, `it came after ${took} ms`);
      return took;
    });
  });

  test('a worker that is stopped hands over within 2 s, and ends with 0', () =>
    within(HANDED_OVER, async () => {
      const { name, worker } = await polled();
      const at = Date.now();
      worker.kill('SIGTERM');
      const took = await crew.nextRequest(name, undefined, at);
      assert.equal((await worker.exited).code, 0, worker.log());
      return took;
    }));

  test('a worker that is stopped hands over a cancel that Google does not answer within 2 s', () =>
    within(HANDED_OVER, async () => {
      crew.emulator.fail({ kind: 'never-answers', method: 'cancel', times: 1 });
      const { name, handle } = await crew.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await crew.underWay(name, 'cancel');
      const worker = await crew.holderOf(handle, 'cancel');
      const at = Date.now();
      worker.kill('SIGTERM');
      const took = await crew.nextRequest(name, 'cancel', at);
      assert.equal((await worker.exited).code, 0, worker.log());
      return took;
    }));
});
