import { setTimeout as delay } from 'node:timers/promises';
import { messages } from '../../contract/messages.js';
import type { OperationResult, OperationStatus } from '../../contract/result.js';
import type { LogEntry } from '../../emulator/index.js';
import type { DemoEnvironment } from './environment.js';
import { type RunningScenario, startScenario } from './run-scenario.js';
import { abortOfWatch, type Scenario, scenarios } from './scenarios.js';

/** A scenario whose workflow has ended. */
export interface FinishedScenario {
  scenario: Scenario;
  result: OperationResult;
}

/**
 * Runs all scenarios: cancels and watches, kills the worker, aborts a watch while no worker runs, starts
 * another worker.
 *
 * @returns the result of each, in the order of {@link scenarios}
 */
export async function runScenarios(environment: DemoEnvironment, signal: AbortSignal): Promise<FinishedScenario[]> {
  const { emulator, log } = environment;
  const firstWorker = await environment.startWorker();

  log.heading('Seven operations and two jobs are cancelled, and an operation is watched');
  const running: RunningScenario[] = [];
  for (const scenario of scenarios) running.push(await startScenario(scenario, environment));
  const open = running.filter(({ scenario }) => scenario.withoutWorker !== undefined);
  const ending = running.filter(({ scenario }) => scenario.withoutWorker === undefined);
  await Promise.all(ending.map(({ result }) => result));
  await untilPolled(open, environment, signal);

  log.heading(`The worker is killed while ${open.length} operations are being followed`);
  await firstWorker.kill();
  log.event('worker', `process ${firstWorker.pid} killed with SIGKILL, nobody polls now`);
  const lastRequest = emulator.log.at(-1)?.number ?? 0;
  for (const { scenario, workflowId } of open) await changeWithoutWorker(scenario, workflowId, environment);

  log.heading('Another worker takes over from the state in Temporal');
  await environment.startWorker();
  log.event('Temporal', 'detects the dead worker within 7 s, then retries');
  for (const { scenario } of open) logFirstPoll(scenario, lastRequest, environment, signal);
  return Promise.all(running.map(async ({ scenario, result }) => ({ scenario, result: await result })));
}

/** Waits until each workflow has recorded the answer to its cancel, if any, and polls its operation. */
async function untilPolled(
  running: readonly RunningScenario[],
  { client, emulator }: DemoEnvironment,
  signal: AbortSignal,
): Promise<void> {
  const isPolled = async ({ scenario, workflowId }: RunningScenario): Promise<boolean> => {
    const { cancellation, outcome } = await client.workflow
      .getHandle(workflowId)
      .query<OperationStatus>(messages.status);
    // On a very slow machine the timeout of "model tuning" may have passed.
    if (outcome !== undefined) return true;
    const polls = emulator.requests(scenario.input.name, 'wait');
    const isPollUnderWay = polls.some(({ endedAt }) => endedAt === undefined);
    return isPollUnderWay && (scenario.command === 'watch' || cancellation.status === 'ACCEPTED');
  };
  while (!(await Promise.all(running.map(isPolled))).every(Boolean)) await delay(50, undefined, { signal });
}

/** Makes the change of a scenario while no worker runs. */
async function changeWithoutWorker(
  { label, input, withoutWorker }: Scenario,
  workflowId: string,
  { client, emulator, log }: DemoEnvironment,
): Promise<void> {
  switch (withoutWorker) {
    case 'completes':
      emulator.complete(input.name);
      return log.event(label, 'completes at Google, and nobody sees it');
    case 'expires':
      emulator.expire(input.name);
      return log.event(label, 'expires at Google, which answers 404 from now on');
    case 'is aborted':
      await client.workflow.getHandle(workflowId).signal(messages.abort, abortOfWatch);
      return log.event(label, `abort signal, stored by Temporal: "${abortOfWatch.reason}"`);
    case 'runs on':
      return log.event(label, 'runs on at Google, as if no cancel had come');
    case undefined:
  }
}

/** Logs the first poll of an operation after the worker was killed. */
function logFirstPoll(
  { label, input }: Scenario,
  lastRequest: number,
  { emulator, log }: DemoEnvironment,
  signal: AbortSignal,
): void {
  const isNewPoll = ({ number, name, method }: LogEntry): boolean =>
    number > lastRequest && name === input.name && method !== 'cancel';
  void emulator
    .waitFor((entries) => entries.some(isNewPoll), { signal, timeoutMs: 600_000 })
    .then(
      () => log.event(label, 'polled again, by the new worker'),
      // The demonstration has ended early and has reported the reason.
      () => undefined,
    );
}
