import type { Style } from '../output/style.js';
import { colourOutcome } from './log.js';
import type { FinishedScenario } from './run-scenarios.js';

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
export function outcomeTable(finished: readonly FinishedScenario[], style: Style): string {
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
    return colourOutcome(style, outcome, tableLine(cells));
  });
  return [style('bold', header), ...lines].map((line) => `${line}\n`).join('');
}

function tableLine(cells: readonly string[]): string {
  return COLUMNS.map(([, width], index) => {
    const cell = cells[index] ?? '';
    return width < 0 ? cell.padStart(-width) : cell.padEnd(width);
  }).join('  ');
}
