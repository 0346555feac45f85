import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir, makeCacheDir } from '../../../devserver/cache.js';
import { runCommand } from '../../../devserver/command.js';
import { withLock } from '../../../devserver/lock.js';

/** That of the development server which `npm test` builds. */
export const SERVER_VERSION = '1.29.1';
const MODULE = 'go.temporal.io/server';

/** Temporal's server and the tool that creates its tables, both in version {@link SERVER_VERSION}. */
export interface Executables {
  server: string;
  sqlTool: string;
}

/**
 * Builds both with Go where they are not in the cache. Go's own settings, such as GOPROXY, apply.
 *
 * @param say gets a line before the build, which takes three minutes on two cores
 * @throws Error with the last lines of Go's output
 */
export async function buildExecutables(say: (line: string) => void): Promise<Executables> {
  const folder = join(defaultCacheDir(), `temporal-server-v${SERVER_VERSION}`);
  await makeCacheDir(defaultCacheDir());
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${SERVER_VERSION}`);
    say(`Building Temporal's server with Go, once: go install ${packages.join(' ')}`);
    const partial = `${folder}.building`;
    await rm(partial, { recursive: true, force: true });
    const env = { ...process.env, GOBIN: partial };
    const { code, output, startError } = await runCommand('go', ['install', ...packages], { env });
    if (code !== 0) throw new Error(`go install ${packages.join(' ')} failed: ${startError ?? output.join('\n')}`);
    await rename(partial, folder);
  });
  return { server: join(folder, 'server'), sqlTool: join(folder, 'sql') };
}
