// Runs the unit tests that `npm run build` compiled on each version of Node that the package promises. Their executables come
// from the package registry and are kept outside the checkout.
// node scripts/test-versions.mjs [version]…   by default the oldest of `engines`, and the newest of 22 and 24
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDir } from '../dist/devserver/cache.js';

const VERSIONS = ['20.19.0', '22', '24'];
const platform = process.platform === 'win32' ? 'win' : process.platform;
/** The executable alone: the package `node` gets it by an install script. */
const PACKAGE = `node-${platform}-${process.arch}`;

const failed = [];
const versions = process.argv.slice(2);
for (const version of versions.length > 0 ? versions : VERSIONS) {
  const node = install(version);
  const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  process.stderr.write(`The unit tests on Node ${exact}\n`);
  const { status } = spawnSync(node, ['scripts/test.mjs', '--unit'], { stdio: 'inherit' });
  if (status !== 0) failed.push(exact);
}
if (failed.length > 0) {
  process.stderr.write(`Tests failed on Node ${failed.join(', ')}\n`);
  process.exitCode = 1;
}

/** @returns the path of this version's executable */
function install(version) {
  const folder = join(defaultCacheDir(), `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['install', ...flags, `${PACKAGE}@${version}`], { cwd: folder, stdio: 'inherit' });
  return join(folder, 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
