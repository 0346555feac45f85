import { Worker } from '@temporalio/worker';
import { DEFAULT_SERVICE } from '../../../contract/names.js';
import { workflowIdOf } from '../../../contract/workflow-id.js';
import { workflowBundlePath } from '../../../worker/index.js';
import { quietRuntime } from '../../support/world.js';
import { wrongInBulk } from '../calls/bulks.js';
import type { AcceptedCall } from '../calls/callers.js';
import type { Google } from '../support/google.js';
import { lostCancel, problemsIn } from './oracle.js';
import type { Execution, Problem } from './records.js';
import { dueOf, recoveryOf, sendingOf } from './recovery.js';
import { type Sample, sampleOf } from '../report.js';
import type { TemporalRecord } from './temporal-record.js';

/**
 * Compares every execution with the emulator's record.
 *
 * @param maxRecoveryMs how long an execution may take from when it could end, and its first cancel from when it could be sent
 */
export function judge(
  executions: readonly Execution[],
  google: Google,
  faultsEnd: number,
  maxRecoveryMs: number,
): Problem[] {
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
    for (const what of problemsIn(execution, evidence)) all.push({ kind: 'wrong outcome', about, what });
    const lost = lostCancel(execution, evidence);
    if (lost !== undefined) all.push({ kind: 'lost cancel', about, what: lost });
    for (const what of taskProblems) all.push({ kind: 'history', about, what });
    if (ending.kind === 'other') all.push({ kind: 'wrong outcome', about, what: ending.how });
    const took = recoveryOf(execution, evidence.truth, faultsEnd);
    if (took === undefined) {
      const since = Math.round((Date.now() - dueOf(execution, evidence.truth, faultsEnd)) / 1_000);
      all.push({ kind: 'late', about, what: `runs ${since} s after it could have ended` });
    } else if (took > maxRecoveryMs) {
      all.push({ kind: 'late', about, what: `ended ${took} ms after it could have` });
    }
    const sent = sendingOf(execution, evidence.requests, faultsEnd);
    if (sent !== undefined && sent > maxRecoveryMs)
      all.push({ kind: 'late', about, what: `the cancel was sent after ${sent} ms` });
    return all;
  });
}

/** How long recoveries and first cancels took after the faults, without those that took no time. */
export function timings(
  executions: readonly Execution[],
  google: Google,
  faultsEnd: number,
): { recoveries: Sample; sendings: Sample } {
  const requests = byName(google);
  const afterFaults = (values: (number | undefined)[]): { ms: number; which: string }[] =>
    values.flatMap((ms, index) =>
      ms === undefined || ms === 0 ? [] : [{ ms, which: executions[index]?.request.name ?? '' }],
    );
  return {
    recoveries: sampleOf(
      afterFaults(
        executions.map((execution) => recoveryOf(execution, google.truth(execution.request.name), faultsEnd)),
      ),
    ),
    sendings: sampleOf(
      afterFaults(
        executions.map((execution) => sendingOf(execution, requests.get(execution.request.name) ?? [], faultsEnd)),
      ),
    ),
  };
}

/** Accepted starts whose execution is not there. */
export function lostStarts(accepted: readonly AcceptedCall[], records: readonly TemporalRecord[]): Problem[] {
  const runs = new Set(records.map(({ runId }) => runId));
  return accepted
    .filter(({ runId }) => runId !== undefined && !runs.has(runId))
    .map(({ name, call, runId }) => ({
      kind: 'lost start',
      about: workflowIdOf(DEFAULT_SERVICE, name),
      what: `${call} was accepted as ${runId}, which is not there`,
    }));
}

/** Compares the counts of bulk cancellations, and finds failed workflow tasks. */
export function judgeBulks(records: readonly TemporalRecord[], executions: readonly Execution[]): Problem[] {
  return records.flatMap((bulk) => [
    ...wrongInBulk(bulk, executions),
    ...bulk.taskProblems.map((what): Problem => ({ kind: 'history', about: bulk.workflowId, what })),
  ]);
}

/** Histories that do not replay on the code that made them. */
export async function replay(records: readonly TemporalRecord[]): Promise<Problem[]> {
  // Installed only now: the SDK's runtime keeps the process running until its last worker has ended.
  await quietRuntime();
  const problems: Problem[] = [];
  const histories = records.map(({ workflowId, history }) => ({ workflowId, history }));
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
