import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../../../devserver/cache.js';
import { withLock } from '../../../devserver/lock.js';
import { demand, ROOT } from '../../examples/support/process.js';
import { pythonEnvironment } from '../../support/python-environment.js';

export const FOLDER = join(ROOT, 'test', 'google-clients');

const windows = process.platform === 'win32';
/** The newest that runs on Node 20. */
const NODE_CLIENT = '@google-cloud/aiplatform@6.11.0';

/** The Python of an environment that has the clients of requirements.txt. */
export async function installPythonClients(): Promise<string> {
  // Python compiles what it imports; to compile everything here takes a minute.
  return installed('Python', () => pythonEnvironment(join(FOLDER, 'requirements.txt'), ['--no-deps', '--no-compile']));
}

/** The package.json from which the Node client can be required. */
export async function installNodeClient(): Promise<string> {
  return installed('Node', () =>
    cached('node', NODE_CLIENT, async (folder) => {
      const manifest = join(folder, 'package.json');
      await writeFile(manifest, '{ "private": true }\n');
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--silent'];
      await demand({ file: windows ? 'npm.cmd' : 'npm', args: ['install', ...flags, NODE_CLIENT], cwd: folder });
      return manifest;
    }),
  );
}

async function installed(language: string, install: () => Promise<string>): Promise<string> {
  try {
    return await install();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Google's ${language} clients cannot be installed, and without them nothing is tested: ${reason}`, {
      cause,
    });
  }
}

/**
 * The value that `install` returned in the folder of this identity, which is kept outside the checkout: by this call, or by an
 * earlier one that came to its end.
 */
async function cached(name: string, identity: string, install: (folder: string) => Promise<string>): Promise<string> {
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const folder = join(defaultCacheDir(), 'google-clients', `${name}-${key}`);
  const marker = join(folder, 'complete');
  let entry = '';
  await withLock(`${folder}.lock`, async () => {
    if ((await stat(marker).catch(() => undefined)) === undefined) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(marker, await install(folder));
    }
    entry = await readFile(marker, 'utf8');
  });
  return entry;
}
