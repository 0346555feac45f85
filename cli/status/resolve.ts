import { locationOf } from '../../contract/names.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { urlsOf } from '../../google/url.js';
import type { CommonFlags } from '../input/flags.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { resultsTo } from '../output/terminal.js';

/** The URLs of an operation, and the id of its workflow. */
export interface Resolved {
  name: string;
  service: string;
  apiVersion: string;
  /** Left out if the name has none. */
  location?: string;
  /** With its port, unless that is the default one. */
  host: string;
  getUrl: string;
  cancelUrl: string;
  waitUrl: string;
  workflowId: string;
}

/**
 * Runs `resolve`.
 *
 * @throws {CommandError} `BAD_USAGE` with every bad name
 * @throws {GoogleApiError} for a name without a URL
 */
export function runResolve(names: readonly string[], flags: CommonFlags): void {
  const { endpoints } = readGoogleConfig(process.env);
  const all = parseNames(names, flags, endpoints).map((target) => resolve(target, endpoints));
  const results = resultsTo(process.stdout, flags.output, names.length > 1);
  for (const resolved of all) results.add(resolved, textOfResolved(resolved));
  results.end();
}

/** What is known of an operation without calling anything. @throws {GoogleApiError} for a name without a URL */
export function resolve(target: OperationArgument, endpoints: EndpointConfig): Resolved {
  const { name, service, apiVersion, workflowId } = target;
  const urls = urlsOf(target, endpoints);
  return withoutUndefined({
    name,
    service,
    apiVersion,
    location: locationOf(name),
    host: new URL(urls.get).host,
    getUrl: urls.get,
    cancelUrl: urls.cancel,
    waitUrl: urls.wait,
    workflowId,
  });
}

function textOfResolved({ name, ...rest }: Resolved): string {
  const lines = Object.entries(rest).map(([label, text]) => `  ${label.padEnd(10)}  ${text}`);
  return [name, ...lines].join('\n');
}
