import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatDuration } from '../contract/duration.js';
import { builtPath, CLI_MODULE, EXECUTABLE } from './cache.js';
import { runCommand } from './command.js';
import type { Provider } from './provider.js';

const SAY_EVERY_MS = 30_000;

/** Builds the Temporal CLI with the Go on PATH, once, through Go's own module proxy settings. */
export const goInstall: Provider = async ({ cacheDir, say, env }) => {
  const go = await runCommand('go', ['version'], { env });
  if (go.code !== 0) return { problem: `there is no working Go on PATH to build ${CLI_MODULE} with` };

  say(`Building the Temporal development server with Go: go install ${CLI_MODULE}`);
  say('This is done once and takes about three minutes on two cores.');
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, 'build-'));
  const started = Date.now();
  const timer = setInterval(
    () => say(`Still building (${formatDuration(Date.now() - started)})`),
    SAY_EVERY_MS,
  );
  try {
    const { code, output } = await runCommand('go', ['install', CLI_MODULE], { env: { ...env, GOBIN: dir } });
    if (code !== 0) {
      return {
        problem: `go install ${CLI_MODULE} failed:\n${output
          .slice(-8)
          .map((line) => `    ${line}`)
          .join('\n')}`,
      };
    }
    const path = builtPath(cacheDir);
    await mkdir(dirname(path), { recursive: true });
    // Within one folder, so whoever looks sees the whole file or none.
    await rename(join(dir, EXECUTABLE), path);
    say(`Built in ${formatDuration(Date.now() - started)}: ${path}`);
    return { path };
  } finally {
    clearInterval(timer);
    await rm(dir, { recursive: true, force: true });
  }
};
