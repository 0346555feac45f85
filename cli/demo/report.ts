import { EXIT_ERROR } from '../exit-code.js';
import type { Style } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';
import type { DemoEnvironment } from './environment.js';
import type { DemoLog } from './log.js';
import type { FinishedScenario } from './run-scenarios.js';
import type { Scenario } from './scenarios.js';
import { outcomeTable } from './table.js';
import { mismatches } from './verify.js';

/** Where the table and the links go. */
export interface ReportOutput {
  write: (text: string) => unknown;
  style: Style;
}

/**
 * Prints the table of the outcomes, the result of the check against the emulator, and a link to each workflow.
 *
 * @returns the exit code: 1 if a record differs from what happened
 */
export function report(
  finished: readonly FinishedScenario[],
  { emulator, workflowsUrl }: DemoEnvironment,
  log: DemoLog,
  { write, style }: ReportOutput,
): number {
  const problems = finished.flatMap(({ scenario, result }) => {
    const { name } = scenario.input;
    const evidence = {
      operation: emulator.operation(name),
      requests: emulator.requests(name),
      workerKilled: lostItsWorker(scenario),
    };
    return mismatches(result, evidence).map((problem) => `${scenario.label}: ${problem}`);
  });

  log.heading('What was recorded');
  write(outcomeTable(finished.map(rowOf), style));
  log.paragraph(LEGEND);
  write(`\n${verdict(finished.length, problems, style)}\n`);
  write(`\nTemporal UI: ${workflowsUrl}\n`);
  for (const { scenario, workflowId } of finished) write(`${scenario.label}:\n  ${workflowsUrl}/${workflowId}\n`);
  return problems.length === 0 ? 0 : EXIT_ERROR;
}

const LEGEND =
  'cancels: those that Google answered. polls: reads of the state of the operation; a + marks a lower bound, because the ' +
  'killed worker did not report its last ones. time: from the start until the final state was seen.';

function verdict(number: number, problems: readonly string[], style: Style): string {
  const checked = `Checked for ${number} operations against the emulator's own log: outcome, cancel won, cancels and polls.`;
  if (problems.length === 0) return style('green', wrap(`${checked} All agree: nothing was lost.`, WIDTH).join('\n'));
  const lines = [...wrap(`${checked} These records are wrong:`, WIDTH), ...problems.map((line) => `  ${line}`)];
  return style('red', lines.join('\n'));
}

function rowOf({ scenario, result }: FinishedScenario) {
  return {
    label: scenario.label,
    outcome: result.outcome,
    won: result.cancellation.won,
    cancels: result.cancellation.timesSent,
    polls: result.polls,
    maybeMorePolls: lostItsWorker(scenario),
    durationMs: Date.parse(result.finishedAt) - Date.parse(result.startedAt),
  };
}

function lostItsWorker({ withoutWorker }: Scenario): boolean {
  return withoutWorker !== undefined;
}
