import { mkdir, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { downloadedPath } from './cache.js';
import { runCommand } from './command.js';
import type { Provider } from './provider.js';

/** A network that swallows packets would hold us for minutes: the first byte must come within this. */
const BEGIN_WITHIN_MS = 10_000;
const END_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 250;

/**
 * Lets the SDK download the Temporal CLI into our cache. In a process of its own, because the SDK offers no way to give up
 * and because it would install its runtime, which a process can do once only. Offline it fails within a second.
 */
export const sdkDownload: Provider = async ({ cacheDir, say, env }) => {
  const path = downloadedPath(cacheDir);
  const partial = `${path}.downloading`;
  await mkdir(cacheDir, { recursive: true });
  // Left by a run that was killed; the SDK would wait for it.
  await rm(partial, { force: true });
  say('Downloading the Temporal development server from temporal.download, once');

  const stop = new AbortController();
  const started = Date.now();
  const timer = setInterval(() => void check(), LOOK_EVERY_MS);
  const check = async (): Promise<void> => {
    const elapsed = Date.now() - started;
    const begun = (await exists(partial)) || (await exists(path));
    if (elapsed > (begun ? END_WITHIN_MS : BEGIN_WITHIN_MS)) stop.abort();
  };
  try {
    const script = fileURLToPath(new URL('download-process.js', import.meta.url));
    const { code, output } = await runCommand(process.execPath, [script, cacheDir], {
      env,
      signal: stop.signal,
    });
    if (code === 0 && (await exists(path))) return { path };
    const why = stop.signal.aborted ? 'it took too long' : (output.at(-1) ?? 'it ended without a word');
    // The SDK's error begins with the address, twice; how it failed stands at the end.
    const reason = why.split('): ').at(-1) ?? why;
    return { problem: `the download from temporal.download failed: ${reason.slice(0, 300)}` };
  } finally {
    clearInterval(timer);
    if (stop.signal.aborted) await rm(partial, { force: true });
  }
};

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
