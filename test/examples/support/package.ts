import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { demand, ROOT } from './process.js';

interface Manifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const windows = process.platform === 'win32';

/**
 * Puts the packed package, as `npm publish` would send it, into a project's node_modules. Its dependencies
 * and peers, and no more than it declares, are linked from this checkout: installing them again would take
 * 270 MB. `more` are the project's own.
 */
export async function installPacked(project: string, more: readonly string[]): Promise<void> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const modules = join(project, 'node_modules');
  const target = join(modules, manifest.name);
  await mkdir(target, { recursive: true });
  // Without scripts: packing must not rebuild while other tests run.
  const npm = { file: windows ? 'npm.cmd' : 'npm', cwd: ROOT };
  await demand({ ...npm, args: ['pack', '--ignore-scripts', '--silent', '--pack-destination', project] });
  const tarball = `${manifest.name}-${manifest.version}.tgz`;
  await demand({ file: 'tar', args: ['-xzf', tarball, '-C', target, '--strip-components=1'], cwd: project });
  for (const name of new Set([
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.peerDependencies),
    ...more,
  ])) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), windows ? 'junction' : 'dir');
  }
}

/** Copies an example into a project. */
export async function copyExample(name: string, project: string): Promise<void> {
  await cp(join(ROOT, 'examples', name), project, { recursive: true });
}
