import type { OperationRef } from '../../contract/activities.js';
import { defaultApiVersion } from '../../contract/api-version.js';
import { DEFAULT_SERVICE, problemOfApiVersion, problemOfName, problemOfService } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { canonicalName } from '../../google/bindings.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { parsePath } from '../../google/url.js';
import { CommandError } from '../command-error.js';
import type { ApiFlags } from './flags.js';
import { serviceOfUrl } from './service-of-url.js';

/** An operation that was named on the command line. */
export interface OperationArgument extends OperationRef {
  workflowId: string;
}

/** The parts of an operation that a text names. */
type ParsedName = { name: string; service?: string | undefined; apiVersion?: string };

/** The characters of names. The escape of one in a URL is decoded, and every other escape stays. */
const NAME_CHARACTER = /[\w\-.~=+@,():]/;

/** The error of a text that does not name an operation; the message follows the text. */
class BadName extends Error {
  override readonly name = 'BadName';
}

/**
 * Reads the names that a command was given: full names, `//service/name`, or URLs of operations, with or
 * without `:cancel` or `:wait` at the end. An operation that is named twice is returned once.
 *
 * @throws {CommandError} `BAD_USAGE` with every problem of every name and of the flags
 */
export function parseNames(texts: readonly string[], flags: ApiFlags, endpoints: EndpointConfig): OperationArgument[] {
  const problems = problemsOfFlags(flags);
  const targets = new Map<string, OperationArgument>();
  for (const text of texts) {
    try {
      const target = toArgument(parseName(text, flags, endpoints), flags);
      if (!targets.has(target.workflowId)) targets.set(target.workflowId, target);
    } catch (error) {
      if (!(error instanceof BadName)) throw error;
      problems.push(`${quoted(text)} ${error.message}`);
    }
  }
  if (problems.length === 0) return [...targets.values()];
  throw new CommandError('BAD_USAGE', [...problems, NOTHING_DONE].join('\n'));
}

/** The API that the flags name, for a command that takes no operation. @throws {CommandError} `BAD_USAGE` */
export function apiOf(flags: ApiFlags): { service: string; apiVersion: string } {
  const problems = problemsOfFlags(flags);
  if (problems.length > 0) throw new CommandError('BAD_USAGE', problems.join('\n'));
  const { service = DEFAULT_SERVICE } = flags;
  return { service, apiVersion: flags.apiVersion ?? defaultApiVersion(service) };
}

const NOTHING_DONE =
  'Nothing was done. A name is projects/p/locations/us-central1/operations/123, //service/name, or a URL.';

function problemsOfFlags({ service = DEFAULT_SERVICE, apiVersion = 'v1' }: ApiFlags): string[] {
  const problems = { '--service': problemOfService(service), '--api-version': problemOfApiVersion(apiVersion) };
  return Object.entries(problems).flatMap(([flag, problem]) => (problem === undefined ? [] : [`${flag} ${problem}`]));
}

function toArgument({ service, apiVersion, ...parsed }: ParsedName, flags: ApiFlags): OperationArgument {
  const owner = flags.service ?? service ?? DEFAULT_SERVICE;
  const name = canonicalName(owner, parsed.name);
  const problem = problemOfName(name, owner);
  if (problem !== undefined) throw new BadName(problem);
  // A bad --service has been reported already.
  if (service !== undefined && service !== owner && problemOfService(owner) === undefined)
    throw new BadName(`is of ${service}, but --service is ${owner}; leave one of them out`);
  return {
    name,
    service: owner,
    apiVersion: flags.apiVersion ?? apiVersion ?? defaultApiVersion(owner),
    workflowId: workflowIdOf(owner, name),
  };
}

function parseName(text: string, flags: ApiFlags, endpoints: EndpointConfig): ParsedName {
  if (/^https?:/i.test(text)) return fromUrl(text, flags, endpoints);
  if (text.startsWith('//')) return fromFullResourceName(text);
  if (problemOfApiVersion(text.split('/', 1)[0]) === undefined)
    throw new BadName('begins with a version; leave it out, or give it with --api-version');
  return { name: text };
}

function fromFullResourceName(text: string): ParsedName {
  const [, service = '', name = ''] = /^\/\/([^/]*)\/?(.*)$/s.exec(text) ?? [];
  const problem = problemOfService(service);
  if (problem !== undefined) throw new BadName(`names a service that ${problem}`);
  return { name, service };
}

function fromUrl(text: string, flags: ApiFlags, endpoints: EndpointConfig): ParsedName {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '')
    throw new BadName('is not a URL of an operation');
  // The parser removes `.` and `..`, also escaped ones: the path would be that of another operation.
  const [, path = ''] = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(text) ?? [];
  if (url.pathname !== (path || '/')) throw new BadName('has a path that stands for another one');
  const service = serviceOfUrl(url, endpoints);
  if (service !== undefined && url.protocol !== 'https:') throw new BadName('must be an https URL');
  const problem = service === undefined ? undefined : problemOfService(service);
  if (problem !== undefined) throw new BadName(`has a host that names no service: it ${problem}`);
  const parsed = parsePath(service ?? flags.service ?? DEFAULT_SERVICE, url.pathname);
  if (parsed === undefined) throw new BadName('is a URL without a version such as /v1/ before the name');
  return { ...parsed, name: decoded(parsed.name), service };
}

function decoded(name: string): string {
  return name.replaceAll(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return NAME_CHARACTER.test(character) ? character : escape;
  });
}
