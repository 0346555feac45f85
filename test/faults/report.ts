import type { Injected } from './support/google.js';
import type { Problem } from './oracle/records.js';

/** The results of a run. Times are milliseconds. */
export interface Report {
  seed: number;
  minutes: number;
  operations: number;
  executions: number;
  bulks: number;
  calls: number;
  repeats: number;
  kills: number;
  stops: number;
  outages: number;
  temporalRestarts: number;
  googleAway: number;
  requests: number;
  requestsHit: number;
  injected: Injected[];
  outcomes: Record<string, number>;
  /** The times from when an execution could end until it did, of those that ended after the faults. */
  recoveries: Sample;
  /** The times from when a cancel could be sent until it was, of those sent after the faults. */
  sendings: Sample;
  faultsMs: number;
  tookMs: number;
  problems: Problem[];
  /** The folder with the histories of the executions that something is wrong with. */
  histories?: string;
}

/** Durations. */
export interface Sample {
  count: number;
  median: number;
  p90: number;
  slowest: number;
  /** The slowest one. */
  which: string;
}

export function sampleOf(values: readonly { ms: number; which: string }[]): Sample {
  const sorted = values.toSorted((one, other) => one.ms - other.ms);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]?.ms ?? 0;
  const slowest = sorted.at(-1);
  return {
    count: sorted.length,
    median: at(0.5),
    p90: at(0.9),
    slowest: slowest?.ms ?? 0,
    which: slowest?.which ?? '',
  };
}

/** The command that repeats a run, as far as that can be. */
export function commandOf({ seed, minutes }: Pick<Report, 'seed' | 'minutes'>): string {
  return `npm run test:faults -- --seed ${seed} --minutes ${minutes}`;
}

/** A report for people: figures, then the faults by kind, then everything that should not have happened. */
export function textOf(report: Report): string {
  const count = (kind: Problem['kind']): number => report.problems.filter((problem) => problem.kind === kind).length;
  const { recoveries, sendings } = report;
  const figures: [string, string | number][] = [
    ['seed', report.seed],
    ['minutes', `${report.minutes} (faults for ${seconds(report.faultsMs)}, all of it ${seconds(report.tookMs)})`],
    ['operations', report.operations],
    ['executions', `${report.executions}, and ${report.bulks} bulk cancellations`],
    ['calls', `${report.calls} accepted, made again ${report.repeats} times`],
    ['workers killed', `${report.kills} with SIGKILL, ${report.stops} stopped with SIGTERM`],
    ['outages of all workers', report.outages],
    ['Temporal restarts', report.temporalRestarts],
    ['Google away', report.googleAway],
    ['requests', `${report.requests}, of which ${report.requestsHit} met a fault`],
    ['faults injected', `${report.injected.filter(({ hits }) => hits > 0).length} of ${report.injected.length} ways`],
    [
      'outcomes',
      Object.entries(report.outcomes)
        .map(([outcome, times]) => `${outcome} ${times}`)
        .join(', '),
    ],
    ['wrong outcomes', count('wrong outcome')],
    ['lost cancels', count('lost cancel')],
    ['lost starts', count('lost start')],
    ['other problems', report.problems.length - count('wrong outcome') - count('lost cancel') - count('lost start')],
    ['slowest recovery', `${seconds(recoveries.slowest)} (${recoveries.which})`],
    [
      'recoveries',
      `${recoveries.count} after the faults: median ${seconds(recoveries.median)}, p90 ${seconds(recoveries.p90)}`,
    ],
    [
      'first cancel sent',
      `${sendings.count} after the faults: median ${seconds(sendings.median)}, slowest ${seconds(sendings.slowest)}`,
    ],
  ];
  return [
    table(figures),
    '',
    table([
      ['fault of the wire', 'hits'],
      ...report.injected.map(({ label, hits }): [string, number] => [label, hits]),
    ]),
    ...report.problems.map(({ kind, about, what }) => `\n${kind.toUpperCase()}  ${about}\n    ${what}`),
    ...(report.problems.length === 0 ? [] : ['', `To repeat the plan: ${commandOf(report)}`]),
    ...(report.histories === undefined ? [] : [`Their histories: ${report.histories}`]),
  ].join('\n');
}

function table(rows: readonly [string, string | number][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
