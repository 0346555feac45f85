import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Every executable `name` in the folders of a PATH, first first. Relative folders, the empty entry among them, are passed
 * over: what lies in the current directory is not run by accident.
 */
export async function executablesOnPath(name: string, path: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (const dir of new Set((path ?? '').split(delimiter))) {
    if (!isAbsolute(dir)) continue;
    const file = join(dir, name);
    if (await canRun(file)) found.push(file);
  }
  return found;
}

async function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
