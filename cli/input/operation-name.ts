import type { OperationRef } from '../../contract/activities.js';
import { defaultApiVersion } from '../../contract/api-version.js';
import { DEFAULT_SERVICE, problemOfApiVersion, problemOfName, problemOfService } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import { parseWorkflowId, workflowIdOf } from '../../contract/workflow-id.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { problemOfKind, servicesOfJob } from '../../google/kinds/find-kind.js';
import { CommandError } from '../command-error.js';
import { lacksLocation, nameOfJobReference } from './bigquery-job.js';
import type { ApiFlags } from './flags.js';
import { BadName, type ParsedName } from './parsed-name.js';
import { parseUrl } from './url-name.js';
import { usualName } from './usual-name.js';

const BIGQUERY = 'bigquery.googleapis.com';

/** The error of names that cannot be used. */
export class NamesError extends CommandError {
  /** @param problems each of the texts with what is wrong with it */
  constructor(
    message: string,
    readonly problems: ReadonlyMap<string, string>,
  ) {
    super('BAD_USAGE', message);
  }
}

/** The id that `cancel-all` and the library give to the workflow of a bulk. */
export function isBulkId(text: string): boolean {
  return text.startsWith('cancel-operations-');
}

/** An operation or a job that was named on the command line. */
export interface OperationArgument extends OperationRef {
  workflowId: string;
}

/**
 * Reads the names that a command was given, of operations and jobs: full names, `//service/name`, URLs of the REST API
 * with or without a verb at the end, pages of the Google Cloud console, BigQuery's `project:location.job`, and workflow ids.
 * What is named twice is returned once.
 *
 * @throws {CommandError} `BAD_USAGE` with every problem of every name and of the flags
 * @throws {NamesError} where the problems are those of names only
 */
export function parseNames(texts: readonly string[], flags: ApiFlags, endpoints: EndpointConfig): OperationArgument[] {
  const flagProblems = problemsOfFlags(flags);
  const problems = new Map<string, string>();
  const targets = new Map<string, OperationArgument>();
  for (const text of texts) {
    try {
      const target = toArgument(parseName(text, flags, endpoints), flags);
      if (!targets.has(target.workflowId)) targets.set(target.workflowId, target);
    } catch (error) {
      if (!(error instanceof BadName)) throw error;
      problems.set(text, `${quoted(text)} ${error.message}`);
    }
  }
  if (flagProblems.length + problems.size === 0) return [...targets.values()];
  const message = [...flagProblems, ...problems.values(), NOTHING_DONE].join('\n');
  throw flagProblems.length > 0 ? new CommandError('BAD_USAGE', message) : new NamesError(message, problems);
}

/** The API that the flags name, for a command that takes no operation. @throws {CommandError} `BAD_USAGE` */
export function apiOf(flags: ApiFlags): { service: string; apiVersion: string } {
  const problems = problemsOfFlags(flags);
  if (problems.length > 0) throw new CommandError('BAD_USAGE', problems.join('\n'));
  const { service = DEFAULT_SERVICE } = flags;
  return { service, apiVersion: flags.apiVersion ?? defaultApiVersion(service) };
}

const NOTHING_DONE =
  'Nothing was done. A name is projects/p/locations/us-central1/operations/123, //service/name, a URL, a workflow id, or, of a job of ' +
  'BigQuery, project:location.job.';

function problemsOfFlags({ service = DEFAULT_SERVICE, apiVersion = 'v1' }: ApiFlags): string[] {
  const problems = { '--service': problemOfService(service), '--api-version': problemOfApiVersion(apiVersion) };
  return Object.entries(problems).flatMap(([flag, problem]) => (problem === undefined ? [] : [`${flag} ${problem}`]));
}

function toArgument({ service, apiVersion, ...parsed }: ParsedName, flags: ApiFlags): OperationArgument {
  const owner = flags.service ?? service ?? ownerOf(parsed.name);
  const name = usualName(owner, parsed.name);
  const problem = problemOfName(name, owner);
  if (problem !== undefined) throw new BadName(problem);
  // A bad --service has been reported already.
  if (service !== undefined && service !== owner && problemOfService(owner) === undefined)
    throw new BadName(`is of ${service}, but --service is ${owner}; leave one of them out`);
  const unknown = problemOfKind({ service: owner, name });
  if (unknown !== undefined) throw new BadName(unknown);
  return {
    name,
    service: owner,
    apiVersion: flags.apiVersion ?? apiVersion ?? defaultApiVersion(owner, name),
    workflowId: workflowIdOf(owner, name),
  };
}

/**
 * The service of a name without one: Vertex AI, unless it has no such jobs and exactly one other service has. Operations
 * are named alike everywhere, and are Vertex AI's.
 *
 * @throws {BadName} if several other services have such jobs
 */
function ownerOf(name: string): string {
  const owners = servicesOfJob(name);
  if (owners.length === 0 || owners.includes(DEFAULT_SERVICE)) return DEFAULT_SERVICE;
  const [owner = DEFAULT_SERVICE, ...others] = owners;
  if (others.length === 0) return owner;
  throw new BadName(`may be a job of ${owners.join(', ')}; name one of them with --service, or as //${owner}/${name}`);
}

function parseName(text: string, flags: ApiFlags, endpoints: EndpointConfig): ParsedName {
  if (/^https?:/i.test(text)) return parseUrl(text, flags, endpoints);
  if (text.startsWith('//')) return fromFullResourceName(text);
  const followed = parseWorkflowId(text);
  if (followed !== undefined) return followed;
  if (isBulkId(text)) throw new BadName('is the id of a bulk, which only status, watch and abort take');
  if (/^operation:[^:]*\.[^:]*:/.test(text))
    throw new BadName(
      "is not the workflow id of an operation; a shortened one does not hold the name, which is in the workflow's memo",
    );
  if (problemOfApiVersion(text.split('/', 1)[0]) === undefined)
    throw new BadName('begins with a version; leave it out, or give it with --api-version');
  const job = nameOfJobReference(text);
  if (job !== undefined) return { name: job, service: BIGQUERY };
  if (lacksLocation(text))
    throw new BadName('has no location; a job of BigQuery is project:location.job, as in my-project:US.job_1');
  return { name: text };
}

function fromFullResourceName(text: string): ParsedName {
  const [, service = '', name = ''] = /^\/\/([^/]*)\/?(.*)$/s.exec(text) ?? [];
  const problem = problemOfService(service);
  if (problem !== undefined) throw new BadName(`names a service that ${problem}`);
  return { name, service };
}
