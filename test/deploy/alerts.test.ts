import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { ROOT } from '../examples/support/process.js';

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string; runbook_url: string } }[] }[];
}

interface Dashboard {
  panels: { title: string; description: string; targets: { expr: string; legendFormat: string }[] }[];
  templating: { list: { name: string; definition?: string }[] };
}

/** Metrics of Temporal's SDK, in the names that its Prometheus exporter gives them. */
const SDK_METRICS = ['temporal_worker_task_slots_available', 'temporal_activity_schedule_to_start_latency_bucket'];

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const { groups } = parse(read('deploy', 'chart', 'files', 'alerts.yaml')) as Rules;
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy', 'chart', 'files', 'dashboard.json')) as Dashboard;
const operating = read('docs', 'operating.md');

/** The nodes of a PromQL expression. */
function nodesOf(expression: string): { kind: string; text: string; isError: boolean }[] {
  const nodes: { kind: string; text: string; isError: boolean }[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to }) =>
      void nodes.push({ kind: type.name, text: expression.slice(from, to), isError: type.isError }),
  });
  return nodes;
}

/** The metrics and labels that an expression names. @throws if it is not PromQL */
function namesIn(expression: string, where: string): { metrics: string[]; labels: string[] } {
  const nodes = nodesOf(expression);
  assert.deepEqual(
    nodes.filter(({ isError }) => isError),
    [],
    where,
  );
  const texts = (kind: string) => nodes.filter((node) => node.kind === kind).map(({ text }) => text);
  return {
    metrics: texts('Identifier').filter((name) => /^(?:google|temporal)_/.test(name)),
    labels: texts('LabelName'),
  };
}

/** The names of the metrics in the sources, as Prometheus sees them. */
function metricsInSources(): Set<string> {
  const files = ['activities', 'workflows', 'worker'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => read(folder, file)),
  );
  const created = files.flatMap((text) => [
    ...text.matchAll(/create(Counter|Gauge|Histogram)\(\s*'(google_operation_\w+)'/g),
  ]);
  const names = created.map(([, kind, name = '']) => (kind === 'Counter' ? `${name}_total` : name));
  // The counters of the activities stand in a record by name.
  const recorded = files.flatMap((text) => [...text.matchAll(/^  (google_operation_\w+):\s*'/gm)]);
  return new Set([...names, ...recorded.map(([, name]) => `${name}_total`)]);
}

/** The labels that docs/operating.md gives a metric, with those that all have. */
function labelsOf(metric: string): Set<string> {
  const row = new RegExp(`^\\| \`${metric}\` \\| (.*?) \\|`, 'm').exec(operating) ?? assert.fail(metric);
  const own = [...(row[1] ?? '').matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
  return new Set([...own, 'namespace', 'taskQueue', 'le', 'instance']);
}

/** Fails for a metric that the worker does not export, or a label that the metric does not have. */
function assertExported(expression: string, where: string): void {
  const { metrics, labels } = namesIn(expression, where);
  assert.ok(metrics.length > 0, where);
  const own = metrics.map((metric) => metric.replace(/_bucket$/, '')).filter((metric) => metric.startsWith('google_'));
  const known = metricsInSources();
  for (const metric of own) assert.ok(known.has(metric), `${where}: ${metric}`);
  for (const metric of metrics)
    assert.ok(metric.startsWith('google_') || SDK_METRICS.includes(metric), `${where}: ${metric}`);
  if (own.length !== metrics.length) return;
  for (const label of labels)
    assert.ok(
      own.some((metric) => labelsOf(metric).has(label)),
      `${where}: ${label}`,
    );
}

describe('the alerts', () => {
  it('are valid PromQL, of metrics and labels that the worker has', () => {
    assert.ok(rules.length > 2);
    for (const { alert, expr } of rules) assertExported(expr, alert);
    assert.ok(nodesOf('sum by (service (rate(x[5m]))').some(({ isError }) => isError));
  });

  it('lead to their part of docs/runbooks.md, and every part is about an alert', () => {
    const headings = [...read('docs', 'runbooks.md').matchAll(/^## (\w+)$/gm)].map(([, heading = '']) => heading);
    assert.deepEqual(
      headings,
      rules.map(({ alert }) => alert),
    );
    for (const { alert, annotations } of rules)
      assert.equal(annotations.runbook_url, `docs/runbooks.md#${alert.toLowerCase()}`);
  });

  it('and every metric is explained in docs/operating.md', () => {
    for (const metric of metricsInSources()) assert.match(operating, new RegExp(`\`${metric}\``));
  });
});

describe('the dashboard', () => {
  const withValues = (expression: string) => expression.replaceAll('$__rate_interval', '5m');

  it('queries, in valid PromQL, metrics and labels that the worker has', () => {
    assert.ok(dashboard.panels.length > 8);
    for (const { title, targets } of dashboard.panels) {
      assert.ok(targets.length > 0, title);
      for (const { expr } of targets) assertExported(withValues(expr), title);
    }
    for (const { definition = '' } of dashboard.templating.list.slice(1))
      assertExported(withValues(/\((.*), \w+\)/.exec(definition)?.[1] ?? ''), definition);
  });

  it('shows every metric of the worker, and says of each panel what it tells', () => {
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    for (const metric of metricsInSources()) assert.ok(shown.includes(metric), metric);
    for (const { title, description } of dashboard.panels) assert.ok(description.length > 8, title);
  });
});
