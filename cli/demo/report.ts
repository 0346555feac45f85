import type { Style } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';
import type { DemoLog } from './log.js';
import type { Ending } from './run-scenarios.js';
import type { DemoEnvironment } from './environment.js';
import { table } from './table.js';
import { mismatches } from './verify.js';

/** Where the data goes. */
export interface Output {
  write: (text: string) => unknown;
  style: Style;
}

/**
 * Shows the table, what was checked, and where to see each workflow.
 *
 * @returns the exit code: 1 where a record is not the truth
 */
export function report(
  endings: readonly Ending[],
  { emulator, workflowsUrl }: DemoEnvironment,
  narrator: DemoLog,
  { write, style }: Output,
): number {
  const problems = endings.flatMap(({ role, result }) => {
    const { name } = role.input;
    const evidence = {
      truth: emulator.operation(name),
      requests: emulator.requests(name),
      lostWorker: outlivedItsWorker(role),
    };
    return mismatches(result, evidence).map((problem) => `${role.label}: ${problem}`);
  });

  narrator.heading('What was recorded');
  write(table(endings.map(rowOf), style));
  narrator.explain(LEGEND);
  write(`\n${verdict(endings.length, problems, style)}\n`);
  write(`\nTemporal UI: ${workflowsUrl}\n`);
  for (const { role, workflowId } of endings) write(`${role.label}:\n  ${workflowsUrl}/${workflowId}\n`);
  return problems.length === 0 ? 0 : 1;
}

function verdict(count: number, problems: readonly string[], style: Style): string {
  const checked = `Checked for ${count} operations against the emulator's own log: outcome, cancel won, cancels and looks.`;
  if (problems.length === 0) {
    return style('green', wrap(`${checked} All agree: nothing was lost.`, WIDTH).join('\n'));
  }
  const lines = [...wrap(`${checked} These are not true:`, WIDTH), ...problems.map((line) => `  ${line}`)];
  return style('red', lines.join('\n'));
}

function rowOf({ role, result }: Ending) {
  return {
    label: role.label,
    outcome: result.outcome,
    won: result.cancellation.won,
    cancels: result.cancellation.timesSent,
    looks: result.polls,
    looksAtLeast: outlivedItsWorker(role),
    ms: Date.parse(result.finishedAt) - Date.parse(result.startedAt),
  };
}

function outlivedItsWorker({ meanwhile }: Ending['role']): boolean {
  return meanwhile !== undefined;
}

const LEGEND =
  'cancels: those that Google answered. looks: requests for the state of the operation; with a + it is a lower bound, ' +
  'for the killed worker took its last count with it. time: until the end was seen.';
