import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { demand, ROOT } from '../examples/support/process.js';

interface Sbom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { purl: string } };
  components: { name: string; version: string; group?: string; purl: string }[];
}

it('npm run sbom writes CycloneDX with the production dependencies and no others', async () => {
  const text = await demand({ file: 'npm', args: ['run', '--silent', 'sbom'], cwd: ROOT });
  const { bomFormat, specVersion, metadata, components } = JSON.parse(text) as Sbom;
  assert.equal(bomFormat, 'CycloneDX');
  assert.match(specVersion, /^1\.\d+$/);
  assert.match(metadata.component.purl, /^pkg:npm\/temporal-lro@/);

  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const listed = new Set(components.map(({ purl }) => nameIn(purl)));
  for (const name of Object.keys(manifest.dependencies)) assert.ok(listed.has(name), `${name} is not listed`);

  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean; version: string }>;
  };
  const inProduction = new Set(
    Object.entries(packages)
      .filter(([place, { dev, optional, devOptional }]) => place !== '' && !dev && !optional && !devOptional)
      .map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`),
  );
  const inSbom = components.map(({ purl, version }) => `${nameIn(purl)}@${version}`);
  assert.deepEqual([...new Set(inSbom)].toSorted(), [...inProduction].toSorted());
});

function nameIn(purl: string): string {
  const [, name = ''] = /^pkg:npm\/([^@]+)@/.exec(purl.replace('%40', '')) ?? [];
  return purl.includes('%40') ? `@${name}` : name;
}
