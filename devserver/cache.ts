import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** The release of the Temporal CLI that is built where none is found. The newer ones do not build with `go install`. */
export const CLI_VERSION = 'v1.5.1';
export const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;

export const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Where servers that were built or downloaded are kept: outside any checkout, and `XDG_CACHE_HOME` is honoured. */
export function defaultCacheDir(): string {
  return envPaths('temporal-lro', { suffix: '' }).cache;
}

/** Where `go install` leaves its executable. */
export function builtPath(cacheDir: string): string {
  return join(cacheDir, `temporal-cli-${CLI_VERSION}`, EXECUTABLE);
}

/** Where the SDK's cached download lies in a folder; the SDK names the file after itself and its version. */
export function downloadedPath(dir: string): string {
  const sdk = createRequire(import.meta.url)('@temporalio/testing/package.json') as { version: string };
  return join(dir, `temporal-sdk-typescript-${sdk.version}${EXECUTABLE.endsWith('.exe') ? '.exe' : ''}`);
}

/** Executables of earlier runs that are there to be tried, the SDK's own download in the system's temporary folder too. */
export async function cachedExecutables(cacheDir: string, temporaryDir = tmpdir()): Promise<string[]> {
  const candidates = [downloadedPath(cacheDir), builtPath(cacheDir)];
  const shared = downloadedPath(temporaryDir);
  const there: string[] = [];
  for (const path of candidates) if (await isFile(path)) there.push(path);
  if (await isOurs(shared)) there.push(shared);
  return there;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

// Anybody may write to the temporary folder, so a file there is run only if nobody else could have put or changed it.
async function isOurs(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}
