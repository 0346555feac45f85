// Writes a CycloneDX bill of materials of the production dependencies to stdout: npm run --silent sbom >
// sbom.cdx.json `npm sbom --omit=dev` omits every package that is also a development dependency, such as
// valibot. npm therefore gets a lock file without development packages, and without optional ones, which are
// the bundler's compilers for each platform.
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
// npm uses the folder's name as that of the application.
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
  const leftOut = Object.keys(lock.packages).length - Object.keys(packages).length;
  process.stderr.write(
    `Listed ${Object.keys(packages).length - 1} packages of package-lock.json; left out ${leftOut} that are for development, or ` +
      'optional: the compilers of the bundler. Integrity and versions are those of the lock file.\n',
  );
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
