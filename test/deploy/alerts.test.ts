import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { ROOT } from '../examples/support/process.js';

interface Rules {
  groups: { rules: { alert: string; expr: string; for: string; annotations: { summary: string } }[] }[];
}

const { groups } = parse(readFileSync(join(ROOT, 'deploy', 'alerts.yaml'), 'utf8')) as Rules;
const rules = groups.flatMap((group) => group.rules);
const operating = readFileSync(join(ROOT, 'docs', 'operating.md'), 'utf8');

/** The nodes of a PromQL expression. */
function nodesOf(expression: string): { kind: string; text: string; isError: boolean }[] {
  const nodes: { kind: string; text: string; isError: boolean }[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to }) =>
      void nodes.push({ kind: type.name, text: expression.slice(from, to), isError: type.isError }),
  });
  return nodes;
}

/** The names of the metrics in the sources, as Prometheus sees them. */
function metricsInSources(): Set<string> {
  const files = ['activities', 'workflows', 'worker'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  const created = files.flatMap((text) => [
    ...text.matchAll(/create(Counter|Gauge|Histogram)\(\s*'(google_operation_\w+)'/g),
  ]);
  const names = created.map(([, kind, name = '']) => (kind === 'Counter' ? `${name}_total` : name));
  // The counters of the activities stand in a record by name.
  const recorded = files.flatMap((text) => [...text.matchAll(/^  (google_operation_\w+):\s*'/gm)]);
  return new Set([...names, ...recorded.map(([, name]) => `${name}_total`)]);
}

describe('the alerts', () => {
  it('are valid PromQL, with metrics that the worker has', () => {
    const known = metricsInSources();
    assert.ok(rules.length > 2);
    for (const { alert, expr } of rules) {
      const nodes = nodesOf(expr);
      assert.deepEqual(
        nodes.filter(({ isError }) => isError),
        [],
        alert,
      );
      const metrics = nodes.filter(({ text }) => /^google_operation_\w+$/.test(text)).map(({ text }) => text);
      assert.ok(metrics.length > 0, alert);
      for (const metric of metrics) assert.ok(known.has(metric.replace(/_bucket$/, '')), `${alert}: ${metric}`);
    }
    assert.ok(nodesOf('sum by (service (rate(x[5m]))').some(({ isError }) => isError));
  });

  it('are explained in docs/operating.md, like every metric', () => {
    for (const { alert } of rules) assert.match(operating, new RegExp(`\`${alert}\``));
    for (const metric of metricsInSources()) assert.match(operating, new RegExp(`\`${metric}\``));
  });
});
