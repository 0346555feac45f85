import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The build of this checkout or package is not whole. */
export class NotBuiltError extends Error {
  override readonly name = 'NotBuiltError';
  readonly code = 'NOT_BUILT';
}

/**
 * The path of the workflow bundle that `npm run build` makes beside the compiled code.
 *
 * @throws {NotBuiltError} where it is missing.
 */
export function workflowBundlePath(): string {
  const path = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (!existsSync(path)) {
    throw new NotBuiltError(`There is no workflow bundle at ${path}. Run npm run build, which makes it.`);
  }
  return path;
}
