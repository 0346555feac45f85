import { Worker } from '@temporalio/worker';
import { DEFAULT_SERVICE, workflowIdOf } from '../../../contract/names.js';
import { workflowBundlePath } from '../../../worker/index.js';
import { quietRuntime } from '../../support/world.js';
import { wrongInBulk } from '../calls/bulks.js';
import type { Taken } from '../calls/callers.js';
import type { Google } from '../support/google.js';
import { lostCancel, wrongIn } from './oracle.js';
import type { Execution, Problem } from './records.js';
import { dueOf, recoveryOf, sendingOf } from './recovery.js';
import { type Sample, sampleOf } from '../report.js';
import type { Told } from './temporal-truth.js';

/** The promise: an outcome within a minute of the faults' end or of the operation's, whichever is later. */
const WITHIN_MS = 60_000;

/** Compares every execution with what the emulator knows. */
export function judge(executions: readonly Execution[], google: Google, faultsEnd: number): Problem[] {
  const requests = byName(google);
  return executions.flatMap((execution) => {
    const { request, taskProblems, ending } = execution;
    const evidence = {
      truth: google.truth(request.name),
      requests: requests.get(request.name) ?? [],
      away: google.away,
    };
    const about = `${execution.type} ${execution.workflowId} (${execution.runId})`;
    const all: Problem[] = [];
    for (const what of wrongIn(execution, evidence)) all.push({ kind: 'wrong outcome', about, what });
    const lost = lostCancel(execution, evidence);
    if (lost !== undefined) all.push({ kind: 'lost cancel', about, what: lost });
    for (const what of taskProblems) all.push({ kind: 'history', about, what });
    if (ending.kind === 'other') all.push({ kind: 'wrong outcome', about, what: ending.how });
    const took = recoveryOf(execution, evidence.truth, faultsEnd);
    if (took === undefined) {
      const since = Math.round((Date.now() - dueOf(execution, evidence.truth, faultsEnd)) / 1_000);
      all.push({ kind: 'late', about, what: `runs ${since} s after it could have ended` });
    } else if (took > WITHIN_MS) {
      all.push({ kind: 'late', about, what: `ended ${took} ms after it could have` });
    }
    const sent = sendingOf(execution, evidence.requests, faultsEnd);
    if (sent !== undefined && sent > WITHIN_MS)
      all.push({ kind: 'late', about, what: `the cancel was sent after ${sent} ms` });
    return all;
  });
}

/** How long it took after the faults, where it took any time. */
export function timings(
  executions: readonly Execution[],
  google: Google,
  faultsEnd: number,
): { recoveries: Sample; sendings: Sample } {
  const requests = byName(google);
  const after = (values: (number | undefined)[]): { ms: number; which: string }[] =>
    values.flatMap((ms, index) =>
      ms === undefined || ms === 0 ? [] : [{ ms, which: executions[index]?.request.name ?? '' }],
    );
  return {
    recoveries: sampleOf(
      after(
        executions.map((execution) => recoveryOf(execution, google.truth(execution.request.name), faultsEnd)),
      ),
    ),
    sendings: sampleOf(
      after(
        executions.map((execution) =>
          sendingOf(execution, requests.get(execution.request.name) ?? [], faultsEnd),
        ),
      ),
    ),
  };
}

/** What was taken has to be there. */
export function lostStarts(taken: readonly Taken[], told: readonly Told[]): Problem[] {
  const runs = new Set(told.map(({ runId }) => runId));
  return taken
    .filter(({ runId }) => runId !== undefined && !runs.has(runId))
    .map(({ name, call, runId }) => ({
      kind: 'lost start',
      about: workflowIdOf(DEFAULT_SERVICE, name),
      what: `${call} was taken as ${runId}, which is not there`,
    }));
}

/** The bulk cancellations: their counts, and their tasks. */
export function judgeBulks(told: readonly Told[], executions: readonly Execution[]): Problem[] {
  return told.flatMap((bulk) => [
    ...wrongInBulk(bulk, executions),
    ...bulk.taskProblems.map((what): Problem => ({ kind: 'history', about: bulk.workflowId, what })),
  ]);
}

/** Every history has to replay on the code that made it. */
export async function replay(told: readonly Told[]): Promise<Problem[]> {
  // Not before: the SDK's runtime ends with its last worker, and keeps the process as long.
  await quietRuntime();
  const problems: Problem[] = [];
  const histories = told.map(({ workflowId, history }) => ({ workflowId, history }));
  const options = { workflowBundle: { codePath: workflowBundlePath } };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    if (error !== undefined)
      problems.push({ kind: 'history', about: workflowId, what: `does not replay: ${String(error)}` });
  }
  return problems;
}

function byName(google: Google): Map<string, Google['emulator']['log'][number][]> {
  const all = new Map<string, Google['emulator']['log'][number][]>();
  for (const entry of google.emulator.log) {
    if (entry.name === undefined) continue;
    const list = all.get(entry.name) ?? [];
    list.push(entry);
    all.set(entry.name, list);
  }
  return all;
}
