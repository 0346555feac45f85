/**
 * The expected request of a name, a service and a version, in a second, strict implementation: no regular expression, no URL parser
 * and no code of the product. The properties compare the product with it.
 */

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const IN_NAMES = `${LOWER}${LOWER.toUpperCase()}${DIGITS}-._~=+@,():`;

export interface ExpectedRequest {
  origin: string;
  path: string;
}

/** The configured hosts. */
export interface Hosts {
  universe: string;
  /** By service, as the operator wrote them, `{location}` included. */
  overrides: ReadonlyMap<string, string>;
}

const LISTS = ['operations', 'transferOperations', 'warehouseOperations', 'batches'];

export function isName(name: string, service: string): boolean {
  const parts = name.split(':');
  const isMethod = parts.length > 1 && consistsOf(parts.at(-1) ?? '', LOWER + LOWER.toUpperCase());
  return isPath(name, service === 'speech.googleapis.com' ? 1 : 2) && !isMethod;
}

export function isParent(parent: string): boolean {
  return isPath(parent, LISTS.includes(parent) ? 1 : 2);
}

/** True if a parent is a collection of operations itself. */
export function isCollection(parent: string): boolean {
  return LISTS.includes(parent.split('/').at(-1) ?? '');
}

function isPath(path: string, leastSegments: number): boolean {
  const segments = path.split('/');
  return (
    path.length <= 780 &&
    segments.length >= leastSegments &&
    segments.every((segment) => {
      const parts = segment.split('%2F').flatMap((one) => one.split('%2f'));
      const isGood = (part: string) => part !== '' && part !== '.' && part !== '..' && consistsOf(part, IN_NAMES);
      return parts.every(isGood) && !segment.startsWith(':') && !segment.endsWith(':');
    })
  );
}

export function isHost(host: string): boolean {
  const labels = host.split('.');
  return host.length <= 190 && labels.length >= 2 && labels.every(isLabel);
}

export function isVersion(version: string): boolean {
  if (!version.startsWith('v')) return false;
  let at = 1;
  while (at < version.length && DIGITS.includes(version.charAt(at))) at += 1;
  const [number, rest] = [version.slice(1, at), version.slice(at)];
  if (number.length < 1 || number.length > 3) return false;
  return rest === '' || (rest.length <= 16 && LOWER.includes(rest.charAt(0)) && consistsOf(rest, LOWER + DIGITS));
}

export type Method = 'get' | 'cancel' | 'wait' | 'list';

/** The expected URL of a call, or `undefined` if it has to be refused. `name` is the parent of a list. */
export function expectedRequest(
  method: Method,
  { service, apiVersion, name }: { service: string; apiVersion: string; name: string },
  hosts: Hosts,
): ExpectedRequest | undefined {
  const isGood = method === 'list' ? isParent(name) : isName(name, service);
  if (!isGood || !isHost(service) || !isVersion(apiVersion)) return undefined;
  const host = hostOf(service, name, hosts);
  if (host === undefined || !isResolvable(host)) return undefined;
  const origin = `https://${host}`;
  const resource = method === 'list' && !isCollection(name) ? `${name}/operations` : name;
  const isStorage = service === 'storage.googleapis.com' && apiVersion === 'v1';
  const verb = method === 'get' || method === 'list' ? '' : `${isStorage && method === 'cancel' ? '/' : ':'}${method}`;
  if (service === 'dns.googleapis.com') return { origin, path: `/dns/${apiVersion}/${resource}${verb}` };
  if (isStorage) {
    const isBucket = resource.startsWith('projects/_/buckets/');
    const inPath = isBucket ? `b/${resource.slice('projects/_/buckets/'.length)}` : resource;
    return { origin, path: `/storage/v1/${inPath}${verb}` };
  }
  const prefix = prefixOf(service, apiVersion);
  const isThere = prefix === undefined || resource.split('/')[0] === prefix;
  return { origin, path: `/${apiVersion}/${isThere ? '' : `${prefix}/`}${resource}${verb}` };
}

/** True if a service has `wait`: of Google's services in these properties only Vertex AI. */
export function hasWait(service: string): boolean {
  return service === 'aiplatform.googleapis.com' || !service.endsWith('.googleapis.com');
}

/** True if an origin may get a token. */
export function mayHaveToken(origin: string, { universe, overrides }: Hosts): boolean {
  if (!origin.startsWith('https://')) return false;
  const host = origin.slice('https://'.length);
  if (host.endsWith(`.${universe}`)) return true;
  return [...overrides].some(([service, template]) => {
    const [before = '', after] = template.slice('https://'.length).split('{location}');
    if (after === undefined) return host === before;
    // For names without a location the entry stands for the service's own host.
    if (host === service) return true;
    const between = host.slice(before.length, host.length - after.length);
    return host.startsWith(before) && host.endsWith(after) && isLabel(between);
  });
}

function hostOf(service: string, name: string, { universe, overrides }: Hosts): string | undefined {
  const plain = service.endsWith('.googleapis.com')
    ? `${service.slice(0, -'.googleapis.com'.length)}.${universe}`
    : service;
  const location = locationIn(name);
  const own = overrides.get(service)?.slice('https://'.length);
  if (own !== undefined && !own.includes('{location}')) return own;
  if (location === undefined) return plain;
  if (own !== undefined) return filled(own, location);
  if (service !== 'aiplatform.googleapis.com') return plain;
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.${universe}`;
  return filled(`{location}-${plain}`, location);
}

function filled(template: string, location: string): string | undefined {
  const host = template.replaceAll('{location}', location);
  return isLabel(location) ? host : undefined;
}

/** A host that ends in a number is an IPv4 address, and has to be written as one. */
function isResolvable(host: string): boolean {
  const labels = (host.split(':')[0] ?? '').split('.');
  const last = labels.at(-1) ?? '';
  if (labels.some((label) => label.length > 63)) return false;
  const isNumber = consistsOf(last, DIGITS) || (last.startsWith('0x') && consistsOf(last.slice(2), `${DIGITS}abcdef`));
  if (!isNumber) return true;
  return labels.length === 4 && labels.every((label) => String(Number(label)) === label && Number(label) <= 255);
}

function locationIn(name: string): string | undefined {
  const segments = name.split('/');
  for (const collection of ['locations', 'regions']) {
    for (let at = 0; at < segments.length; at += 2) {
      if (segments[at] !== collection) continue;
      const location = segments[at + 1];
      if (location === undefined) break;
      return location === 'global' ? undefined : location;
    }
  }
  return undefined;
}

function prefixOf(service: string, version: string): string | undefined {
  if (service === 'pubsublite.googleapis.com' && version === 'v1') return 'admin';
  if (service === 'speech.googleapis.com' && ['v1', 'v1p1beta1'].includes(version)) return 'operations';
  return undefined;
}

function isLabel(label: string): boolean {
  return (
    label.length >= 1 &&
    label.length <= 63 &&
    consistsOf(label, `${LOWER + DIGITS}-`) &&
    !label.startsWith('-') &&
    !label.endsWith('-')
  );
}

function consistsOf(text: string, characters: string): boolean {
  // Compared by UTF-16 unit, because these lists have only ASCII characters.
  return text.split('').every((unit) => characters.includes(unit));
}
