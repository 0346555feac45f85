import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../examples/support/process.js';
import { pythonEnvironment } from '../../support/python-environment.js';

export interface Resource {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
  data?: Record<string, string>;
  spec?: Record<string, unknown>;
}

/** A chart with some values: what `helm lint --strict` says of it, and the resources that `helm template` makes. */
export interface Rendered {
  problems: unknown[];
  resources: Resource[];
}

const HERE = join(ROOT, 'test', 'deploy', 'support');

/** Lints and renders the chart with each of these values, by Helm's own code. */
export async function renderChart(values: readonly object[]): Promise<Rendered[]> {
  const python = await pythonEnvironment(join(HERE, 'requirements.txt'), ['--no-deps']);
  const child = spawn(python, ['-B', join(HERE, 'helm.py'), join(ROOT, 'deploy', 'chart')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  const closed = once(child, 'close');
  child.stdin.end(values.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const lines = (await text(child.stdout)).trim().split('\n');
  assert.deepEqual(await closed, [0, null]);
  return lines.map((line) => {
    const { problems, manifests } = JSON.parse(line) as { problems: unknown[]; manifests: Record<string, string> };
    return { problems, resources: Object.values(manifests).flatMap(parseResources) };
  });
}

function parseResources(manifest: string): Resource[] {
  return parseAllDocuments(manifest).flatMap((document) => {
    assert.deepEqual([...document.errors, ...document.warnings], []);
    return (document.toJS() as Resource | null) ?? [];
  });
}
