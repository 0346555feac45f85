import { EXIT_ERROR } from '../exit-code.js';
import { type Style, styleFor } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';
import type { DemoEnvironment } from './environment.js';
import type { FinishedScenario } from './run-scenarios.js';
import { outcomeTable } from './table.js';
import { mismatches } from './verify.js';

/**
 * Prints the table of the outcomes, the result of the check against the emulator, and a link to each workflow.
 *
 * @returns the exit code: 1 if a record differs from the emulator's
 */
export function report(
  finished: readonly FinishedScenario[],
  { emulator, log, workflowsUrl }: DemoEnvironment,
): number {
  const problems = finished.flatMap(({ scenario, result }) => {
    const { name } = scenario.input;
    const evidence = {
      operation: emulator.operation(name),
      requests: emulator.requests(name),
      workerKilled: scenario.withoutWorker !== undefined,
    };
    return mismatches(result, evidence).map((problem) => `${scenario.label}: ${problem}`);
  });
  const { stdout } = process;
  const style = styleFor(stdout);

  log.heading('What was recorded');
  stdout.write(outcomeTable(finished, style));
  log.paragraph(LEGEND);
  stdout.write(`\n${verdict(finished.length, problems, style)}\n`);
  stdout.write(`\nTemporal UI: ${workflowsUrl}\n`);
  for (const { scenario, workflowId } of finished)
    stdout.write(`${scenario.label}:\n  ${workflowsUrl}/${workflowId}\n`);
  return problems.length === 0 ? 0 : EXIT_ERROR;
}

const LEGEND =
  'cancels: those that Google answered. polls: reads of the state of the operation; a + marks a lower bound, because the ' +
  'killed worker did not report its last ones. time: from the start until the final state was seen.';

function verdict(number: number, problems: readonly string[], style: Style): string {
  const checked = `Checked for ${number} operations against the emulator's own log: outcome, cancel won, cancels and polls.`;
  if (problems.length === 0) return style('green', wrap(`${checked} All records are right.`, WIDTH).join('\n'));
  const lines = [...wrap(`${checked} These records are wrong:`, WIDTH), ...problems.map((line) => `  ${line}`)];
  return style('red', lines.join('\n'));
}
