import { setTimeout as delay } from 'node:timers/promises';
import { GoogleOperations } from '../../client/index.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { newLocation } from '../emulator.js';
import type { BenchEnvironment, BenchWorker } from '../environment.js';
import { sumOf } from '../support/prometheus.js';

/** Many operations that a worker serves while people cancel single ones. */
interface Crowd {
  name: string;
  what: string;
  /** The number of single operations that are cancelled meanwhile. */
  victims: number;
  /** Starts the worker, and returns it once it is under load. */
  form(environment: BenchEnvironment, say: (line: string) => void): Promise<BenchWorker>;
}

const MAX_CONCURRENT_STARTS = 50;
const OUTAGE_MS = 45_000;
const MAX_FORMING_MS = 900_000;

export const crowds: readonly Crowd[] = [
  { name: 'none', what: 'nothing else', victims: 40, form: ({ startWorker }) => startWorker() },
  {
    name: 'watched',
    what: '100 watched by long polls',
    victims: 40,
    form: (environment) => watch(environment, 100, 1),
  },
  {
    name: 'bulk',
    what: 'a bulk of 1,000, 500 at a time',
    victims: 60,
    async form(environment) {
      const worker = await environment.startWorker();
      const names = await addOperations(environment, 1_000, 1);
      const operations = new GoogleOperations(environment.client, worker);
      await operations.cancelAll({ names, maxConcurrent: 500 });
      await until(worker, 'cancel', 20);
      return worker;
    },
  },
  {
    name: 'outage',
    what: '2,000 watched that are due at once, after an outage of 45 s',
    victims: 20,
    async form(environment, say) {
      const worker = await watch(environment, 2_000, 100, say);
      await delay(OUTAGE_MS);
      await worker.kill();
      await delay(OUTAGE_MS);
      return environment.startWorker(worker.taskQueue);
    },
  },
  {
    name: 'followed',
    what: '10,000 watched of 20 locations',
    victims: 100,
    form: (environment, say) => watch(environment, 10_000, 20, say),
  },
];

/** Starts a worker that watches so many operations, each of which has been polled once. */
async function watch(environment: BenchEnvironment, count: number, locations: number, say?: (line: string) => void) {
  const worker = await environment.startWorker();
  const names = await addOperations(environment, count, locations);
  const operations = new GoogleOperations(environment.client, worker);
  await forEachConcurrently(names, MAX_CONCURRENT_STARTS, async (name) => {
    await operations.watch({ name }, { waitForWorker: false });
  });
  say?.(`${count} started`);
  await until(worker, 'get', count);
  return worker;
}

async function addOperations({ emulator }: BenchEnvironment, count: number, locations: number): Promise<string[]> {
  const parent = newLocation();
  const names = Array.from({ length: count }, (_, index) => `${parent}-${index % locations}/operations/${index}`);
  for (let from = 0; from < count; from += 500)
    await emulator.add(names.slice(from, from + 500).map((name) => ({ name, onCancel: { kind: 'ignored' } })));
  return names;
}

/** Waits until the worker has sent so many requests. */
async function until(worker: BenchWorker, method: string, count: number): Promise<void> {
  const end = Date.now() + MAX_FORMING_MS;
  while (sumOf(await worker.metrics(), 'google_operation_requests_total', { method }) < count) {
    if (Date.now() > end) throw new Error(`The worker has not sent ${count} requests ${method}`);
    await delay(200);
  }
}
