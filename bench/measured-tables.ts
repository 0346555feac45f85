import type { FollowedResult } from './parts/steady.js';
import type { ManyResult } from './parts/bulk.js';
import type { Cell } from './parts/latency.js';
import type { Results } from './results.js';
import { markdownTable } from './support/markdown.js';
import type { Summary } from './support/statistics.js';
import { duration, short, thousands } from './support/table.js';

/** The tables of what was measured, or `undefined` where a part of the run was left out. */
export function measuredTables({ rows, many, followed }: Results): string | undefined {
  if (rows === undefined || many === undefined || followed === undefined) return undefined;
  return [
    'One operation: from its end to the recorded outcome, and what it costs from the start of its cancellation on.',
    costTable(rows.cells),
    `${thousands(many.count)} cancellations at once (medians of ${many.sides[0]?.seconds.count ?? 0} rounds):`,
    manyTable(many),
    'Followed by one worker, once all are followed:',
    followedTable([followed.oneLocation, followed.many]),
  ].join('\n\n');
}

function costTable(cells: readonly Cell[]): string {
  const means = ['requests', 'events', 'kB', 'actions without heartbeats', 'attempts', 'state transitions'];
  const head = ['settles after', 'by', 'delay: median', 'mean', ...means];
  const rows = cells.map((cell) => [
    `${cell.settleS} s`,
    cell.contestant,
    duration(cell.delayMs.median),
    duration(cell.delayMs.mean),
    mean(cell.requests),
    mean(cell.events),
    mean(cell.bytes, 1_000),
    mean(cell.actions),
    mean(cell.attempts),
    mean(cell.transitions),
  ]);
  return markdownTable(head, rows, 2);
}

function manyTable({ sides, ratios }: ManyResult): string {
  const head = [
    'by',
    'all recorded',
    'worker CPU',
    'server CPU',
    'peak memory of the worker',
    'requests each',
  ];
  const rows = sides.map((side) => [
    side.side,
    `${short(side.seconds.median)} s`,
    `${short(side.workerCpuS.median)} s`,
    `${short(side.serverCpuS.median)} s`,
    `${short(side.peakMb.median)} MB`,
    short(side.requestsEach.median),
  ]);
  const times = ({ median }: Summary): string => `${short(median)} ×`;
  rows.push(['median of the ratios', times(ratios.seconds), times(ratios.workerCpuS), '', '', '']);
  return markdownTable(head, rows);
}

function followedTable(results: readonly FollowedResult[]): string {
  const head = results.map(
    ({ count, locations }) =>
      `${thousands(count)} of ${locations === 1 ? 'one location' : `${locations} locations`}`,
  );
  const row = (what: string, read: (result: FollowedResult) => string): string[] => [
    what,
    ...results.map(read),
  ];
  return markdownTable(
    ['', ...head],
    [
      row('requests a minute', ({ requestsPerMinute }) => thousands(requestsPerMinute)),
      row('from an end to its outcome: median', ({ delayMs }) => duration(delayMs.median)),
      row(
        'the latest of those that were ended',
        ({ delayMs }) => `${duration(delayMs.most)} of ${delayMs.count}`,
      ),
      row('lost', ({ lost }) => String(lost)),
      row('memory of the worker at its peak', ({ peakMb }) => `${short(peakMb)} MB`),
      row(
        'cores: worker, server',
        ({ workerCores, serverCores }) => `${short(workerCores)}, ${short(serverCores)}`,
      ),
      row(
        '99 % of activity tasks waited for the worker at most',
        ({ activityWaitP99S }) => `${activityWaitP99S} s`,
      ),
      row('99 % of workflow tasks', ({ workflowWaitP99S }) => `${workflowWaitP99S} s`),
    ],
  );
}

function mean(summary: Summary | undefined, unit = 1): string {
  return summary === undefined ? '' : short(summary.mean / unit);
}
