// Removes from the installed production dependencies everything that only bundles workflows, for an image
// with a prebuilt bundle: webpack, swc and their dependencies, and the SDK's native code for other platforms.
// The packages that @temporalio/worker imports when it is loaded become empty modules.
// node scripts/leave-out-bundler.mjs [folder with package.json and node_modules]
import { existsSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Imported by @temporalio/worker when it is loaded, and used only for bundling. */
const IMPORTED = ['webpack', 'memfs', 'unionfs'];
/** Named only in webpack's configuration. */
const NOT_IMPORTED = ['@swc/core', 'swc-loader', 'source-map-loader'];
/** The sources of the native code in @temporalio/core-bridge. */
const NATIVE_SOURCES = ['sdk-core', 'src', 'ts', 'bridge-macros', 'scripts', 'Cargo.lock', 'Cargo.toml'];

/** The manifest of a package, as a path below a node_modules: not one of a folder within a package. */
const PACKAGE = /^(?:.*[\\/]node_modules[\\/])?(?:@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/;
const app = resolve(process.argv[2] ?? '.');
const removed = new Set([...IMPORTED, ...NOT_IMPORTED]);

const needed = new Set();
visit(app);
for (const folder of packagesIn(join(app, 'node_modules')))
  if (!needed.has(folder) && existsSync(folder)) rmSync(folder, { recursive: true });
rmSync(join(app, 'node_modules', '.bin'), { recursive: true, force: true });
for (const name of IMPORTED) writeEmptyPackage(name);
removeOtherPlatforms();

/** Follows the dependencies as Node resolves them, except to removed packages. */
function visit(folder) {
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const found = removed.has(name) ? undefined : find(name, folder);
    if (found === undefined || needed.has(found)) continue;
    needed.add(found);
    visit(found);
  }
}

function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === app || folder === dirname(folder)) return undefined;
  }
}

/** The folders of all packages below a node_modules, including nested ones. */
function packagesIn(modules) {
  return readdirSync(modules, { recursive: true })
    .filter((path) => PACKAGE.test(path))
    .map((path) => join(modules, dirname(path)));
}

function writeEmptyPackage(name) {
  const folder = join(app, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    description: 'Removed: this image does not bundle workflows.',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.js'), 'module.exports = {};\n');
}

function removeOtherPlatforms() {
  const bridge = join(app, 'node_modules', '@temporalio', 'core-bridge');
  const { getPrebuiltPath } = createRequire(import.meta.url)(join(bridge, 'common.js'));
  const ownPlatform = dirname(getPrebuiltPath());
  const releases = join(bridge, 'releases');
  const platforms = readdirSync(releases).map((target) => join(releases, target));
  for (const path of [...NATIVE_SOURCES.map((name) => join(bridge, name)), ...platforms])
    if (path !== ownPlatform) rmSync(path, { recursive: true, force: true });
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
