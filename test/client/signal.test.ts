import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { GoogleOperations, type WaitOptions } from '../../client/index.js';
import { withSignal } from '../../client/with-signal.js';
import { until } from '../support/history.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

const REASON = new Error('the caller went away');

describe('a signal ends every wait of the client library, with its own reason', TOGETHER, () => {
  let world: World;
  let native: NativeConnection;
  before(async () => {
    world = await startWorld();
    native = await NativeConnection.connect({ address: world.address });
  });
  after(async () => {
    await native.close();
    await world.close();
  });

  /** Aborts while the call is waiting, and asserts that it was. */
  async function assertEnds(call: (options: WaitOptions) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    let hasEnded = false;
    const calling = call({ signal: controller.signal }).finally(() => (hasEnded = true));
    const timer = setTimeout(() => {
      assert.equal(hasEnded, false, 'it waited');
      controller.abort(REASON);
    }, 500);
    await assert.rejects(calling, (error) => error === REASON).finally(() => clearTimeout(timer));
  }

  // Only Temporal's Connection can abort a request; a worker's NativeConnection leaves it running.
  for (const kind of ['Connection', 'NativeConnection'] as const) {
    const clientOf = () => (kind === 'Connection' ? world.client : new Client({ connection: native }));

    test(`${kind}: cancel, watch, and what a handle asks, where no worker answers`, async () => {
      const nobody = new GoogleOperations(clientOf(), { taskQueue: `nobody-${randomUUID()}` });
      const name = world.operation();
      // Otherwise the abort could come before Temporal has stored the start.
      await nobody.watch({ name }, { waitForWorker: false });
      await assertEnds((options) => nobody.cancel({ name: world.operation() }, options));
      await assertEnds((options) => nobody.watch({ name }, options));
      const handle = nobody.getHandle(name);
      await assertEnds((options) => handle.result(options));
      await assertEnds((options) => handle.status(options));
      await assertEnds((options) => handle.abort({}, options));
      const bulk = await nobody.cancelAll({ names: [name] });
      await assertEnds((options) => bulk.result(options));
      await assertEnds((options) => bulk.progress(options));
      // The watch runs although nobody waits for it.
      const { status } = await world.client.workflow.getHandle(handle.workflowId).describe();
      assert.equal(status.name, 'RUNNING');
    });
  }

  test('a signal that is aborted already starts nothing', async () => {
    const name = world.operation();
    const signal = AbortSignal.abort(REASON);
    const isReason = (error: unknown) => error === REASON;
    await assert.rejects(world.operations.cancel({ name }, { signal }), isReason);
    await assert.rejects(world.operations.watch({ name }, { signal }), isReason);
    await assert.rejects(world.operations.cancelAll({ names: [name] }, { signal }), isReason);
    await assert.rejects(world.operations.getBulkHandle('x').cancel({ signal }), isReason);
    await assert.rejects(world.operations.getHandle(name).result(), { code: 'NOT_FOUND' });
  });

  test('a time-out is a TimeoutError', async () => {
    const name = world.operation({ onCancel: { kind: 'ignored' } });
    const handle = await world.operations.watch({ name });
    await assert.rejects(handle.result({ signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
    world.emulator.complete(name);
    assert.equal((await handle.result({ signal: AbortSignal.timeout(20_000) })).outcome, 'COMPLETED');
  });

  test('a deadline of the Temporal client holds beside a signal', async () => {
    const name = world.operation();
    const handle = await world.operations.watch({ name });
    const { signal } = new AbortController();
    const late = world.client.withDeadline(Date.now() + 300, () => handle.result({ signal }));
    await assert.rejects(late, /DEADLINE_EXCEEDED|history/);
    world.emulator.complete(name);
    await until(
      () => handle.status(),
      ({ state }) => state === 'DONE',
    );
  });
});

describe('the requests of one call under a signal', () => {
  /** A client whose requests treat a signal as Temporal's do: each adds a listener, and none removes one. */
  class FakeClient {
    signal: AbortSignal | undefined;

    withAbortSignal<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
      this.signal = signal;
      return work();
    }

    async request(ms = 1): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        this.signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(new Error('CANCELLED'));
        });
      });
    }
  }

  test('one that is sent after the abort is cancelled too, so that a loop of polls ends', async () => {
    const client = new FakeClient();
    const controller = new AbortController();
    let polls = 0;
    const loop = async (): Promise<void> => {
      for (;;) {
        await client.request();
        polls++;
        // Between two requests.
        if (polls === 3) controller.abort(REASON);
      }
    };
    let loopEnds: Promise<void> = Promise.resolve();
    const call = withSignal(client as unknown as Client, controller.signal, () => (loopEnds = loop()));
    await assert.rejects(call, (error) => error === REASON);
    await assert.rejects(loopEnds, { message: 'CANCELLED' });
    assert.equal(polls, 3);
  });

  test('get a real AbortSignal, which may be combined with others and listened to once', async () => {
    const client = new FakeClient();
    const controller = new AbortController();
    const calls: string[] = [];
    const call = withSignal(client as unknown as Client, controller.signal, () => {
      const { signal = assert.fail() } = client;
      AbortSignal.any([signal]).addEventListener('abort', () => calls.push('any'));
      const removed = () => calls.push('removed');
      signal.addEventListener('abort', removed);
      signal.removeEventListener('abort', removed);
      assert.equal(signal.aborted, false);
      return client.request(60_000);
    });
    controller.abort(REASON);
    await assert.rejects(call, (error) => error === REASON);
    assert.deepEqual(calls, ['any']);
    assert.deepEqual([client.signal?.aborted, client.signal?.reason], [true, REASON]);
  });

  test("leave no listener on the caller's signal, however many there are", async () => {
    const client = new FakeClient();
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const during = await withSignal(client as unknown as Client, signal, async () => {
      for (let polls = 0; polls < 20; polls++) await client.request();
      return listeners;
    });
    assert.deepEqual([during, listeners], [1, 0]);
  });
});
