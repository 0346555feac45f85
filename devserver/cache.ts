import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The release of the Temporal CLI that is built if none is found. Newer ones do not build with `go install`. */
const CLI_VERSION = 'v1.5.1';
export const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;

export const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** The folder for built and downloaded servers: outside any checkout; `XDG_CACHE_HOME` is honoured. */
export function defaultCacheDir(): string {
  const { env, platform } = process;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'temporal-lro');
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'temporal-lro', 'Cache');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'temporal-lro');
}

/** The path of the executable that `go install` built. */
export function builtPath(cacheDir: string): string {
  return join(cacheDir, `temporal-cli-${CLI_VERSION}`, EXECUTABLE);
}

/** The path of the SDK's download in a folder; the SDK names the file after itself and its version. */
export function downloadedPath(dir: string): string {
  return join(dir, `temporal-sdk-typescript-${sdkVersion()}${EXECUTABLE.endsWith('.exe') ? '.exe' : ''}`);
}

/** The version of the installed SDK. */
export function sdkVersion(): string {
  const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  return sdk.version;
}

/** The executables of earlier runs, including the SDK's own download in the system's temporary folder. */
export function cachedExecutables(cacheDir: string, temporaryDir = tmpdir()): string[] {
  const cached = [downloadedPath(cacheDir), builtPath(cacheDir)].filter((path) => existsSync(path));
  return [...cached, ...[downloadedPath(temporaryDir)].filter(isPrivateFile)];
}

// Every user may write to the temporary folder: a file there is run only if no other user could have written it.
function isPrivateFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return false;
  return process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0);
}
