import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { DEFAULT_SERVICE, workflowIdOf } from '../../contract/names.js';
import { seededRandom } from '../../emulator/index.js';
import { startBulk } from './calls/bulks.js';
import { Callers } from './calls/callers.js';
import { Clock } from './support/clock.js';
import { converge, executionsOf, persistently } from './calls/converge.js';
import { disturb } from './support/disturb.js';
import { WorkerPool } from './support/worker-pool.js';
import { Google } from './support/google.js';
import { judge, judgeBulks, lostStarts, replay, timings } from './oracle/judge.js';
import { keepHistories } from './support/keep.js';
import { type PlannedOperation, planOf } from './plan/plan.js';
import type { Execution, Problem } from './oracle/records.js';
import type { Report } from './report.js';
import { RestartableTemporal } from './support/temporal.js';
import { executionOf, tell, type Told } from './oracle/temporal-truth.js';

/** How a run is made. */
export interface RunOptions {
  seed: number;
  minutes: number;
  /** Hears how it goes, line by line. */
  say: (line: string) => void;
  /** Ends the run early. */
  signal: AbortSignal;
}

const WORKERS = 2;
const PROGRESS_EVERY_MS = 10_000;
/** The longest that an operation runs after the faults, the minute that is promised, and some more to say how late it is. */
const AT_MOST_AFTER_MS = 60_000 + 60_000 + 30_000;

/**
 * One run: all the plan's operations, calls and faults against the real worker, then a time without faults, then the
 * comparison of everything that was recorded with what the emulator knows. It leaves no process, port or file behind.
 *
 * @throws the signal's reason, or an Error where the run itself could not be made
 */
export async function runFaults({ seed, minutes, say, signal }: RunOptions): Promise<Report> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    return await run({ seed, minutes, say, signal }, closers);
  } finally {
    for (const close of closers.toReversed()) await close().catch(() => undefined);
  }
}

async function run(
  { seed, minutes, say, signal }: RunOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Report> {
  const plan = planOf(seed, minutes);
  const home = await mkdtemp(join(tmpdir(), 'faults-'));
  closers.push(() => rm(home, { recursive: true, force: true }));
  // The last to close: a call that is tried again over a closed connection throws where nobody can catch it.
  const connections: Connection[] = [];
  closers.push(() => Promise.all(connections.map((connection) => connection.close())));
  const temporal = await RestartableTemporal.start(join(home, 'temporal.db'), say);
  closers.push(() => temporal.close());
  const google = await Google.start(plan);
  closers.push(() => google.emulator.close());
  const taskQueue = `faults-${randomUUID()}`;
  const fleet = new WorkerPool(WORKERS, {
    HOME: home,
    XDG_CONFIG_HOME: home,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: google.emulator.host,
    LOG_FORMAT: 'json',
  });
  closers.push(() => fleet.close());
  fleet.fill();
  const connection = await Connection.connect({ address: temporal.address });
  connections.push(connection);
  const client = new Client({ connection });
  await fleet.ready(signal);

  // Whatever still waits when the run is over has nothing to wait for.
  const over = new AbortController();
  closers.push(async () => over.abort());
  const clock = new Clock(AbortSignal.any([signal, over.signal]));
  const callers = new Callers({ client, taskQueue }, clock);
  const line = (text: string): void => say(`${(clock.now / 1_000).toFixed(0).padStart(4)} s  ${text}`);
  const progress = setInterval(() => {
    line(
      `${callers.taken.length} calls taken, ${fleet.kills + fleet.stops} workers ended, ` +
        `${temporal.restarts} Temporal restarts, ${google.emulator.log.length} requests, ${hitBy(google)} met a fault`,
    );
  }, PROGRESS_EVERY_MS);
  closers.push(async () => clearInterval(progress));

  line(
    `faults on for ${(plan.faultsMs / 1_000).toFixed(0)} s: ${plan.operations.length} operations, seed ${seed}`,
  );
  const parts = { fleet, temporal, google, clock, random: seededRandom(seed + 2), say: line };
  const disturbances = Promise.all(plan.disturbances.map((disturbance) => disturb(parts, disturbance)));
  const wire = Promise.all(
    plan.wire.map(async (fault) => {
      await clock.at(fault.atMs);
      google.order(fault);
    }),
  );
  const work = Promise.all([
    ...plan.operations.map((operation) => live(operation, google, callers, clock)),
    ...plan.bulks.map((bulk) => startBulk({ client, taskQueue }, clock, bulk)),
  ]);
  // Whichever fails first ends the run; the others are not to be left without somebody to hear of them.
  await Promise.all([
    disturbances,
    wire,
    clock.at(plan.faultsMs),
    Promise.race([work, clock.at(plan.faultsMs)]),
  ]);
  google.emulator.clearFaults();
  await fleet.ready(signal);
  const faultsEnd = Date.now();
  line('faults off: no more kills, Temporal and the workers are up');

  const untilMs = clock.now + AT_MOST_AFTER_MS;
  await Promise.race([work, clock.at(untilMs)]);
  const running = await converge(client, taskQueue, clock, untilMs);
  line(running === 0 ? 'everything has ended' : `${running} executions still run`);

  const told = await tellAll(client, taskQueue, callers, clock);
  const bulks = told.filter(({ type }) => type === 'cancelOperations');
  const executions: Execution[] = [];
  for (const one of told)
    if (one.type !== 'cancelOperations')
      executions.push(await persistently(clock, () => executionOf(client, one)));
  line(`comparing ${executions.length} executions with the emulator, and replaying their histories`);
  const problems: Problem[] = [
    ...judge(executions, google, faultsEnd),
    ...judgeBulks(bulks, executions),
    ...lostStarts(callers.taken, told),
    ...callers.problems,
    ...deathsOf(fleet, temporal),
    ...(await replay(told)),
  ];
  const histories = await keepHistories(told, problems);
  return {
    seed,
    minutes,
    ...(histories !== undefined && { histories }),
    operations: plan.operations.length,
    executions: executions.length,
    bulks: bulks.length,
    calls: callers.taken.length,
    repeats: callers.repeats,
    kills: fleet.kills,
    stops: fleet.stops,
    outages: plan.disturbances.filter(({ kind }) => kind === 'stop-all-workers').length,
    temporalRestarts: temporal.restarts,
    googleAway: google.away.length,
    requests: google.emulator.log.length,
    requestsHit: hitBy(google),
    injected: google.injected(),
    outcomes: outcomesOf(executions),
    ...timings(executions, google, faultsEnd),
    faultsMs: faultsEnd - clock.startedAt,
    tookMs: clock.now,
    problems,
  };
}

/** An operation from its beginning: what becomes of it at Google, and what is asked of the product about it. */
async function live(
  operation: PlannedOperation,
  google: Google,
  callers: Callers,
  clock: Clock,
): Promise<void> {
  const { name, addAtMs, steps, expireAtMs, trouble } = operation;
  await clock.at(addAtMs);
  google.add(operation);
  const fate = async (): Promise<void> => {
    if (expireAtMs === undefined) return;
    await clock.at(expireAtMs);
    google.expire(name);
  };
  const bother = async (): Promise<void> => {
    if (trouble === undefined) return;
    await clock.at(trouble.atMs);
    // After a cancel or a wait the workflow has certainly kept that it saw the operation.
    const { emulator } = google;
    const isSeen = (): boolean =>
      emulator.requests(name).some(({ method }) => method === 'cancel' || method === 'wait');
    while (!isSeen()) {
      if (emulator.operation(name).state.phase === 'done') return;
      await clock.pause(200);
    }
    google.order({ label: trouble.label, fault: { ...trouble.fault, name } });
  };
  await Promise.all([callers.steps(operation, steps), fate(), bother()]);
}

/** Every execution that the list has or a caller knows of; what is not there any more is left out. */
async function tellAll(client: Client, taskQueue: string, { taken }: Callers, clock: Clock): Promise<Told[]> {
  const runs = new Map<string, string>();
  for (const { name, runId } of taken)
    if (runId !== undefined) runs.set(runId, workflowIdOf(DEFAULT_SERVICE, name));
  for (const { workflowId, runId } of await persistently(clock, () => executionsOf(client, taskQueue)))
    runs.set(runId, workflowId);
  const told: Told[] = [];
  for (const [runId, workflowId] of runs) {
    try {
      told.push(await persistently(clock, () => tell(client, workflowId, runId)));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return told;
}

/** Workers that ended by themselves although Temporal was there. */
function deathsOf({ deaths }: WorkerPool, { outages }: RestartableTemporal): Problem[] {
  const SOON_MS = 15_000;
  return deaths
    .filter(({ at }) => !outages.some(({ from, until }) => at >= from && at <= until + SOON_MS))
    .map(({ how }) => ({ kind: 'process', about: 'a worker', what: `ended by itself: ${how}` }));
}

function hitBy(google: Google): number {
  return google.emulator.log.filter(({ fault }) => fault !== undefined).length;
}

function outcomesOf(executions: readonly Execution[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { ending } of executions) {
    const word =
      ending.kind === 'completed'
        ? ending.result.outcome
        : ending.kind === 'failed'
          ? `failed (${ending.type})`
          : ending.kind;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
