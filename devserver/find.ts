import { join } from 'node:path';
import { cachedExecutables, defaultCacheDir, EXECUTABLE } from './cache.js';
import { sdkDownload } from './download.js';
import { TemporalServerError } from './error.js';
import { goInstall } from './go-install.js';
import { inspectExecutable } from './inspect.js';
import { withLock } from './lock.js';
import { executablesOnPath } from './path-search.js';
import type { Provider } from './provider.js';

/** An executable that runs a Temporal development server, and the version of its server. */
export interface FoundExecutable {
  path: string;
  version: string;
}

export interface FindOptions {
  /** Where to look for `temporal` and `go`: its `PATH` counts. The process's own environment by default. */
  env?: NodeJS.ProcessEnv;
  /** Where what is built or downloaded is kept. */
  cacheDir?: string;
  /** The system's temporary folder, in which the SDK keeps its downloads. */
  temporaryDir?: string;
  /** Hears of every step that takes time and of every executable that is passed over. */
  say?: (line: string) => void;
  /** How to get an executable where there is none, in this order. */
  providers?: readonly Provider[];
}

/**
 * Finds the Temporal CLI: on PATH, then what an earlier run left in the cache, then the SDK's download, and at last a build
 * with Go. Processes that need one at the same time wait for the first of them.
 *
 * @throws {TemporalServerError} `NO_EXECUTABLE`, with every way that was tried and why it failed.
 */
export async function findTemporal(options: FindOptions = {}): Promise<FoundExecutable> {
  const { env = process.env, cacheDir = defaultCacheDir(), say = () => undefined } = options;
  const failures: string[] = [];

  const firstGood = async (paths: readonly string[]): Promise<FoundExecutable | undefined> => {
    for (const path of paths) {
      const inspected = await inspectExecutable(path);
      if ('version' in inspected) return { path, version: inspected.version };
      failures.push(`${path}: ${inspected.problem}`);
      say(`Passing over ${path}: ${inspected.problem}`);
    }
    return undefined;
  };
  const cached = async (): Promise<FoundExecutable | undefined> =>
    firstGood(await cachedExecutables(cacheDir, options.temporaryDir));

  const onPath = await executablesOnPath(EXECUTABLE, env['PATH'] ?? env['Path']);
  if (onPath.length === 0) failures.push('there is no temporal on PATH');
  const there = (await firstGood(onPath)) ?? (await cached());
  if (there !== undefined) return there;

  return withLock(
    join(cacheDir, 'temporal.lock'),
    async () => {
      // Another process may have got one while we waited.
      const meanwhile = await cached();
      if (meanwhile !== undefined) return meanwhile;
      for (const provide of options.providers ?? [sdkDownload, goInstall]) {
        const provided = await provide({ cacheDir, say, env });
        const good = 'path' in provided ? await firstGood([provided.path]) : undefined;
        if (good !== undefined) return good;
        if ('problem' in provided) {
          failures.push(provided.problem);
          say(`No: ${provided.problem}`);
        }
      }
      throw new TemporalServerError('NO_EXECUTABLE', noExecutable(failures));
    },
    {
      onWait: (owner) =>
        say(`Waiting for process ${owner?.pid ?? '(unknown)'}, which is getting the Temporal server`),
    },
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
