import { DEFAULT_SERVICE, problemOfService, projectOf } from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { argumentError, GoogleApiError } from './error.js';
import { parseGlob, type Glob } from './glob.js';

// Google's APIs are one label below googleapis.com; a deeper name, such as that of a bucket, can belong to anybody.
const GOOGLE_SERVICE = /^[a-z0-9-]+\.googleapis\.com$/;

/**
 * The hosts whose paths are those of somebody's objects: a name such as `bucket/operations/1` would read an object, and
 * its owner would say how an operation ended. `*` does not include them.
 */
const OBJECT_HOSTS: readonly string[] = ['commondatastorage', 'firebasestorage', 'storage', 'www'].map(
  (label) => `${label}.googleapis.com`,
);

/** The services and names that this worker may touch. The operator sets the rules, and no caller can widen them. */
export interface AccessRules {
  /** @throws GoogleApiError of kind `FORBIDDEN` if the rules do not allow the service or the name. */
  assertAllowed(service: string, name: string): void;
  /** The same for a parent to list: it is allowed if some name under it is. */
  assertParentAllowed(service: string, parent: string): void;
}

export interface AccessSettings {
  /**
   * GOOGLE_SERVICES: services, comma-separated or as a list; `*` is every one-label `X.googleapis.com` save for
   * `storage` and other hosts whose paths are objects.
   * Default: Vertex AI.
   */
  services?: string | readonly string[];
  /** ALLOWED_OPERATIONS: patterns of names, comma-separated or as a list; see `parseGlob`. Default: all. */
  operations?: string | readonly string[];
}

/**
 * The rules in a worker's settings.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the variable and its bad entry.
 */
export function createAccess({ services = DEFAULT_SERVICE, operations = '**' }: AccessSettings): AccessRules {
  const allowedServices = new Set(parseEntries('GOOGLE_SERVICES', services));
  for (const service of allowedServices) {
    const problem = service === '*' ? undefined : problemOfService(service);
    if (problem !== undefined)
      throw argumentError(`GOOGLE_SERVICES: a service ${problem}, or * for every *.googleapis.com`);
  }
  const globs = parseEntries('ALLOWED_OPERATIONS', operations).map(parsePattern);

  const assertMatch = (service: string, name: string, match: keyof Glob): void => {
    const isObjectHost = OBJECT_HOSTS.includes(service);
    if (!allowedServices.has(service) && !(allowedServices.has('*') && GOOGLE_SERVICE.test(service) && !isObjectHost)) {
      const hint = isObjectHost ? ', and this service has to be named' : '';
      throw forbiddenError(
        `This worker may not call ${quoted(service)}: GOOGLE_SERVICES is ${quoted(String(services))}${hint}`,
      );
    }
    if (globs.some((glob) => glob[match](name))) return;
    const hint = /^\d+$/.test(projectOf(name) ?? '') ? '. A project has a number and an id: allow both' : '';
    throw forbiddenError(
      `This worker may not touch ${quoted(name)}: ALLOWED_OPERATIONS is ${quoted(String(operations))}${hint}`,
    );
  };
  return {
    assertAllowed: (service, name) => assertMatch(service, name, 'matches'),
    assertParentAllowed: (service, parent) => assertMatch(service, parent, 'matchesUnder'),
  };
}

function parsePattern(pattern: string): Glob {
  try {
    return parseGlob(pattern);
  } catch (error) {
    throw argumentError(
      `ALLOWED_OPERATIONS: ${quoted(pattern)} ${(error as Error).message}. It takes patterns such as projects/my-project/**`,
    );
  }
}

function parseEntries(variable: string, setting: string | readonly string[]): string[] {
  const list = typeof setting === 'string' ? setting.split(',') : setting;
  const entries = list.map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (entries.length === 0) throw argumentError(`${variable} must have at least one entry`);
  return entries;
}

function forbiddenError(message: string): GoogleApiError {
  return new GoogleApiError(message, { code: 'PERMISSION_DENIED', kind: 'FORBIDDEN' });
}
