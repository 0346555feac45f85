// Takes out of installed production dependencies what only bundling workflows needs, for an image that runs a prebuilt bundle:
// webpack, swc and all that they bring, and the SDK's native code for other platforms. What @temporalio/worker names when it is
// loaded becomes an empty module. node scripts/leave-out-bundler.mjs [folder with package.json and node_modules]
import { existsSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Named by @temporalio/worker when it is loaded, and used when it bundles. */
const NAMED = ['webpack', 'memfs', 'unionfs'];
/** Named by webpack's configuration only. */
const UNNAMED = ['@swc/core', 'swc-loader', 'source-map-loader'];
/** Of @temporalio/core-bridge, what its native code was made of. */
const SOURCES = ['sdk-core', 'src', 'ts', 'bridge-macros', 'scripts', 'Cargo.lock', 'Cargo.toml'];

const app = resolve(process.argv[2] ?? '.');
const left = new Set([...NAMED, ...UNNAMED]);

const needed = new Set();
visit(app);
for (const place of packagesIn(join(app, 'node_modules')))
  if (!needed.has(place) && existsSync(place)) rmSync(place, { recursive: true });
rmSync(join(app, 'node_modules', '.bin'), { recursive: true, force: true });
for (const name of NAMED) leaveEmpty(name);
keepOnePlatform();

/** Follows dependencies the way Node looks them up, except to what is left out. */
function visit(place) {
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(place);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = left.has(name) ? undefined : find(name, place);
    if (found === undefined || needed.has(found)) continue;
    needed.add(found);
    visit(found);
  }
}

function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (folder === app || folder === dirname(folder)) return undefined;
  }
}

/** Every package below a node_modules, nested ones too. */
function packagesIn(modules) {
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules)
    .filter((entry) => !entry.startsWith('.'))
    .flatMap((entry) =>
      entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => join(entry, name)) : [entry],
    );
  return names.flatMap((name) => {
    const place = join(modules, name);
    return [place, ...packagesIn(join(place, 'node_modules'))];
  });
}

function leaveEmpty(name) {
  const place = join(app, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    description: 'Left out: nothing is bundled here.',
  };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(place, 'index.js'), 'module.exports = {};\n');
}

function keepOnePlatform() {
  const bridge = join(app, 'node_modules', '@temporalio', 'core-bridge');
  const { getPrebuiltPath } = createRequire(import.meta.url)(join(bridge, 'common.js'));
  const kept = dirname(getPrebuiltPath());
  const releases = join(bridge, 'releases');
  const others = readdirSync(releases).map((target) => join(releases, target));
  for (const place of [...SOURCES.map((name) => join(bridge, name)), ...others])
    if (place !== kept) rmSync(place, { recursive: true, force: true });
}

function manifestOf(place) {
  return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
}
