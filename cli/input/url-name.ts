import { DEFAULT_SERVICE, problemOfService } from '../../contract/names.js';
import { serviceOfRoot } from '../../google/bindings.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { parsePath } from '../../google/url.js';
import { isConsoleUrl, jobOfConsoleUrl } from './console-url.js';
import type { ApiFlags } from './flags.js';
import { BadName, type ParsedName } from './parsed-name.js';
import { serviceOfUrl } from './service-of-url.js';

/** The characters of names. The escape of one in a URL is decoded, and every other escape stays. */
const NAME_CHARACTER = /[\w\-.~=+@,():]/;

/**
 * What a URL names: that of the REST API, with its verb or without, or a page of the Google Cloud console.
 *
 * @throws {BadName} if it names nothing
 */
export function parseUrl(text: string, flags: ApiFlags, endpoints: EndpointConfig): ParsedName {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new BadName('is not a URL of an operation or a job');
  // The parser removes `.` and `..`, also escaped ones: the path would be that of another operation.
  const [, path = ''] = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(text) ?? [];
  if (url.pathname !== (path || '/')) throw new BadName('has a path that stands for another one');
  if (isConsoleUrl(url)) return parseConsoleUrl(url);
  const service = serviceOfUrl(url, endpoints);
  if (service !== undefined && url.protocol !== 'https:') throw new BadName('must be an https URL');
  const problem = service === undefined ? undefined : problemOfService(service);
  if (problem !== undefined) throw new BadName(`has a host that names no service: it ${problem}`);
  // The host of an emulator names no service, and the path does for a few.
  const owner = service ?? serviceOfRoot(url.pathname);
  const parsed = parsePath(owner ?? flags.service ?? DEFAULT_SERVICE, url.pathname, url.searchParams);
  if (parsed === undefined) throw new BadName('is a URL without a version such as /v1/ before the name');
  return { ...parsed, name: decoded(parsed.name), service: owner };
}

function parseConsoleUrl(url: URL): ParsedName {
  if (url.protocol !== 'https:') throw new BadName('must be an https URL');
  const job = jobOfConsoleUrl(url);
  if (job === undefined) throw new BadName('is a console page that does not tell which job of which kind it shows');
  return job;
}

function decoded(name: string): string {
  return name.replaceAll(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return NAME_CHARACTER.test(character) ? character : escape;
  });
}
