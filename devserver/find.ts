import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { cachedExecutables, defaultCacheDir, EXECUTABLE, makeCacheDir } from './cache.js';
import { TemporalServerError } from './error.js';
import { inspectExecutable } from './inspect.js';
import { withLock } from './lock.js';
import { buildCli, downloadCli, type Provider } from './providers.js';

/** An executable that runs a Temporal development server, and the version of the server. */
export interface FoundExecutable {
  path: string;
  version: string;
}

export interface FindOptions {
  /** The environment whose `PATH` is searched for `temporal` and `go`. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** The folder for built and downloaded executables. */
  cacheDir?: string;
  /** The folder in which the SDK stores its downloads. Default: the system's temporary folder. */
  temporaryDir?: string;
  /** Called with a line for every slow step and every executable that is skipped. */
  say?: (line: string) => void;
  /** The ways to get an executable if none is found, in this order. */
  providers?: readonly Provider[];
}

/**
 * Finds the Temporal CLI: on PATH, in the cache, by the SDK's download, or by a build with Go, in this order.
 * Of processes that search at the same time, one gets it and the others wait.
 *
 * @throws {TemporalServerError} `NO_EXECUTABLE`, with each way that was tried and why it failed.
 */
export async function findTemporal(options: FindOptions = {}): Promise<FoundExecutable> {
  const { env = process.env, cacheDir = defaultCacheDir(), say = () => undefined } = options;
  const failures: string[] = [];

  const firstUsable = async (paths: readonly string[]): Promise<FoundExecutable | undefined> => {
    for (const path of paths) {
      const inspected = await inspectExecutable(path);
      if ('version' in inspected) return { path, version: inspected.version };
      failures.push(`${path}: ${inspected.problem}`);
      say(`Skipping ${path}: ${inspected.problem}`);
    }
    return undefined;
  };
  const findCached = () => firstUsable(cachedExecutables(cacheDir, options.temporaryDir));

  const onPath = await executablesOnPath(env['PATH'] ?? env['Path'] ?? '');
  if (onPath.length === 0) failures.push('there is no temporal on PATH');
  const found = (await firstUsable(onPath)) ?? (await findCached());
  if (found !== undefined) return found;

  await makeCacheDir(cacheDir);
  return withLock(
    join(cacheDir, 'temporal.lock'),
    async () => {
      // Another process may have got one while this one waited for the lock.
      const cached = await findCached();
      if (cached !== undefined) return cached;
      for (const provide of options.providers ?? [downloadCli, buildCli]) {
        const provided = await provide({ cacheDir, say, env });
        if ('problem' in provided) {
          failures.push(provided.problem);
          say(`Failed: ${provided.problem}`);
          continue;
        }
        const usable = await firstUsable([provided.path]);
        if (usable !== undefined) return usable;
      }
      throw new TemporalServerError('NO_EXECUTABLE', noExecutable(failures));
    },
    (pid) => say(`Waiting for process ${pid ?? '(unknown)'}, which is getting the Temporal server`),
  );
}

/**
 * Every `temporal` in the folders of a PATH, in order, links included: the user chose the folders. Relative folders and empty entries are skipped,
 * so that no file of the current directory is run by accident.
 */
async function executablesOnPath(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const dir of new Set(path.split(delimiter))) {
    const file = join(dir, EXECUTABLE);
    if (isAbsolute(dir) && (await isExecutable(file))) found.push(file);
  }
  return found;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function noExecutable(failures: readonly string[]): string {
  const unique = [...new Set(failures)];
  return [
    'There is no Temporal development server on this machine, and none could be got:',
    ...unique.map((failure) => `  - ${failure}`),
    'Install the Temporal CLI (https://docs.temporal.io/cli) or Go 1.25 or newer, so that it is on PATH, and try again.',
  ].join('\n');
}
