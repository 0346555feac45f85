import type { Results } from './results.js';
import { competitorNames } from './competitors.js';
import type { Cell } from './parts/latency.js';
import { linePlot, type Line } from './support/line-plot.js';
import type { Summary } from './support/statistics.js';

const DASHED: readonly string[] = ['plain 1 s', 'plain ×1.5'];

/** The plots of a run, each with the suffix of its file name. */
export function plots({ latency }: Results): [name: string, svg: string][] {
  if (latency === undefined) return [];
  const plot = (title: string, y: string, read: (cell: Cell) => Summary | undefined, scale?: number): string =>
    linePlot(title, 'seconds from the cancel to the end of the operation', y, linesOf(latency.cells, read, scale));
  const delayTitle = 'From the end of an operation to its recorded outcome';
  return [
    ['delay', plot(delayTitle, 'seconds (median and quartiles)', ({ delayMs }) => delayMs, 1 / 1_000)],
    ['requests', plot('Requests to Google per operation', 'requests (median)', ({ requests }) => requests)],
    ['events', plot('History events per operation', 'events (median)', ({ events }) => events)],
  ];
}

function linesOf(cells: readonly Cell[], read: (cell: Cell) => Summary | undefined, scale = 1): Line[] {
  return competitorNames.flatMap((name): Line[] => {
    const points = cells.flatMap((cell) => {
      const summary = cell.competitor === name ? read(cell) : undefined;
      if (summary === undefined) return [];
      const { median, lower, upper } = summary;
      return [{ x: cell.settleS, y: median * scale, lower: lower * scale, upper: upper * scale }];
    });
    return points.length === 0 ? [] : [{ name, points, dashed: DASHED.includes(name) }];
  });
}
