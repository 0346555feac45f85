import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { demand, ROOT } from '../../examples/support/process.js';
import { type Stage, type Step, stagesOf } from './dockerfile.js';

/**
 * Carries out the WORKDIR, COPY and RUN lines of a Dockerfile, with one folder for each stage.
 *
 * `npm ci` links the packages that are installed in this checkout, after the lock file: a test must not need
 * a registry. Every other RUN is run.
 *
 * @param into - an empty folder
 * @returns the folder of the last stage
 */
export async function buildImage(dockerfile: string, into: string): Promise<{ root: string; cwd: string }> {
  const roots = new Map<string, string>();
  let last = { root: into, cwd: '/' };
  for (const [index, stage] of stagesOf(dockerfile).entries()) {
    const root = join(into, String(index));
    mkdirSync(root);
    roots.set(String(index), root);
    if (stage.name !== undefined) roots.set(stage.name, root);
    last = { root, cwd: await buildStage(stage, root, roots) };
  }
  return last;
}

async function buildStage({ steps }: Stage, root: string, roots: ReadonlyMap<string, string>): Promise<string> {
  let cwd = '/';
  for (const step of steps) {
    if (step.keyword === 'WORKDIR') {
      cwd = resolve(cwd, step.text);
      mkdirSync(join(root, cwd), { recursive: true });
    } else if (step.keyword === 'COPY') copy(step, root, cwd, roots);
    else if (step.keyword === 'RUN') await run(step.text, join(root, cwd));
    else if (step.keyword === 'ADD') throw new Error(`Not supported: ADD ${step.text}`);
  }
  return cwd;
}

function copy({ flags, words }: Step, root: string, cwd: string, roots: ReadonlyMap<string, string>): void {
  const from = flags['from'] === undefined ? ROOT : roots.get(flags['from']);
  if (from === undefined) throw new Error(`COPY --from=${flags['from']}: there is no such stage`);
  const target = words.at(-1) ?? '';
  const sources = words.slice(0, -1);
  if (sources.length > 1 && !target.endsWith('/')) throw new Error(`COPY to ${target}: not a folder`);
  const destination = join(root, resolve(cwd, target));
  for (const source of sources.map((name) => join(from, name))) {
    const isFolder = statSync(source).isDirectory();
    // Docker copies the contents of a folder, not the folder itself.
    const to = isFolder || !target.endsWith('/') ? destination : join(destination, basename(source));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(source, to, { recursive: true, verbatimSymlinks: true });
  }
}

async function run(command: string, cwd: string): Promise<void> {
  if (!command.startsWith('npm ci ')) {
    await demand({ file: 'sh', args: ['-c', command], cwd });
    return;
  }
  const omitted = [...command.matchAll(/--omit=(\w+)/g)].map(([, kind]) => kind);
  if (omitted.length === 0) symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'), 'dir');
  else for (const place of installed(cwd, omitted)) linkFolder(join(ROOT, place), join(cwd, place));
}

interface Locked {
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** The packages that `npm ci --omit=…` installs. */
function installed(cwd: string, omitted: readonly (string | undefined)[]): string[] {
  const lock = JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const [dev, optional] = [omitted.includes('dev'), omitted.includes('optional')];
  return Object.entries(lock.packages)
    .filter(([place]) => place !== '')
    .filter(([, locked]) => !(dev && locked.dev) && !(optional && locked.optional))
    .filter(([, locked]) => !(dev && optional && locked.devOptional))
    .map(([place]) => place)
    .filter((place) => existsSync(join(ROOT, place)));
}

/** Copies a package without its nested packages, by hard links if the file system supports them. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    cpSync(source, target, { verbatimSymlinks: true });
  }
}
