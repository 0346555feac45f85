import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { NativeConnection } from '@temporalio/worker';
import { parseAllDocuments } from 'yaml';
import { parseDuration } from '../../contract/duration.js';
import { readWorkerConfig } from '../../config/worker-config.js';
import { CHECK_TIMEOUT_MS } from '../../worker/health.js';
import { workerOptions } from '../../worker/worker-options.js';
import { ROOT } from '../examples/support/process.js';

/** Variables that Temporal's envconfig reads. */
const TEMPORAL_VARIABLES = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY'];

interface Probe {
  httpGet: { path: string; port: string };
  timeoutSeconds: number;
}

interface Container {
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}

interface PodSpec {
  containers: [Container];
  terminationGracePeriodSeconds: number;
  securityContext: Record<string, unknown>;
  volumes: { name: string; emptyDir?: object }[];
}

interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: { template?: { spec: PodSpec } };
}

function read(file: string): Resource[] {
  return parseAllDocuments(readFileSync(join(ROOT, 'deploy', file), 'utf8')).map((document) => {
    assert.deepEqual([...document.errors, ...document.warnings], []);
    return document.toJS() as Resource;
  });
}

/** The variables of a container, with those of the ConfigMaps that it names. */
function variablesOf({ env = [], envFrom = [] }: Container, resources: Resource[]): Record<string, string> {
  const maps = envFrom.map(({ configMapRef }) => {
    const map = resources.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name);
    return map?.data ?? assert.fail(`there is no ConfigMap ${configMapRef.name}`);
  });
  const own = env.map(({ name, value = 'from a secret' }) => [name, value] as const);
  return Object.assign({}, ...maps, Object.fromEntries(own)) as Record<string, string>;
}

/** The names of the variables that the worker reads. */
function namesRead(env: Record<string, string>): Set<string> {
  const names = new Set(TEMPORAL_VARIABLES);
  const spy = new Proxy(env, {
    get(target, name) {
      names.add(String(name));
      return target[String(name)];
    },
  });
  readWorkerConfig(spy, false);
  return names;
}

for (const file of ['kubernetes.yaml', 'worker-deployment.yaml']) {
  describe(`deploy/${file}`, () => {
    const resources = read(file);
    const pods = resources.flatMap(({ spec }) => spec?.template?.spec ?? []);
    const [pod = assert.fail('there is no pod')] = pods;
    const [container] = pod.containers;
    const env = variablesOf(container, resources);

    it('sets only variables that the worker reads, to values that it accepts', () => {
      const read = namesRead(env);
      assert.deepEqual(
        Object.keys(env).filter((name) => !read.has(name)),
        [],
      );
    });

    it('probes the ports on which the worker listens, with a timeout longer than an answer takes', () => {
      const { health, metrics } = readWorkerConfig(env, false);
      const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
      assert.deepEqual(ports, { health: health?.port, metrics: metrics?.port });
      assert.deepEqual(container.livenessProbe.httpGet, { path: '/healthz', port: 'health' });
      assert.deepEqual(container.readinessProbe.httpGet, { path: '/readyz', port: 'health' });
      assert.ok(container.readinessProbe.timeoutSeconds * 1_000 > CHECK_TIMEOUT_MS);
    });

    it('lets a worker stop before it is killed', async () => {
      const options = await workerOptions(readWorkerConfig(env, false), {} as NativeConnection);
      const force = parseDuration(String(options.shutdownForceTime)) ?? assert.fail('no shutdownForceTime');
      assert.ok(pod.terminationGracePeriodSeconds * 1_000 > force + 2_000);
    });

    it('runs without privileges, and can write only to /tmp', () => {
      assert.equal(pod.securityContext['runAsNonRoot'], true);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.deepEqual(container.volumeMounts, [{ name: 'tmp', mountPath: '/tmp' }]);
      assert.ok(pod.volumes.find(({ name }) => name === 'tmp')?.emptyDir);
      assert.deepEqual(Object.keys(container.resources.limits).toSorted(), ['cpu', 'memory']);
    });
  });
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

describe('the network policy', () => {
  const resources = read('kubernetes.yaml');
  const policy = resources.find(({ kind }) => kind === 'NetworkPolicy')?.spec as unknown as NetworkPolicy;
  const places = (peers: Peer[]) =>
    peers.map(
      ({ ipBlock, namespaceSelector }) => ipBlock?.cidr ?? Object.values(namespaceSelector?.matchLabels ?? {})[0],
    );
  const env = variablesOf(
    resources.flatMap(({ spec }) => spec?.template?.spec ?? [])[0]?.containers[0] ?? assert.fail(),
    resources,
  );

  it('is for the pods of both manifests', () => {
    for (const file of ['kubernetes.yaml', 'worker-deployment.yaml']) {
      const templates = read(file).flatMap(({ spec }) => spec?.template ?? []) as { metadata?: { labels: unknown } }[];
      assert.deepEqual(templates[0]?.metadata?.labels, policy.podSelector.matchLabels);
    }
    assert.deepEqual(policy.policyTypes, ['Ingress', 'Egress']);
  });

  it('lets in what reads the metrics, and nothing else', () => {
    const { metrics } = readWorkerConfig(env, false);
    const allowed = policy.ingress.map(({ from, ports }) => [places(from), ports.map(({ port }) => port)]);
    assert.deepEqual(allowed, [[['monitoring'], [metrics?.port]]]);
  });

  it('lets out to DNS, the Temporal of the ConfigMap, public HTTPS and the metadata server, and nowhere else', () => {
    const [host = '', port] = (env['TEMPORAL_ADDRESS'] ?? '').split(':');
    const allowed = policy.egress.map(({ to, ports }) => [places(to), ports.map((one) => one.port)]);
    assert.deepEqual(allowed, [
      [['kube-system'], [53, 53]],
      [[host.split('.')[1]], [Number(port)]],
      [['0.0.0.0/0'], [443]],
      [['169.254.169.252/32'], [988]],
      [['169.254.169.254/32'], [80]],
    ]);
    const inside = policy.egress.flatMap(({ to }) => to.flatMap(({ ipBlock }) => ipBlock?.except ?? []));
    for (const cidr of ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'])
      assert.ok(inside.includes(cidr));
  });
});

describe('the two Kubernetes manifests', () => {
  it('run the same pod, except for the source of its environment', () => {
    const [one, other] = ['kubernetes.yaml', 'worker-deployment.yaml'].map((file) => {
      const pod = read(file).flatMap(({ spec }) => spec?.template?.spec ?? [])[0] ?? assert.fail(file);
      const { env: _, envFrom: __, ...container } = pod.containers[0];
      return { ...pod, containers: [container] };
    });
    assert.deepEqual(one, other);
  });
});
