import { GoogleOperations } from '../../client/google-operations.js';
import type { OperationHandle } from '../../client/operation-handle.js';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry } from '../../emulator/index.js';
import type { DemoEnvironment } from './environment.js';
import type { Scenario } from './scenarios.js';

/** A scenario whose workflow has been started. */
export interface RunningScenario {
  scenario: Scenario;
  workflowId: string;
  /** The result, once it has been logged. */
  result: Promise<OperationResult>;
}

/**
 * Adds an operation to the emulator, has it cancelled or watched, and logs the answer to the cancel and the
 * outcome. Returns when the start is accepted. An operation that ends without an outcome fails the demonstration.
 */
export async function startScenario(scenario: Scenario, environment: DemoEnvironment): Promise<RunningScenario> {
  const { client, emulator, log, taskQueue } = environment;
  const { command, input, script, label } = scenario;
  emulator.add(script);
  const workflow = await new GoogleOperations(client, { taskQueue })[command](input);
  const request =
    command === 'watch' ? 'watched until it is aborted' : `"${input.reason ?? ''}", ${input.requestedBy ?? ''}`;
  log.event(label, `start accepted: ${request}`);
  const result = logToOutcome(scenario, workflow, environment);
  result.catch(environment.fail);
  return { scenario, workflowId: workflow.workflowId, result };
}

async function logToOutcome(
  { label, input }: Scenario,
  workflow: OperationHandle,
  { emulator, log }: DemoEnvironment,
): Promise<OperationResult> {
  const controller = new AbortController();
  const isCancelAnswer = ({ method, name, status }: LogEntry): boolean =>
    method === 'cancel' && name === input.name && status !== undefined;
  const answerLogged = emulator
    .waitFor((entries) => entries.some(isCancelAnswer), { signal: controller.signal, timeoutMs: 600_000 })
    .then(
      () => emulator.log.filter(isCancelAnswer).forEach((entry) => log.event(label, cancelAnswerText(entry))),
      // The operation ended before any cancel was answered.
      () => undefined,
    );
  try {
    const result = await workflow.result();
    controller.abort();
    await answerLogged;
    log.event(label, outcomeSentence(result), result.outcome);
    return result;
  } finally {
    controller.abort();
  }
}

/** Google's answer to a cancel and its meaning, on one line. */
function cancelAnswerText({ status, effect }: LogEntry): string {
  const answer = `cancel answered: ${status ?? 'nothing'}`;
  if (effect === 'cancel-accepted') return `${answer}, accepted; it proves nothing yet`;
  if (effect === 'already-done') return `${answer}, although it was already done`;
  return `${answer}, the service will not cancel it`;
}
