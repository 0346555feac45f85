import { locationOf } from '../../contract/names.js';
import type { EndpointConfig } from '../../google/endpoint.js';
import { urlsOf } from '../../google/url.js';
import type { CommonFlags } from '../input/flags.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { resultsTo } from '../output/terminal.js';

/** Where an operation lives. */
export interface Resolved {
  name: string;
  service: string;
  apiVersion: string;
  /** Left out where the name has none. */
  location?: string;
  /** With its port, where that is not the usual one. */
  host: string;
  getUrl: string;
  cancelUrl: string;
  waitUrl: string;
  workflowId: string;
}

/** Runs `resolve`. @throws {CommandError} with every name that is wrong @throws {GoogleApiError} */
export function runResolve(names: readonly string[], flags: CommonFlags): void {
  const { endpoints } = readGoogleConfig(process.env);
  const all = parseNames(names, flags, endpoints).map((target) => resolve(target, endpoints));
  const results = resultsTo(process.stdout, flags.output, names.length > 1);
  for (const resolved of all) results.add(resolved, textOf(resolved));
  results.end();
}

/** What is known of an operation without asking anybody. @throws {GoogleApiError} where it has no URL */
export function resolve(target: OperationArgument, endpoints: EndpointConfig): Resolved {
  const { name, service, apiVersion, workflowId } = target;
  const urls = urlsOf(target, endpoints);
  const location = locationOf(name);
  return {
    name,
    service,
    apiVersion,
    ...(location !== undefined && { location }),
    host: new URL(urls.get).host,
    getUrl: urls.get,
    cancelUrl: urls.cancel,
    waitUrl: urls.wait,
    workflowId,
  };
}

function textOf({ name, ...rest }: Resolved): string {
  const lines = Object.entries(rest).map(([what, text]) => `  ${what.padEnd(10)}  ${text}`);
  return [name, ...lines].join('\n');
}
