import { DEFAULT_SERVICE, problemOfService } from '../contract/names.js';
import { DEFAULT_UNIVERSE_DOMAIN, type EndpointConfig, parseEndpoints } from '../google/endpoint.js';
import { parseGlob } from '../google/glob.js';
import { formatAddress } from './host-port.js';
import type { Variables } from './variables.js';

/** What the worker may do at Google, and how it gets there. */
export interface GoogleConfig {
  /** The services this worker may call; `*` is every one of Google's. */
  services: string[];
  /** Globs of the names it may touch. */
  operations: string[];
  /** Where each service is, or the emulator that every call goes to, with no credentials. */
  endpoints: EndpointConfig;
  /** Ceiling for one project and location; none where it is left out. */
  requestsPerMinute?: number;
}

const DEFAULT_REQUESTS_PER_MINUTE = 300;
const MAX_REQUESTS_PER_MINUTE = 1_000_000;

/** Reads the Google side of the environment; what is wrong goes to `variables.problems`. */
export function readGoogleConfig(variables: Variables): GoogleConfig | undefined {
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
  const requestsPerMinute = readRequestsPerMinute(variables, emulator !== undefined);
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
  };
}

function readOverrides(variables: Variables): ReadonlyMap<string, string> | undefined {
  try {
    return parseEndpoints(variables.text('GOOGLE_ENDPOINTS') ?? '');
  } catch (error) {
    return variables.report('GOOGLE_ENDPOINTS', messageOf(error));
  }
}

// With an emulator there is no quota to keep. 0 asks for no ceiling.
function readRequestsPerMinute(variables: Variables, emulated: boolean): number | undefined {
  const set = variables.value(
    'GOOGLE_REQUESTS_PER_MINUTE',
    `a whole number from 0 (no ceiling) to ${MAX_REQUESTS_PER_MINUTE}`,
    (text) => (/^\d{1,7}$/.test(text) && Number(text) <= MAX_REQUESTS_PER_MINUTE ? Number(text) : undefined),
  );
  const chosen = set ?? (emulated ? 0 : DEFAULT_REQUESTS_PER_MINUTE);
  return chosen === 0 ? undefined : chosen;
}

function problemOfGlob(glob: string): string | undefined {
  try {
    parseGlob(glob);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
