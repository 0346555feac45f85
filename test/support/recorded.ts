import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../test/histories/', import.meta.url));

/** The history of one run, as JSON. */
export interface RecordedJson {
  events: Record<string, unknown>[];
}

/** The versions with recorded histories. */
export function recordedVersions(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** The recorded runs of a version: the names of their files without the extension. */
export function recordedRuns(version: string): string[] {
  return readdirSync(join(folder, version))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

export function readRun(version: string, run: string): RecordedJson {
  return JSON.parse(readFileSync(join(folder, version, `${run}.json`), 'utf8')) as RecordedJson;
}
