import { lstatSync, type Stats } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The release of the Temporal CLI that is built if none is found. Newer ones do not build with `go install`. */
const CLI_VERSION = 'v1.5.1';
export const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;

/** The mode bit of folders such as /tmp. */
const STICKY = 0o1000;

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
  return [downloadedPath(cacheDir), builtPath(cacheDir), downloadedPath(temporaryDir)].filter(isPrivateFile);
}

/** Makes the folder for servers, to which no other user may write. */
export async function makeCacheDir(cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  await chmod(cacheDir, 0o700);
}

/**
 * Whether only this user can have put a file at a path: other users may neither write to it nor replace it. A symbolic link
 * is none, because another user who makes one in a shared folder chooses what it leads to.
 */
export function isPrivateFile(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined || !file.isFile()) return false;
  if (process.getuid === undefined) return true;
  const folder = lstatSync(dirname(path));
  // In a folder with the sticky bit, users replace their own files only.
  const isReplaceable = isWritableByOthers(folder) && (folder.mode & STICKY) === 0;
  return file.uid === process.getuid() && !isWritableByOthers(file) && !isReplaceable;
}

function isWritableByOthers({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0;
}
