import { createRequire } from 'node:module';
import type * as tldts from 'tldts';
import { locationOf, problemOfService } from '../contract/names.js';
import { quoted } from '../contract/text.js';
import { argumentError } from './error.js';

/** For a service, the origin to use in place of its own, such as `https://{location}-documentai.googleapis.com`. */
export type Endpoints = ReadonlyMap<string, string>;

export interface EndpointConfig {
  /** `googleapis.com`, or that of a Trusted Partner Cloud. */
  universeDomain: string;
  overrides: Endpoints;
  /** `host:port` of an emulator, which then gets every call over plain HTTP. */
  emulatorHost?: string;
}

export const DEFAULT_UNIVERSE_DOMAIN = 'googleapis.com';

const VERTEX_AI = 'aiplatform.googleapis.com';
/**
 * The services with a host for each location, `{location}-{service}`, whose own host refuses other locations than
 * `global`: the `endpoints` of Vertex AI's discovery document, the base URLs of Google's Terraform provider for Dialogflow
 * CX, Discovery Engine, Document AI and GKE Multi-Cloud, the samples of Dataproc's clients, and of Speech v2
 * googleapis/google-cloud-go#8593. Names of Speech v1 have no location.
 */
const REGIONAL_SERVICES = new Set([
  VERTEX_AI,
  'dataproc.googleapis.com',
  'dialogflow.googleapis.com',
  'discoveryengine.googleapis.com',
  'documentai.googleapis.com',
  'gkemulticloud.googleapis.com',
  'speech.googleapis.com',
]);
/** The locations of Vertex AI that are multi-regions, with hosts of the form `aiplatform.us.rep.googleapis.com`. */
const MULTI_REGIONS = new Set(['us', 'eu']);
const PLACEHOLDER = '{location}';
/** One label of a host name (RFC 1123, 2.1). */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const WHOLE_LABEL = new RegExp(`^${LABEL}$`);

/**
 * The origin that serves an operation, such as `https://us-central1-aiplatform.googleapis.com`.
 *
 * A few services have a host for each location, and answer 400 at a wrong one. `us` and `eu` of Vertex AI are
 * multi-regions with hosts of another form; `global` and names without a location are on the service's own host. Other
 * services have one host for all locations. An override comes first; one with `{location}` only where the name has a
 * location other than `global`.
 *
 * @param name the operation's name, or a parent.
 * @throws GoogleApiError of kind `ARGUMENT` where the host needs the name's location, and that is not a DNS label.
 */
export function endpointOf({ service, name }: { service: string; name: string }, config: EndpointConfig): string {
  if (config.emulatorHost !== undefined) return emulatorOrigin(config.emulatorHost);
  const location = regionIn(name);
  const override = config.overrides.get(service);
  if (override !== undefined && !override.includes(PLACEHOLDER)) return override;
  if (location === undefined) return `https://${hostOf(service, config)}`;
  const template = override ?? `https://${defaultHost(service, location, config)}`;
  if (template.includes(PLACEHOLDER)) assertDnsLabel(location);
  return template.replaceAll(PLACEHOLDER, location);
}

/** Whether a URL may be sent a token: https, and at a host of the universe or one that the operator named. */
export function mayReceiveToken(url: URL, config: EndpointConfig): boolean {
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  if (url.port === '' && url.hostname.endsWith(`.${config.universeDomain}`)) return true;
  return [...config.overrides].some(
    ([service, template]) =>
      matchesTemplate(url.origin, template) ||
      // A name without a location is served by the service's own host (see endpointOf).
      (template.includes(PLACEHOLDER) && url.origin === `https://${hostOf(service, config)}`),
  );
}

/**
 * Reads GOOGLE_ENDPOINTS: `service=https://host[:port]`, comma-separated, `{location}` allowed in the host.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that names the entry and its problem, in words to go
 *   after the variable's name.
 */
export function parseEndpoints(text: string): Endpoints {
  const overrides = new Map<string, string>();
  for (const entry of text.split(',').map((one) => one.trim())) {
    if (entry === '') continue;
    const [service = '', ...rest] = entry.split('=');
    const entryError = (problem: string) =>
      argumentError(`has the entry ${quoted(entry)}, which ${problem}; it takes service=https://host, comma-separated`);
    const origin = rest.join('=').trim();
    if (origin === '') throw entryError('has no endpoint');
    const problem = problemOfService(service.trim());
    if (problem !== undefined) throw entryError(`has a bad service: it ${problem}`);
    if (overrides.has(service.trim())) throw entryError('names a service a second time');
    overrides.set(service.trim(), parseTemplate(origin, entryError));
  }
  return overrides;
}

/** The location in a name, where a host can depend on it: `global` has no host of its own. */
function regionIn(name: string): string | undefined {
  const location = locationOf(name);
  return location === 'global' ? undefined : location;
}

/** A service's own host, in the universe of the configuration. */
function hostOf(service: string, { universeDomain }: EndpointConfig): string {
  const suffix = `.${DEFAULT_UNIVERSE_DOMAIN}`;
  return service.endsWith(suffix) ? service.slice(0, -suffix.length) + `.${universeDomain}` : service;
}

function defaultHost(service: string, location: string, config: EndpointConfig): string {
  const host = hostOf(service, config);
  if (!REGIONAL_SERVICES.has(service)) return host;
  if (service === VERTEX_AI && MULTI_REGIONS.has(location))
    return `aiplatform.${location}.rep.${config.universeDomain}`;
  return `${PLACEHOLDER}-${host}`;
}

function assertDnsLabel(location: string): void {
  if (!WHOLE_LABEL.test(location)) {
    throw argumentError(
      `name must have a location that is one DNS label, such as us-central1; it is ${quoted(location)}`,
    );
  }
}

function emulatorOrigin(host: string): string {
  const url = parseUrl(`http://${host}`);
  if (url === undefined || !isBare(url) || !/:\d+$/.test(host)) {
    throw argumentError(`OPERATIONS_EMULATOR_HOST must be host:port; it is ${quoted(host)}`);
  }
  return url.origin;
}

function parseTemplate(origin: string, entryError: (problem: string) => Error): string {
  if (!/^https:\/\//i.test(origin)) throw entryError('must be https');
  const template = origin.replace(/\/$/, '').replace(/:443$/, '').toLowerCase();
  const example = template.replaceAll(PLACEHOLDER, 'location');
  const url = parseUrl(example);
  if (url !== undefined && !isBare(url)) {
    throw entryError('must be a host only, without user, path, query or fragment');
  }
  if (url?.origin !== example || /[{}_*]/.test(example)) {
    throw entryError('is not a plain host name with an optional port');
  }
  if (!hasFixedDomain(template))
    throw entryError(
      `must have a domain of one owner after ${PLACEHOLDER}, and not one such as run.app in which everybody can have a name`,
    );
  return template;
}

/**
 * The location comes from the caller's name, so `https://{location}.com` or `https://{location}.run.app` could be a host of
 * the caller's. The public suffix list has such domains, and googleapis.com as well, where all names are Google's.
 */
function hasFixedDomain(template: string): boolean {
  if (!template.includes(PLACEHOLDER)) return true;
  const after = template.slice(template.lastIndexOf(PLACEHOLDER)).replace(/:\d+$/, '');
  const domain = after.split('.').slice(1).join('.');
  if (`.${domain}`.endsWith(`.${DEFAULT_UNIVERSE_DOMAIN}`)) return true;
  // Loaded only here: the list takes as long to load as Google's library.
  const { getDomain } = createRequire(import.meta.url)('tldts') as typeof tldts;
  return getDomain(domain, { allowPrivateDomains: true }) !== null;
}

function isBare(url: URL): boolean {
  return url.pathname === '/' && !/[?#@]/.test(url.href);
}

function matchesTemplate(origin: string, template: string): boolean {
  const parts = template.split(PLACEHOLDER).map((part) => part.replaceAll(/[^a-z0-9-]/g, '\\$&'));
  return new RegExp(`^${parts.join(LABEL)}$`).test(origin);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
