import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { DEFAULT_SERVICE } from '../../contract/names.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { seededRandom } from '../../emulator/index.js';
import { startBulk } from './calls/bulks.js';
import { Callers } from './calls/callers.js';
import { Clock } from './support/clock.js';
import { converge, executionsOf, persistently } from './calls/converge.js';
import { disturb } from './support/disturb.js';
import { WorkerPool } from './support/worker-pool.js';
import { Google } from './support/google.js';
import { judge, judgeBulks, lostStarts, replay, timings } from './oracle/judge.js';
import { saveHistories } from './support/save-histories.js';
import { type PlannedOperation, planOf } from './plan/plan.js';
import type { Execution, Problem } from './oracle/records.js';
import type { Report } from './report.js';
import { RestartableTemporal } from './support/temporal.js';
import { executionOf, readRecord, type TemporalRecord } from './oracle/temporal-record.js';

/** The options of a run. */
export interface RunOptions {
  seed: number;
  minutes: number;
  /** The maximum duration of a recovery, in ms; {@link MAX_RECOVERY_MS} if left out. */
  maxRecoveryMs?: number;
  /** Gets the progress, line by line. */
  say: (line: string) => void;
  /** Ends the run early. */
  signal: AbortSignal;
}

const WORKERS = 2;
const PROGRESS_EVERY_MS = 10_000;
/** The promise: an execution ends within a minute of the faults' end, or of its operation's end where that is later. */
const MAX_RECOVERY_MS = 60_000;
/** A worker that meets an outage may end by itself this long after it. */
const MAX_DEATH_AFTER_OUTAGE_MS = 15_000;
/** The longest that an operation runs after the faults, and half a minute more to see how late a recovery is. */
const MAX_LIFE_AFTER_FAULTS_MS = 60_000 + 30_000;

/**
 * One run: all the plan's operations, calls and faults against the real worker, then a time without faults, then the
 * comparison of everything that was recorded with what the emulator knows. It leaves no process, port or file behind.
 *
 * @throws the signal's reason, or an Error where the run itself could not be made
 */
export async function runFaults(options: RunOptions): Promise<Report> {
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await run(options, cleanups);
  } finally {
    for (const close of cleanups.toReversed()) await close().catch(() => undefined);
  }
}

async function run(
  { seed, minutes, maxRecoveryMs = MAX_RECOVERY_MS, say, signal }: RunOptions,
  cleanups: (() => Promise<unknown>)[],
): Promise<Report> {
  const plan = planOf(seed, minutes);
  const home = await mkdtemp(join(tmpdir(), 'faults-'));
  cleanups.push(() => rm(home, { recursive: true, force: true }));
  // Closed last: a call that is tried again over a closed connection throws where nothing can catch it.
  const connections: Connection[] = [];
  cleanups.push(() => Promise.all(connections.map((connection) => connection.close())));
  const temporal = await RestartableTemporal.start(join(home, 'temporal.db'), say);
  cleanups.push(() => temporal.close());
  const google = await Google.start(plan);
  cleanups.push(() => google.emulator.close());
  const taskQueue = `faults-${randomUUID()}`;
  const pool = new WorkerPool(WORKERS, {
    HOME: home,
    XDG_CONFIG_HOME: home,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    OPERATIONS_EMULATOR_HOST: google.emulator.host,
    LOG_FORMAT: 'json',
  });
  cleanups.push(() => pool.close());
  pool.fill();
  const connection = await Connection.connect({ address: temporal.address });
  connections.push(connection);
  const client = new Client({ connection });
  await pool.ready(signal);

  // Ends the waits that are left when the run is over.
  const over = new AbortController();
  cleanups.push(async () => over.abort());
  const clock = new Clock(AbortSignal.any([signal, over.signal]));
  const callers = new Callers({ client, taskQueue }, clock);
  const line = (text: string): void => say(`${(clock.now / 1_000).toFixed(0).padStart(4)} s  ${text}`);
  const progress = setInterval(() => {
    line(
      `${callers.accepted.length} calls accepted, ${pool.kills + pool.stops} workers ended, ` +
        `${temporal.restarts} Temporal restarts, ${google.emulator.log.length} requests, ${hitBy(google)} met a fault`,
    );
  }, PROGRESS_EVERY_MS);
  cleanups.push(async () => clearInterval(progress));

  line(`faults on for ${(plan.faultsMs / 1_000).toFixed(0)} s: ${plan.operations.length} operations, seed ${seed}`);
  const parts = { pool, temporal, google, clock, random: seededRandom(seed + 2), say: line };
  const disturbances = Promise.all(plan.disturbances.map((disturbance) => disturb(parts, disturbance)));
  const wire = Promise.all(
    plan.wire.map(async (fault) => {
      await clock.at(fault.atMs);
      google.order(fault);
    }),
  );
  const work = Promise.all([
    ...plan.operations.map((operation) => runOperation(operation, google, callers, clock)),
    ...plan.bulks.map((bulk) => startBulk({ client, taskQueue }, clock, bulk)),
  ]);
  // The first that fails ends the run. All are awaited, so that no rejection is left unhandled.
  await Promise.all([disturbances, wire, clock.at(plan.faultsMs), Promise.race([work, clock.at(plan.faultsMs)])]);
  google.emulator.clearFaults();
  await pool.ready(signal);
  const faultsEnd = Date.now();
  line('faults off: no more kills, Temporal and the workers are up');

  const untilMs = clock.now + MAX_LIFE_AFTER_FAULTS_MS + maxRecoveryMs;
  await Promise.race([work, clock.at(untilMs)]);
  const running = await converge(client, taskQueue, clock, untilMs);
  line(running === 0 ? 'everything has ended' : `${running} executions still run`);

  const records = await readRecords(client, taskQueue, callers, clock);
  const bulks = records.filter(({ type }) => type === 'cancelOperations');
  const executions: Execution[] = [];
  for (const one of records)
    if (one.type !== 'cancelOperations' && one.type !== 'reconcileOperations')
      executions.push(await persistently(clock, () => executionOf(client, one)));
  line(`comparing ${executions.length} executions with the emulator, and replaying their histories`);
  const problems: Problem[] = [
    ...judge(executions, google, faultsEnd, maxRecoveryMs),
    ...judgeBulks(bulks, executions),
    ...lostStarts(callers.accepted, records),
    ...callers.problems,
    ...deathsOf(pool, temporal),
    ...(await replay(records)),
  ];
  const histories = await saveHistories(records, problems);
  return {
    seed,
    minutes,
    ...(histories !== undefined && { histories }),
    operations: plan.operations.length,
    executions: executions.length,
    bulks: bulks.length,
    calls: callers.accepted.length,
    repeats: callers.repeats,
    kills: pool.kills,
    stops: pool.stops,
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

/** Adds an operation, makes its calls, and lets it expire and meet its own fault where that is planned. */
async function runOperation(
  operation: PlannedOperation,
  google: Google,
  callers: Callers,
  clock: Clock,
): Promise<void> {
  const { name, addAtMs, steps, expireAtMs, trouble } = operation;
  await clock.at(addAtMs);
  google.add(operation);
  const expire = async (): Promise<void> => {
    if (expireAtMs === undefined) return;
    await clock.at(expireAtMs);
    google.expire(name);
  };
  const addTrouble = async (): Promise<void> => {
    if (trouble === undefined) return;
    await clock.at(trouble.atMs);
    // Before its first cancel or wait the workflow has recorded that it saw the operation.
    const { emulator } = google;
    const isSeen = (): boolean =>
      emulator.requests(name).some(({ method }) => method === 'cancel' || method === 'wait');
    while (!isSeen()) {
      if (emulator.operation(name).state.phase === 'done') return;
      await clock.pause(200);
    }
    google.order({ label: trouble.label, fault: { ...trouble.fault, name } });
  };
  await Promise.all([callers.steps(operation, steps), expire(), addTrouble()]);
}

/** The records of all executions that Temporal lists or a caller knows of. */
async function readRecords(
  client: Client,
  taskQueue: string,
  { accepted }: Callers,
  clock: Clock,
): Promise<TemporalRecord[]> {
  const runs = new Map<string, string>();
  for (const { name, runId } of accepted) if (runId !== undefined) runs.set(runId, workflowIdOf(DEFAULT_SERVICE, name));
  for (const { workflowId, runId } of await persistently(clock, () => executionsOf(client, taskQueue)))
    runs.set(runId, workflowId);
  const records: TemporalRecord[] = [];
  for (const [runId, workflowId] of runs) {
    try {
      records.push(await persistently(clock, () => readRecord(client, workflowId, runId)));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return records;
}

/** Workers that ended by themselves, although Temporal ran. */
function deathsOf({ deaths }: WorkerPool, { outages }: RestartableTemporal): Problem[] {
  return deaths
    .filter(({ at }) => !outages.some(({ from, until }) => at >= from && at <= until + MAX_DEATH_AFTER_OUTAGE_MS))
    .map(({ reason }) => ({ kind: 'process', about: 'a worker', what: `ended by itself: ${reason}` }));
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
