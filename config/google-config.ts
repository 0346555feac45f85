import { DEFAULT_SERVICE, problemOfService } from '../contract/names.js';
import { DEFAULT_UNIVERSE_DOMAIN, type Endpoints, parseEndpoints } from '../google/endpoint.js';
import { parseGlob } from '../google/glob.js';
import { problemOfCredentialsFile } from '../google/http/credentials-file.js';
import type { GoogleClientSettings } from './google-client.js';
import { formatAddress } from './host-port.js';
import { readEnvironment, type Variables } from './variables.js';

/** The Google side of an environment. */
export interface GoogleConfig extends GoogleClientSettings {
  /**
   * The maximum of requests a minute for one project and location, over all activities of the process; no limit
   * where it is left out.
   */
  requestsPerMinute?: number;
  /** The highest number of poll attempts a second; the worker adapts it up to this. Left out: no such maximum. */
  attemptsPerSecond?: number;
}

const DEFAULT_REQUESTS_PER_MINUTE = 300;
const MAX_REQUESTS_PER_MINUTE = 1_000_000;

/**
 * Reads the Google side of an environment, as a worker reads it.
 *
 * @throws {ConfigError} with every variable that cannot be used.
 */
export function readGoogleConfig(env: NodeJS.ProcessEnv): GoogleConfig {
  return readEnvironment(env, googleConfigFrom);
}

/** The same as a part of a larger configuration: problems are added to `variables.problems`. */
export function googleConfigFrom(variables: Variables): GoogleConfig | undefined {
  const before = variables.problems.length;
  const emulator = variables.hostPort('OPERATIONS_EMULATOR_HOST', { host: 'localhost', port: 8086 });
  const services = variables.list(
    'GOOGLE_SERVICES',
    `services divided by commas, such as ${DEFAULT_SERVICE}, or *`,
    (entry) => (entry === '*' ? undefined : problemOfService(entry)?.replace(/; it is .*$/s, '')),
  );
  const operations = variables.list(
    'ALLOWED_OPERATIONS',
    'globs of operation names divided by commas, such as projects/my-project/**',
    problemOfGlob,
  );
  const universeDomain = variables.value(
    'GOOGLE_CLOUD_UNIVERSE_DOMAIN',
    `a domain such as ${DEFAULT_UNIVERSE_DOMAIN}`,
    (text) => (problemOfService(text) === undefined ? text : undefined),
  );
  const overrides = readOverrides(variables);
  const credentials = emulator === undefined ? variables.text('GOOGLE_APPLICATION_CREDENTIALS') : undefined;
  const problem = credentials === undefined ? undefined : problemOfCredentialsFile(credentials);
  if (problem !== undefined) variables.report('GOOGLE_APPLICATION_CREDENTIALS', `cannot be used: ${problem}`);
  const requestsPerMinute = readRequestsPerMinute(variables, emulator !== undefined);
  const attemptsPerSecond = variables.value('MAX_ATTEMPTS_PER_SECOND', 'a whole number from 1 to 10000', (text) =>
    /^[1-9]\d{0,3}$|^10000$/.test(text) ? Number(text) : undefined,
  );
  if (variables.problems.length > before || overrides === undefined) return undefined;
  return {
    services: services ?? [DEFAULT_SERVICE],
    operations: operations ?? ['**'],
    endpoints: {
      universeDomain: universeDomain ?? DEFAULT_UNIVERSE_DOMAIN,
      overrides,
      emulatorHost: emulator === undefined ? undefined : formatAddress(emulator),
    },
    requestsPerMinute,
    ...(attemptsPerSecond !== undefined && { attemptsPerSecond }),
  };
}

function readOverrides(variables: Variables): Endpoints | undefined {
  try {
    return parseEndpoints(variables.text('GOOGLE_ENDPOINTS') ?? '');
  } catch (error) {
    return variables.report('GOOGLE_ENDPOINTS', errorText(error));
  }
}

/** The default for an emulator is no limit, because it has no quota. */
function readRequestsPerMinute(variables: Variables, isEmulated: boolean): number | undefined {
  const set = variables.value(
    'GOOGLE_REQUESTS_PER_MINUTE',
    `a whole number from 0 (no limit) to ${MAX_REQUESTS_PER_MINUTE}`,
    (text) => (/^\d{1,7}$/.test(text) && Number(text) <= MAX_REQUESTS_PER_MINUTE ? Number(text) : undefined),
  );
  const chosen = set ?? (isEmulated ? 0 : DEFAULT_REQUESTS_PER_MINUTE);
  return chosen === 0 ? undefined : chosen;
}

function problemOfGlob(glob: string): string | undefined {
  try {
    parseGlob(glob);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
