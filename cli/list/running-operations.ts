import { setTimeout as delay } from 'node:timers/promises';
import { inSpellingOf } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import { GoogleApiError } from '../../google/error.js';
import type { ListQuery, OperationsClient, OperationsPage } from '../../google/client.js';
import { createGoogleClient } from '../../config/google-client.js';
import { CommandError } from '../command-error.js';
import { googleSettings } from '../input/google-settings.js';

/** What to list. */
export interface ListingQuery {
  service: string;
  apiVersion: string;
  parent: string;
  filter?: string | undefined;
}

const PAGE_SIZE = 100;
const TRIES = 4;
/** Metadata tells when an operation was created; a response, which may be large, is nothing of one that runs. */
const FIELDS = 'operations(name,done,metadata),nextPageToken';
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
  let pageSize = PAGE_SIZE;
  let empty = 0;
  do {
    const { page, size } = await pageOf(google, {
      ...query,
      filter: query.filter ?? '',
      pageSize,
      ...(pageToken !== undefined && { pageToken }),
    });
    pageSize = size;
    const before = seen.size;
    for (const shown of page.operations) {
      const operation = { ...shown, name: inSpellingOf(query.parent, shown.name) };
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

/**
 * One page, and the size it came with. Listing changes nothing, so what may pass is tried a few times. A page that is too large comes
 * again just so: it is asked for in smaller ones, for the next token goes on from wherever the page ends.
 */
async function pageOf(
  google: Pick<OperationsClient, 'list'>,
  query: ListQuery & { pageSize: number },
): Promise<{ page: OperationsPage; size: number }> {
  let size = query.pageSize;
  for (let tries = 1; ;) {
    try {
      return { page: await google.list({ ...query, pageSize: size }, { fields: FIELDS }), size };
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      if (error.kind === 'TOO_LARGE' && size > 1) {
        size = Math.floor(size / 2);
        continue;
      }
      if (tries >= TRIES || !mayPass(error))
        throw new CommandError('FAILED', `${messageOf(error)}${nextStep(error)}`, { cause: error });
      await delay(pauseAfter(tries, error.retryAfterMs));
      tries += 1;
    }
  }
}

/** How long to wait after so many tries, in ms: what Google asks for, not less than our own pace and not more than 10 s. */
export function pauseAfter(tries: number, wish = 0): number {
  return Math.min(Math.max(wish, 250 * 2 ** tries), 10_000);
}

function mayPass({ code, kind }: GoogleApiError): boolean {
  if (kind === 'TOO_LARGE') return false;
  if (kind === 'NETWORK' || kind === 'TIMEOUT' || kind === 'BODY') return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED', 'DEADLINE_EXCEEDED'].includes(code);
}

function nextStep({ code, kind }: GoogleApiError): string {
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

function messageOf({ kind, message }: GoogleApiError): string {
  return kind === 'ARGUMENT' ? message.replace(/^(parent|service) /, '--$1 ') : message;
}
