import { setTimeout as delay } from 'node:timers/promises';
import { inProjectOf } from '../contract/names.js';
import type { Operation } from '../contract/operation.js';
import { OperationsError } from '../google/error.js';
import type { ListQuery, OperationsClient, OperationsPage } from '../google/client.js';
import { createGoogleClient } from '../worker/google.js';
import { CommandError } from './command-error.js';
import { googleSettings } from './google-settings.js';

/** What to list. */
export interface ListingQuery {
  service: string;
  apiVersion: string;
  parent: string;
  filter?: string | undefined;
}

const PAGE_SIZE = 100;
const TRIES = 4;
/** After so many pages in a row without one that runs, the list is taken to go in circles. */
const MOST_EMPTY_PAGES = 1_000;

/**
 * The operations that run under a parent, each once, as the pages come. Google is asked with the caller's own credentials
 * and variables, for the one service that is wanted.
 *
 * @throws {ConfigError} @throws {CommandError} with what Google answered
 */
export async function* runningOperations(
  query: ListingQuery,
  env: NodeJS.ProcessEnv,
): AsyncGenerator<Operation> {
  const settings = googleSettings(env);
  // What a worker may do is no rule for who only looks.
  const google = createGoogleClient({ ...settings, services: [query.service], operations: ['**'] });
  const seen = new Set<string>();
  let pageToken: string | undefined;
  let empty = 0;
  do {
    const page = await pageOf(google, {
      ...query,
      filter: query.filter ?? '',
      pageSize: PAGE_SIZE,
      ...(pageToken !== undefined && { pageToken }),
    });
    const before = seen.size;
    for (const shown of page.operations) {
      const operation = { ...shown, name: inProjectOf(query.parent, shown.name) };
      if (operation.done || seen.has(operation.name)) continue;
      seen.add(operation.name);
      yield operation;
    }
    empty = seen.size === before ? empty + 1 : 0;
    if (page.nextPageToken !== undefined && (page.nextPageToken === pageToken || empty >= MOST_EMPTY_PAGES))
      throw new CommandError(
        'FAILED',
        `list of ${query.parent}: Google gives the same pages again and again.`,
      );
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** One page. Listing changes nothing, so what may pass is tried a few times. */
async function pageOf(google: OperationsClient, query: ListQuery): Promise<OperationsPage> {
  for (let tries = 1; ; tries++) {
    try {
      return await google.list(query);
    } catch (error) {
      if (!(error instanceof OperationsError)) throw error;
      if (tries >= TRIES || !mayPass(error))
        throw new CommandError('FAILED', `${messageOf(error)}${nextStep(error)}`, { cause: error });
      await delay(Math.min(error.retryAfterMs ?? 250 * 2 ** tries, 10_000));
    }
  }
}

function mayPass({ code, kind }: OperationsError): boolean {
  if (kind === 'NETWORK' || kind === 'TIMEOUT' || kind === 'BODY') return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED', 'DEADLINE_EXCEEDED'].includes(code);
}

function nextStep({ code, kind }: OperationsError): string {
  if (kind === 'CREDENTIALS' || code === 'UNAUTHENTICATED')
    return '. Log in with: gcloud auth application-default login';
  return code === 'NOT_FOUND' ? '. Check --parent, --service and --api-version' : '';
}

/** When an operation was created, where its metadata says so, as Vertex AI's does. */
export function createTimeOf({ metadata }: Operation): string | undefined {
  const generic = metadata?.['genericMetadata'];
  const inner = typeof generic === 'object' && generic !== null ? (generic as Record<string, unknown>) : {};
  for (const time of [inner['createTime'], metadata?.['createTime']]) {
    if (typeof time === 'string' && !Number.isNaN(Date.parse(time))) return time;
  }
  return undefined;
}

function messageOf({ kind, message }: OperationsError): string {
  return kind === 'ARGUMENT' ? message.replace(/^(parent|service) /, '--$1 ') : message;
}
