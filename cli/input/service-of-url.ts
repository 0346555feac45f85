import { serviceOfRoot } from '../../google/bindings.js';
import { DEFAULT_UNIVERSE_DOMAIN, type EndpointConfig } from '../../google/endpoint.js';

/**
 * The service of a URL's host: the inverse of `endpointOf`. The location at the start of the host
 * (`us-central1-aiplatform.googleapis.com`) or within it (`aiplatform.us.rep.googleapis.com`) is removed if
 * the path, or the query of BigQuery's URLs, has the same. A `selfLink` may be at `www.googleapis.com`, as in
 * `/storage/v1/…`, `/bigquery/v2/…` and `/compute/v1/…`.
 *
 * @returns `undefined` for an emulator, which answers for every service
 */
export function serviceOfUrl(
  { origin, host, hostname, pathname, searchParams }: URL,
  { universeDomain, overrides, emulatorHost }: EndpointConfig,
): string | undefined {
  if (host === emulatorHost || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return undefined;
  const location =
    /\/(?:locations|regions)\/([^/]+)/.exec(pathname)?.[1] ?? searchParams.get('location')?.toLowerCase() ?? '';
  for (const [service, template] of overrides) {
    if (template.replaceAll('{location}', location) === origin) return service;
  }
  const suffix = [universeDomain, DEFAULT_UNIVERSE_DOMAIN].find((domain) => hostname.endsWith(`.${domain}`));
  if (suffix === undefined) return hostname;
  const sharedHost = hostname === `www.${suffix}` ? serviceOfRoot(pathname) : undefined;
  if (sharedHost !== undefined) return sharedHost;
  return `${withoutLocation(hostname.slice(0, -suffix.length - 1), location)}.${DEFAULT_UNIVERSE_DOMAIN}`;
}

function withoutLocation(host: string, location: string): string {
  if (location === '') return host;
  if (host.endsWith(`.${location}.rep`)) return host.slice(0, -`.${location}.rep`.length);
  return host.startsWith(`${location}-`) ? host.slice(location.length + 1) : host;
}
