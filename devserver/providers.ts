import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../contract/duration.js';
import { builtPath, CLI_MODULE, downloadedPath, EXECUTABLE, isPrivateFile } from './cache.js';
import { runCommand } from './command.js';

/** The inputs of a provider. */
export interface ProviderContext {
  /** The folder for built and downloaded executables. */
  cacheDir: string;
  /** Called with one line for each step. */
  say: (line: string) => void;
  env: NodeJS.ProcessEnv;
}

/** A way to get an executable that is not on this machine yet. Never throws: a failure is returned as `problem`. */
export type Provider = (context: ProviderContext) => Promise<{ path: string } | { problem: string }>;

/** The download must begin within this time: a network that drops packets would block it for minutes. */
const FIRST_BYTE_TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const DOWNLOAD_POLL_MS = 250;
const BUILD_PROGRESS_MS = 30_000;

/**
 * Lets the SDK download the Temporal CLI into the cache. It runs in its own process, because the SDK's
 * download cannot be aborted and installs the SDK's runtime, which a process can do only once. Without a
 * network it fails within a second.
 */
export const downloadCli: Provider = async ({ cacheDir, say, env }) => {
  const path = downloadedPath(cacheDir);
  const partial = `${path}.downloading`;
  await mkdir(cacheDir, { recursive: true });
  // The SDK would wait for a partial file that a killed process left behind.
  await rm(partial, { force: true });
  // The SDK would start anything that is there already.
  if (!isPrivateFile(path)) await rm(path, { force: true });
  say('Downloading the Temporal development server from temporal.download, once');

  const stop = new AbortController();
  const started = Date.now();
  const timer = setInterval(() => {
    const elapsedMs = Date.now() - started;
    const begun = existsSync(partial) || existsSync(path);
    if (elapsedMs > (begun ? DOWNLOAD_TIMEOUT_MS : FIRST_BYTE_TIMEOUT_MS)) stop.abort();
  }, DOWNLOAD_POLL_MS);
  try {
    const script = fileURLToPath(new URL('download-process.js', import.meta.url));
    const { code, output } = await runCommand(process.execPath, [script, cacheDir], { env, signal: stop.signal });
    if (code === 0 && existsSync(path)) return { path };
    const failure = stop.signal.aborted ? 'it took too long' : (output.at(-1) ?? 'it ended without a message');
    // The SDK's error begins with the address, twice; the reason is at its end.
    const reason = failure.split('): ').at(-1) ?? failure;
    return { problem: `the download from temporal.download failed: ${reason.slice(0, 300)}` };
  } finally {
    clearInterval(timer);
    if (stop.signal.aborted) await rm(partial, { force: true });
  }
};

/** Builds the Temporal CLI with the Go on PATH, once. Go's own settings, such as GOPROXY, apply. */
export const buildCli: Provider = async ({ cacheDir, say, env }) => {
  const go = await runCommand('go', ['version'], { env });
  if (go.code !== 0) return { problem: `there is no working Go on PATH to build ${CLI_MODULE} with` };

  say(`Building the Temporal development server with Go: go install ${CLI_MODULE}`);
  say('This is done once and takes about three minutes on two cores.');
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, 'build-'));
  const started = Date.now();
  const timer = setInterval(() => say(`Still building (${formatDuration(Date.now() - started)})`), BUILD_PROGRESS_MS);
  try {
    const { code, output } = await runCommand('go', ['install', CLI_MODULE], { env: { ...env, GOBIN: dir } });
    if (code !== 0) {
      const lines = output.slice(-8).map((line) => `    ${line}`);
      return { problem: `go install ${CLI_MODULE} failed:\n${lines.join('\n')}` };
    }
    const path = builtPath(cacheDir);
    await mkdir(dirname(path), { recursive: true });
    // The umask may let the group write to both.
    await chmod(dirname(path), 0o700);
    await chmod(join(dir, EXECUTABLE), 0o755);
    // Renamed within one folder, so that no other process sees a partial file.
    await rename(join(dir, EXECUTABLE), path);
    say(`Built in ${formatDuration(Date.now() - started)}: ${path}`);
    return { path };
  } finally {
    clearInterval(timer);
    await rm(dir, { recursive: true, force: true });
  }
};
