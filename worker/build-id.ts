import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { packageVersion } from '../config/package-version.js';

/**
 * The build id of a worker that was given none: the version and a digest of its workflows, such as `0.1.0-3f2a9c51`.
 * Temporal shows it beside pollers and in histories; it switches no versioning on.
 */
export async function ownBuildId(bundle: WorkflowBundleOption): Promise<string> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath);
  return `${packageVersion()}-${createHash('sha256').update(code).digest('hex').slice(0, 8)}`;
}
