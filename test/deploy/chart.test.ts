import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { NativeConnection } from '@temporalio/worker';
import { parse } from 'yaml';
import { readWorkerConfig } from '../../config/worker-config.js';
import { parseDuration } from '../../contract/duration.js';
import { CHECK_TIMEOUT_MS } from '../../worker/health.js';
import { workerOptions } from '../../worker/worker-options.js';
import { ROOT } from '../examples/support/process.js';
import { type Rendered, renderChart, type Resource } from './support/chart.js';

interface Probe {
  httpGet: { path: string; port: string };
  timeoutSeconds: number;
}

interface Container {
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}

interface Pod {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: {
    containers: [Container];
    terminationGracePeriodSeconds: number;
    securityContext: Record<string, unknown>;
    volumes: { name: string; emptyDir?: object }[];
  };
}

interface Peer {
  ipBlock?: { cidr: string; except?: string[] };
  namespaceSelector?: { matchLabels: Record<string, string> };
}

interface NetworkPolicy {
  podSelector: { matchLabels: Record<string, string> };
  policyTypes: string[];
  ingress: { from: Peer[]; ports: { port: number }[] }[];
  egress: { to: Peer[]; ports: { port: number }[] }[];
}

const manual = readFileSync(join(ROOT, 'docs', 'operating.md'), 'utf8');
const [, sample = ''] = /```yaml\n(# my-values[^]*?)```/.exec(manual) ?? [];
const cloud = { address: 'my.tmprl.cloud:7233', namespace: 'my.a1b2c', kubernetesNamespace: '', existingSecret: 'key' };
const monitored = { enabled: true };

/** The values under test: those of the chart, of the manual, and every switch in its other position. */
const VARIANTS = {
  defaults: {},
  manual: parse(sample) as object,
  controller: { workerController: { enabled: true }, serviceAccount: { create: false, name: 'mine' } },
  cloud: { temporal: cloud, ports: { health: 1_080, metrics: 1_090 }, replicas: 3 },
  plain: { networkPolicy: { enabled: false }, scrapeAnnotations: false, podLabels: { team: 'ml' } },
  monitored: {
    podMonitor: { ...monitored, labels: { release: 'prometheus' } },
    alerts: { ...monitored, docsUrl: 'https://git.example.com/docs/' },
    dashboard: monitored,
    nodeSelector: { pool: 'small' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    networkPolicy: { extraEgress: [{ to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ port: 443 }] }] },
  },
} satisfies Record<string, object>;
type Variant = keyof typeof VARIANTS;

describe('the Helm chart', () => {
  let charts: Record<Variant, Rendered>;
  before(async () => {
    const names = Object.keys(VARIANTS) as Variant[];
    const rendered = await renderChart(Object.values(VARIANTS));
    charts = Object.fromEntries(names.map((name, at) => [name, rendered[at]])) as typeof charts;
  });

  const find = (variant: Variant, kind: string): Resource | undefined =>
    charts[variant].resources.find((resource) => resource.kind === kind);
  const get = (variant: Variant, kind: string): Resource => find(variant, kind) ?? assert.fail(`no ${kind}`);
  const podOf = (variant: Variant): Pod =>
    get(variant, find(variant, 'Deployment') ? 'Deployment' : 'WorkerDeployment').spec?.['template'] as Pod;
  const variablesOf = (variant: Variant): Record<string, string> => get(variant, 'ConfigMap').data ?? {};

  it('passes helm lint --strict with all values, and an unknown, a missing or a mistyped value does not', async () => {
    for (const [name, { problems, resources }] of Object.entries(charts)) {
      assert.deepEqual(problems, [], name);
      assert.ok(resources.length > 3, name);
    }
    const bad = await renderChart([{ replica: 3 }, { replicas: 'three' }, { env: { LOG_LEVEL: {} } }]);
    for (const { problems } of bad) assert.notDeepEqual(problems, []);
  });

  it('sets only variables that the worker reads, to values that it accepts', () => {
    for (const variant of Object.keys(charts) as Variant[]) {
      const env = variablesOf(variant);
      const read = namesRead(env);
      assert.deepEqual(
        Object.keys(env).filter((name) => !read.has(name)),
        [],
      );
    }
    assert.equal(variablesOf('cloud')['TEMPORAL_ADDRESS'], cloud.address);
    assert.deepEqual(podOf('cloud').spec.containers[0].envFrom[1], { secretRef: { name: 'key' } });
    // The controller sets them, and its address may be another.
    assert.equal('TEMPORAL_ADDRESS' in variablesOf('controller'), false);
  });

  it('probes the ports on which the worker listens, with a timeout longer than an answer takes', () => {
    for (const variant of ['defaults', 'cloud'] as const) {
      const { health, metrics } = readWorkerConfig(variablesOf(variant), false);
      const [{ ports, livenessProbe, readinessProbe }] = podOf(variant).spec.containers;
      const numbers = Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort]));
      assert.deepEqual(numbers, { health: health?.port, metrics: metrics?.port });
      assert.deepEqual(livenessProbe.httpGet, { path: '/healthz', port: 'health' });
      assert.deepEqual(readinessProbe.httpGet, { path: '/readyz', port: 'health' });
      assert.ok(readinessProbe.timeoutSeconds * 1_000 > CHECK_TIMEOUT_MS);
    }
  });

  it('lets a worker stop before it is killed', async () => {
    const options = await workerOptions(readWorkerConfig(variablesOf('defaults'), false), {} as NativeConnection);
    const force = parseDuration(String(options.shutdownForceTime)) ?? assert.fail('no shutdownForceTime');
    assert.ok(podOf('defaults').spec.terminationGracePeriodSeconds * 1_000 > force + 2_000);
  });

  it('runs without privileges, and can write only to /tmp, as a Deployment and under the Worker Controller', () => {
    for (const variant of ['defaults', 'controller'] as const) {
      const { securityContext, containers, volumes } = podOf(variant).spec;
      const [container] = containers;
      assert.equal(securityContext['runAsNonRoot'], true);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.deepEqual(container.volumeMounts, [{ name: 'tmp', mountPath: '/tmp' }]);
      assert.ok(volumes.find(({ name }) => name === 'tmp')?.emptyDir);
      assert.deepEqual(Object.keys(container.resources.limits).toSorted(), ['cpu', 'memory']);
    }
  });

  it('selects its own pods everywhere', () => {
    for (const variant of Object.keys(charts) as Variant[]) {
      const { labels } = podOf(variant).metadata;
      for (const { kind, spec } of charts[variant].resources) {
        const selector = (spec?.['selector'] ?? spec?.['podSelector']) as { matchLabels: object } | undefined;
        for (const [key, value] of Object.entries(selector?.matchLabels ?? {}))
          assert.equal(labels[key], value, `${variant}: ${kind}`);
      }
    }
  });

  it('lets in what reads the metrics, and lets out to DNS, Temporal, public HTTPS and the metadata server alone', () => {
    const policyOf = (variant: Variant) => get(variant, 'NetworkPolicy').spec as unknown as NetworkPolicy;
    const { policyTypes, ingress, egress } = policyOf('defaults');
    assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
    assert.deepEqual(
      ingress.map(({ from, ports }) => [places(from), portsOf(ports)]),
      [[['monitoring'], [9_464]]],
    );
    const dns = [['kube-system'], [53, 53]];
    const metadata = [
      [['169.254.169.252/32'], [988]],
      [['169.254.169.254/32'], [80]],
    ];
    const allowed = (variant: Variant) => policyOf(variant).egress.map(({ to, ports }) => [places(to), portsOf(ports)]);
    const inside = [['temporal'], [7_233]];
    assert.deepEqual(allowed('defaults'), [dns, inside, [['0.0.0.0/0'], [443]], ...metadata]);
    assert.deepEqual(allowed('cloud'), [dns, [['0.0.0.0/0'], [443, 7_233]], ...metadata]);
    assert.deepEqual(allowed('monitored').at(-1), [['10.1.2.3/32'], [443]]);
    assert.equal(find('plain', 'NetworkPolicy'), undefined);
    const except = egress.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock?.except ?? []));
    for (const cidr of ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'])
      assert.ok(except.includes(cidr));
  });

  it('has the PodMonitor, the alerts and the dashboard of files/, which are off by default', () => {
    for (const kind of ['PodMonitor', 'PrometheusRule']) assert.equal(find('defaults', kind), undefined);
    const monitor = get('monitored', 'PodMonitor');
    assert.equal(monitor.metadata.labels['release'], 'prometheus');
    const [endpoint] = (monitor.spec?.['podMetricsEndpoints'] ?? []) as { port: string }[];
    assert.ok(podOf('monitored').spec.containers[0].ports.some(({ name }) => name === endpoint?.port));
    const file = (name: string) => readFileSync(join(ROOT, 'deploy', 'chart', 'files', name), 'utf8');
    const rules = file('alerts.yaml').replaceAll('url: docs/', 'url: https://git.example.com/docs/');
    assert.deepEqual(get('monitored', 'PrometheusRule').spec, parse(rules));
    const shown = charts.monitored.resources.find(({ data }) => data?.['temporal-lro.json']);
    assert.deepEqual(JSON.parse(shown?.data?.['temporal-lro.json'] ?? ''), JSON.parse(file('dashboard.json')));
  });
});

/** The names of the variables that the worker reads. */
function namesRead(env: Record<string, string>): Set<string> {
  const names = new Set(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);
  const spy = new Proxy(env, {
    get(target, name) {
      names.add(String(name));
      return target[String(name)];
    },
  });
  readWorkerConfig(spy, false);
  return names;
}

function places(peers: Peer[]): (string | undefined)[] {
  return peers.map(
    ({ ipBlock, namespaceSelector }) => ipBlock?.cidr ?? Object.values(namespaceSelector?.matchLabels ?? {})[0],
  );
}

function portsOf(ports: { port: number }[]): number[] {
  return ports.map(({ port }) => port);
}
