// Writes to stdout a bill of materials, CycloneDX, of what production installs: npm run --silent sbom > sbom.cdx.json
// `npm sbom --omit=dev` would leave out every package that development names too, such as valibot here. So npm is shown a lock file
// that holds nothing of development, nor the optional packages, which are the compilers of the bundler for each platform.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = json('package.json');
const lock = json('package-lock.json');

const packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
    .map(([place, locked]) => [place, place === '' ? withoutDevelopment(locked) : locked]),
);

const temporary = mkdtempSync(join(tmpdir(), 'sbom-'));
// npm names the whole after its folder.
const folder = join(temporary, manifest.name);
try {
  mkdirSync(folder);
  write('package.json', withoutDevelopment(manifest));
  write('package-lock.json', { ...lock, packages });
  const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { status } = spawnSync('npm', ['sbom', ...options], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true });
}

function json(name) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function write(name, value) {
  writeFileSync(join(folder, name), JSON.stringify(value, undefined, 2));
}

function withoutDevelopment(manifest) {
  return { ...manifest, devDependencies: undefined, scripts: undefined };
}
