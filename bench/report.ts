import { checksOf, passes, type Unit } from './checks.js';
import { measuredTables } from './measured-tables.js';
import type { Results } from './results.js';
import type { Summary } from './support/statistics.js';
import { duration, short, table } from './support/table.js';

/** The results as text: the tables of the parts that were run, and the checks. */
export function report(results: Results): string {
  const { machine, seed, idle, job } = results;
  const { node, temporalServer, processors, memoryGb } = machine;
  return [
    `Node ${node}, Temporal development server ${temporalServer}, ${processors} processors, ${memoryGb} GB\nSeed ${seed}`,
    ...measuredTables(results),
    ...Object.entries({ operation: idle, job }).flatMap(([what, measured]) =>
      measured === undefined
        ? []
        : [
            `Idle worker: start to the cancel of the ${what} at the emulator ${spread(measured.startToCancelMs)},\n` +
              `start to its outcome, where it ends at once, ${spread(measured.startToOutcomeMs)}`,
          ],
    ),
    checksTable(results),
  ].join('\n\n');
}

function checksTable(results: Results): string {
  const rows = checksOf(results).map((check) => {
    const { what, measured, max, unit } = check;
    const ratio = max === 0 ? '' : short(measured / max);
    return [`${passes(check) ? '✓' : '✗'} ${what}`, quantity(measured, unit), quantity(max, unit), ratio];
  });
  return table(['check', 'measured', 'limit', 'ratio'], rows);
}

function quantity(value: number, unit: Unit): string {
  if (unit === 'ms') return duration(value);
  if (unit === 's') return duration(value * 1_000);
  return `${short(value)}${unit === '' ? '' : ` ${unit}`}`;
}

function spread({ median, lower, upper }: Summary): string {
  return `${duration(median)} (${duration(lower)} to ${duration(upper)})`;
}
