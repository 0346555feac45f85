import type { Crew } from '../../test/support/recovery.js';

/** One way in which a worker ends, and what is measured of it. */
export interface Recovery {
  id: string;
  /** How many workers run before. */
  workers: number;
  measures: { what: string; promised?: number }[];
  /** Plays it once. @returns for each measure the times, in ms. */
  once(crew: Crew, atAnyMoment: () => Promise<void>): Promise<number[][]>;
}

const AT_ONCE = 6;
const TAKEN_UP = 10_000;
const HANDED_OVER = 2_000;

/** Starts operations that are held in a long poll, and tells which of them the same worker holds. */
async function held(crew: Crew) {
  const all = await Promise.all(
    Array.from({ length: AT_ONCE }, () => crew.start('cancelOperation', { onCancel: { kind: 'ignored' } })),
  );
  for (const { name } of all) await crew.underWay(name, 'wait');
  const holders = await Promise.all(all.map(({ handle }) => crew.holderOf(handle, 'await')));
  const [worker] = holders;
  if (worker === undefined) throw new Error('nobody holds anything');
  return { worker, names: all.flatMap(({ name }, index) => (holders[index] === worker ? [name] : [])) };
}

async function nextOf(crew: Crew, names: string[], since: number): Promise<number[]> {
  return Promise.all(names.map((name) => crew.nextRequest(name, undefined, since)));
}

export const recoveries: Recovery[] = [
  {
    id: 'a',
    workers: 2,
    measures: [{ what: 'SIGKILL, another worker runs: next look', promised: TAKEN_UP }],
    async once(crew, atAnyMoment) {
      const { worker, names } = await held(crew);
      await atAnyMoment();
      worker.kill('SIGKILL');
      const { at } = await worker.exited;
      return [await nextOf(crew, names, at)];
    },
  },
  {
    id: 'b',
    workers: 1,
    measures: [{ what: 'SIGKILL, another worker is started at once: next look', promised: TAKEN_UP }],
    async once(crew, atAnyMoment) {
      const { worker, names } = await held(crew);
      await atAnyMoment();
      worker.kill('SIGKILL');
      const { at } = await worker.exited;
      const [looks] = await Promise.all([nextOf(crew, names, at), crew.workers.start()]);
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
    async once(crew, atAnyMoment) {
      const { name, handle } = await crew.start('watchOperation', { onCancel: { kind: 'ignored' } });
      await crew.underWay(name, 'wait');
      const worker = await crew.keeperOf(handle);
      worker.kill('SIGKILL');
      await worker.exited;
      // By now Temporal knows that the connection is gone.
      await atAnyMoment();
      const at = Date.now();
      await handle.signal('abort', {});
      return [[await crew.nextRequest(name, 'cancel', at)]];
    },
  },
  {
    id: 'f',
    workers: 2,
    measures: [{ what: 'SIGKILL in the middle of a workflow task: next request' }],
    async once(crew) {
      crew.emulator.fail({ kind: 'never-answers', method: 'get', times: 1 });
      const { name, handle } = await crew.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await crew.underWay(name, 'get');
      const worker = await crew.keeperOf(handle);
      worker.kill('SIGKILL');
      const { at } = await worker.exited;
      return [[await crew.nextRequest(name, undefined, at)]];
    },
  },
  {
    id: 'd',
    workers: 2,
    measures: [
      { what: 'SIGTERM, another worker runs: next look', promised: HANDED_OVER },
      { what: 'SIGTERM: the process has ended' },
    ],
    async once(crew, atAnyMoment) {
      const { worker, names } = await held(crew);
      await atAnyMoment();
      const at = Date.now();
      worker.kill('SIGTERM');
      const looks = await nextOf(crew, names, at);
      return [looks, [(await worker.exited).at - at]];
    },
  },
  {
    id: 'e',
    workers: 2,
    measures: [
      { what: 'SIGTERM, a cancel under way is never answered: sent again', promised: HANDED_OVER },
      { what: 'SIGTERM, a cancel under way is never answered: the process has ended' },
    ],
    async once(crew, atAnyMoment) {
      crew.emulator.fail({ kind: 'never-answers', method: 'cancel', times: 1 });
      const { name, handle } = await crew.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await crew.underWay(name, 'cancel');
      await atAnyMoment();
      const worker = await crew.holderOf(handle, 'cancel');
      const at = Date.now();
      worker.kill('SIGTERM');
      const cancel = await crew.nextRequest(name, 'cancel', at);
      return [[cancel], [(await worker.exited).at - at]];
    },
  },
];
