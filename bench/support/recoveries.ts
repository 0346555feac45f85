import type { WorkerHarness } from '../../test/support/worker-harness.js';

/** One way in which a worker ends, and what is measured of it. */
export interface Recovery {
  id: string;
  /** How many workers run before. */
  workers: number;
  measures: { what: string; promised?: number }[];
  /** Plays it once. @returns for each measure the times, in ms. */
  once(harness: WorkerHarness, atAnyMoment: () => Promise<void>): Promise<number[][]>;
}

const AT_ONCE = 6;
const TAKEN_UP = 10_000;
const HANDED_OVER = 2_000;

/** Starts operations that are held in a long poll, and tells which of them the same worker holds. */
async function held(harness: WorkerHarness) {
  const all = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      harness.start('cancelOperation', { onCancel: { kind: 'ignored' } }),
    ),
  );
  for (const { name } of all) await harness.untilRequested(name, 'wait');
  const holders = await Promise.all(all.map(({ handle }) => harness.workerOfActivity(handle, 'await')));
  const [worker] = holders;
  if (worker === undefined) throw new Error('nobody holds anything');
  return { worker, names: all.flatMap(({ name }, index) => (holders[index] === worker ? [name] : [])) };
}

async function nextOf(harness: WorkerHarness, names: string[], since: number): Promise<number[]> {
  return Promise.all(names.map((name) => harness.nextRequest(name, undefined, since)));
}

export const recoveries: Recovery[] = [
  {
    id: 'a',
    workers: 2,
    measures: [{ what: 'SIGKILL, another worker runs: next look', promised: TAKEN_UP }],
    async once(harness, atAnyMoment) {
      const { worker, names } = await held(harness);
      await atAnyMoment();
      const { at } = await worker.kill();
      return [await nextOf(harness, names, at)];
    },
  },
  {
    id: 'b',
    workers: 1,
    measures: [{ what: 'SIGKILL, another worker is started at once: next look', promised: TAKEN_UP }],
    async once(harness, atAnyMoment) {
      const { worker, names } = await held(harness);
      await atAnyMoment();
      const { at } = await worker.kill();
      const [looks] = await Promise.all([nextOf(harness, names, at), harness.workers.start()]);
      return [looks];
    },
  },
  {
    id: 'c',
    workers: 2,
    measures: [
      {
        what: 'SIGKILL of the worker that has the workflow in memory, then an abort: cancel sent',
        promised: TAKEN_UP,
      },
    ],
    async once(harness, atAnyMoment) {
      const { name, handle } = await harness.start('watchOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'wait');
      const worker = await harness.workerOfWorkflow(handle);
      await worker.kill();
      // By now Temporal knows that the connection is gone.
      await atAnyMoment();
      const at = Date.now();
      await handle.signal('abort', {});
      return [[await harness.nextRequest(name, 'cancel', at)]];
    },
  },
  {
    id: 'f',
    workers: 2,
    measures: [{ what: 'SIGKILL in the middle of a workflow task: next request' }],
    async once(harness) {
      harness.emulator.fail({ kind: 'never-answers', method: 'get', times: 1 });
      const { name, handle } = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'get');
      const worker = await harness.workerOfWorkflow(handle);
      const { at } = await worker.kill();
      return [[await harness.nextRequest(name, undefined, at)]];
    },
  },
  {
    id: 'd',
    workers: 2,
    measures: [
      { what: 'SIGTERM, another worker runs: next look', promised: HANDED_OVER },
      { what: 'SIGTERM: the process has ended' },
    ],
    async once(harness, atAnyMoment) {
      const { worker, names } = await held(harness);
      await atAnyMoment();
      const at = Date.now();
      const exited = worker.stop();
      const looks = await nextOf(harness, names, at);
      return [looks, [(await exited).at - at]];
    },
  },
  {
    id: 'e',
    workers: 2,
    measures: [
      { what: 'SIGTERM, a cancel under way is never answered: sent again', promised: HANDED_OVER },
      { what: 'SIGTERM, a cancel under way is never answered: the process has ended' },
    ],
    async once(harness, atAnyMoment) {
      harness.emulator.fail({ kind: 'never-answers', method: 'cancel', times: 1 });
      const { name, handle } = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'cancel');
      await atAnyMoment();
      const worker = await harness.workerOfActivity(handle, 'cancel');
      const at = Date.now();
      const exited = worker.stop();
      const cancel = await harness.nextRequest(name, 'cancel', at);
      return [[cancel], [(await exited).at - at]];
    },
  },
];
