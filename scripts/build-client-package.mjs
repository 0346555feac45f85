// Makes dist-client/, the package temporal-lro-client: what `temporal-lro/client` exports, for a service that
// only starts workflows. Without worker, bundler and Google's libraries it adds 2 MB to the 31 MB of
// Temporal's client; temporal-lro takes 280 MB. Run after tsc.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const target = join(root, 'dist-client');
const IMPORT = /(?:from|import) '(?<specifier>[^']+)'/g;

const main = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const { version, license, type, engines } = main;
const packages = new Set();
const files = new Set();
for (const entry of ['client/index.js', 'client/index.d.ts']) await visit(join(dist, entry));

await rm(target, { recursive: true, force: true });
for (const file of files) {
  const copy = join(target, relative(root, file));
  await mkdir(dirname(copy), { recursive: true });
  await cp(file, copy);
}
await cp(join(root, 'LICENSE'), join(target, 'LICENSE'));
await cp(join(root, 'client', 'README.md'), join(target, 'README.md'));
await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);

/** Follows the relative imports of a module or its types, and notes the packages that they name. */
async function visit(file) {
  if (files.has(file)) return;
  files.add(file);
  for (const { groups } of (await readFile(file, 'utf8')).matchAll(IMPORT)) {
    const { specifier } = groups;
    if (!specifier.startsWith('.')) packages.add(specifier);
    else if (file.endsWith('.js')) await visit(join(dirname(file), specifier));
    else await visit(join(dirname(file), specifier.replace(/\.js$/, '.d.ts')));
  }
}

function manifest() {
  const named = (field) => Object.fromEntries(Object.entries(main[field]).filter(([name]) => packages.has(name)));
  return {
    name: 'temporal-lro-client',
    version,
    description:
      'The client of temporal-lro: cancels Google long-running operations durably through its Temporal workers.',
    license,
    type,
    engines,
    exports: {
      '.': { types: './dist/client/index.d.ts', default: './dist/client/index.js' },
      './package.json': './package.json',
    },
    files: ['dist'],
    dependencies: named('dependencies'),
    peerDependencies: named('peerDependencies'),
    // Temporal's client brings it, in its own version.
    peerDependenciesMeta: { '@temporalio/common': { optional: true } },
  };
}
