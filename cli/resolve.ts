import { locationOf } from '../contract/names.js';
import type { JsonObject } from '../contract/operation.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import type { EndpointConfig } from '../google/endpoint.js';
import { kindNameOf, kindOf } from '../google/kinds/find-kind.js';
import { cancelMessageOf, urlsOf } from '../google/url.js';
import type { CommonFlags } from './input/flags.js';
import { readGoogleConfig } from '../config/google-config.js';
import type { Names } from './input/names.js';
import { type OperationArgument, parseNames } from './input/operation-name.js';
import { Results } from './output/results.js';
import { labelledLines } from './output/text.js';

/** The URLs of an operation, and the id of its workflow. */
export interface Resolved {
  name: string;
  service: string;
  apiVersion: string;
  /** `operation`, or the job's kind. */
  kind: string;
  /** Absent if the name has none. */
  location?: string;
  host: string;
  getUrl: string;
  /** Absent where there is no cancel. */
  cancelUrl?: string;
  cancelMethod?: string;
  cancelBody?: JsonObject;
  /** The reason why there is no URL. */
  cancelNote?: string;
  /** Absent where the service has no `wait`. */
  waitUrl?: string;
  workflowId: string;
}

/**
 * Runs `resolve` and returns its exit code.
 *
 * @throws {CommandError} `BAD_USAGE` with every bad name
 * @throws {GoogleApiError} for a name without a URL
 */
export function runResolve({ texts, isArray }: Names, flags: CommonFlags): number {
  const { endpoints } = readGoogleConfig(process.env);
  const all = parseNames(texts, flags, endpoints).map((target) => resolve(target, endpoints));
  const results = new Results(flags.output, isArray);
  for (const resolved of all) results.add(resolved, textOfResolved(resolved));
  results.end();
  return 0;
}

/** The facts about an operation that need no request. @throws {GoogleApiError} for a name without a URL */
export function resolve(target: OperationArgument, endpoints: EndpointConfig): Resolved {
  const { name, service, apiVersion, workflowId } = target;
  const urls = urlsOf(target, endpoints);
  const { none, through } = kindOf(target)?.cancel ?? {};
  const message = urls.cancel === undefined ? undefined : cancelMessageOf(target);
  return withoutUndefined({
    name,
    service,
    apiVersion,
    kind: kindNameOf(target),
    location: locationOf(name),
    host: new URL(urls.get).host,
    getUrl: urls.get,
    cancelUrl: urls.cancel,
    cancelMethod: message?.method,
    cancelBody: message?.body,
    cancelNote: through === undefined ? none : `the operation that the job names in its field ${through} is cancelled`,
    waitUrl: urls.wait,
    workflowId,
  });
}

function textOfResolved(resolved: Resolved): string {
  const { name, cancelBody } = resolved;
  const rows = { ...resolved, name: undefined, cancelBody: cancelBody && JSON.stringify(cancelBody) };
  return [name, ...labelledLines(rows)].join('\n');
}
