import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes a Temporal profile file without settings. It replaces the user's own, which may hold keys and
 * certificates for another server, and is removed when the process exits.
 */
export async function writeEmptyProfile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'temporal-lro-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'temporal.toml');
  // The SDK takes a file without any profile for an error.
  await writeFile(file, '[profile.default]\n');
  return file;
}
