import { EXIT_ERROR } from '../exit-code.js';
import { colourOutcomes } from '../output/outcome-colours.js';
import { type Style, styleFor } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';
import type { DemoEnvironment } from './environment.js';
import type { FinishedScenario } from './run-scenarios.js';
import { mismatches } from './verify.js';

/**
 * Prints the table of the outcomes, the result of the check against the emulator, and a link to the workflows if the
 * UI runs: 23 lines at most, so that a terminal of 24 shows them all.
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
  if (workflowsUrl !== undefined) stdout.write(`\nTemporal UI, until Ctrl-C: ${workflowsUrl}\n`);
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

/** The title and the width of each column; a negative width aligns to the right. */
const COLUMNS = Object.entries({
  operation: 18,
  outcome: 15,
  'cancel won': 10,
  cancels: -7,
  polls: -5,
  time: -7,
});

/** The table of the outcomes, 72 columns wide. */
function outcomeTable(finished: readonly FinishedScenario[], style: Style): string {
  const header = tableLine(COLUMNS.map(([title]) => title));
  const lines = finished.map(({ scenario, result }) => {
    const { outcome, cancellation, polls, startedAt, finishedAt } = result;
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt);
    const cells = [
      scenario.label,
      outcome,
      cancellation.won ? 'yes' : 'no',
      String(cancellation.timesSent),
      `${polls}${scenario.withoutWorker === undefined ? '' : '+'}`,
      `${(durationMs / 1_000).toFixed(1)} s`,
    ];
    return colourOutcomes(style, tableLine(cells));
  });
  return [style('bold', header), ...lines].map((line) => `${line}\n`).join('');
}

function tableLine(cells: readonly string[]): string {
  return COLUMNS.map(([, width], index) => {
    const cell = cells[index] ?? '';
    return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
  }).join('  ');
}
