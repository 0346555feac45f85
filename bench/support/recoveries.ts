import { reconcileIdOf } from '../../contract/workflow-id.js';
import type { WorkerHarness } from '../../test/support/worker-harness.js';
import { type Handle, SERVICE } from '../../test/support/world.js';

/** One way in which a worker ends, and the times to measure. */
export interface Recovery {
  /** The number of workers that run before. */
  workers: number;
  /** `promised` is in ms. */
  measures: { what: string; promised?: number }[];
  /** Runs it once. @returns the times of each measure, in ms */
  run(harness: WorkerHarness, randomDelay: () => Promise<void>): Promise<number[][]>;
}

const OPERATIONS = 6;
/** More than a collection may have without a reconcile loop. */
const OPERATIONS_OF_LOOP = 60;
/** The collection of the harness's operations. */
const LOCATION = 'projects/p/locations/us-central1';
/** The first activity of a workflow. */
const LIST_ID = '1';
const MAX_LIST_AFTER_KILL_MS = 15_000;
const MAX_AFTER_KILL_MS = 10_000;
const MAX_AFTER_STOP_MS = 2_000;

/** Starts operations in a long poll. @returns a worker, and the names of the operations that it polls */
async function startPolled(harness: WorkerHarness) {
  const all = await Promise.all(
    Array.from({ length: OPERATIONS }, () => harness.start('cancelOperation', { onCancel: { kind: 'ignored' } })),
  );
  for (const { name } of all) await harness.untilRequested(name, 'wait');
  const workers = await Promise.all(all.map(({ handle }) => harness.workerOfActivity(handle, 'await')));
  const [worker] = workers;
  if (worker === undefined) throw new Error('no worker has an attempt');
  return { worker, names: all.flatMap(({ name }, index) => (workers[index] === worker ? [name] : [])) };
}

async function nextRequests(harness: WorkerHarness, names: string[], since: number): Promise<number[]> {
  return Promise.all(names.map((name) => harness.nextRequest(name, undefined, since)));
}

/** Kills a worker that polls, and measures the next polls. @param meanwhile starts what they need */
function killPoller(workers: number, what: string, meanwhile?: (harness: WorkerHarness) => unknown): Recovery {
  return {
    workers,
    measures: [{ what: `SIGKILL, ${what}`, promised: MAX_AFTER_KILL_MS }],
    async run(harness, randomDelay) {
      const { worker, names } = await startPolled(harness);
      await randomDelay();
      const { at } = await worker.kill();
      const [polls] = await Promise.all([nextRequests(harness, names, at), meanwhile?.(harness)]);
      return [polls];
    },
  };
}

export const recoveries: readonly Recovery[] = [
  killPoller(2, 'another worker runs: next poll'),
  killPoller(1, 'another worker is started at once: next poll', ({ workers }) => workers.start()),
  {
    workers: 2,
    measures: [
      { what: 'SIGKILL of the worker with the workflow, then an abort: cancel sent', promised: MAX_AFTER_KILL_MS },
    ],
    async run(harness, randomDelay) {
      const { name, handle } = await harness.start('watchOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'wait');
      const worker = await harness.workerOfWorkflow(handle);
      await worker.kill();
      // After the delay Temporal has noticed that the connection is closed.
      await randomDelay();
      const at = Date.now();
      await handle.signal('abort', {});
      return [[await harness.nextRequest(name, 'cancel', at)]];
    },
  },
  {
    workers: 2,
    measures: [{ what: 'SIGKILL in the middle of a workflow task: next request' }],
    async run(harness) {
      harness.emulator.fail({ kind: 'never-answers', method: 'get', times: 1 });
      const { name, handle } = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'get');
      const worker = await harness.workerOfWorkflow(handle);
      const { at } = await worker.kill();
      return [[await harness.nextRequest(name, undefined, at)]];
    },
  },
  {
    workers: 2,
    measures: [
      {
        what: 'SIGKILL of the worker that runs a reconcile loop, during a list: next list',
        promised: MAX_LIST_AFTER_KILL_MS,
      },
    ],
    async run(harness) {
      const script = { waitSupported: 'unimplemented' } as const;
      await Promise.all(Array.from({ length: OPERATIONS_OF_LOOP }, () => harness.start('watchOperation', script)));
      await harness.nextRequest(LOCATION, 'list', Date.now());
      harness.emulator.fail({ kind: 'never-answers', method: 'list', times: 1 });
      await harness.untilRequested(LOCATION, 'list');
      const loopId = reconcileIdOf(harness.taskQueue, SERVICE, `${LOCATION}/operations`);
      const loop: Handle = harness.client.workflow.getHandle(loopId);
      const { at } = await (await harness.workerOfActivity(loop, LIST_ID)).kill();
      return [[await harness.nextRequest(LOCATION, 'list', at)]];
    },
  },
  {
    workers: 2,
    measures: [
      { what: 'SIGTERM, another worker runs: next poll', promised: MAX_AFTER_STOP_MS },
      { what: 'SIGTERM: the process has ended' },
    ],
    async run(harness, randomDelay) {
      const { worker, names } = await startPolled(harness);
      await randomDelay();
      const at = Date.now();
      const exited = worker.stop();
      const polls = await nextRequests(harness, names, at);
      return [polls, [(await exited).at - at]];
    },
  },
  {
    workers: 2,
    measures: [
      { what: 'SIGTERM, a sent cancel is never answered: sent again', promised: MAX_AFTER_STOP_MS },
      { what: 'SIGTERM, a sent cancel is never answered: the process has ended' },
    ],
    async run(harness, randomDelay) {
      harness.emulator.fail({ kind: 'never-answers', method: 'cancel', times: 1 });
      const { name, handle } = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
      await harness.untilRequested(name, 'cancel');
      await randomDelay();
      const worker = await harness.workerOfActivity(handle, 'cancel');
      const at = Date.now();
      const exited = worker.stop();
      const cancel = await harness.nextRequest(name, 'cancel', at);
      return [[cancel], [(await exited).at - at]];
    },
  },
];
