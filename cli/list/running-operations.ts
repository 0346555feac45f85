import { setTimeout as delay } from 'node:timers/promises';
import { inSpellingOf } from '../../contract/names.js';
import type { Operation } from '../../contract/operation.js';
import { GoogleApiError } from '../../google/error.js';
import type { ListRequest } from '../../contract/activities.js';
import type { OperationsClient, OperationsPage } from '../../google/client.js';
import { listInHalves } from '../../google/list-pages.js';
import { createGoogleClient } from '../../config/google-client.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { CommandError } from '../command-error.js';
import type { CommonFlags } from '../input/flags.js';
import { apiOf } from '../input/operation-name.js';
import { printable } from '../output/printable.js';
import { say } from '../output/terminal.js';

/** The flags that select the operations to list. */
export interface ListFlags extends CommonFlags {
  parent: string;
  filter?: string;
}

const PAGE_SIZE = 100;
const MAX_SHOWN_PLACES = 10;
const MAX_TRIES = 4;
const RETRY_BASE_MS = 250;
const MAX_RETRY_DELAY_MS = 10_000;
/** The metadata has the creation time. The response may be large, and a running operation has none. */
const SHOWN_FIELDS = 'operations(name,done,metadata),nextPageToken';
/** After this many pages in a row without a new running operation, the list is taken to repeat itself. */
const MAX_EMPTY_PAGES = 1_000;

/**
 * The operations that run under the parent, each once, page by page. Google is called with the caller's own
 * credentials and variables, for this one service only.
 *
 * @param unreachable takes the places that Google could not reach, whose operations are missing
 * @throws {ConfigError}
 * @throws {CommandError} with Google's answer
 */
export async function* runningOperations(flags: ListFlags, unreachable: Set<string>): AsyncGenerator<Operation> {
  const { parent, filter } = flags;
  const api = apiOf(flags);
  const settings = readGoogleConfig(process.env);
  // ALLOWED_OPERATIONS limits what a worker may cancel, not what a person may list.
  const google = createGoogleClient({ ...settings, services: [api.service], operations: ['**'] });
  const seen = new Set<string>();
  let pageToken: string | undefined;
  let pageSize = PAGE_SIZE;
  let emptyPages = 0;
  do {
    const { page, ...next } = await readPage(google, { ...api, parent, filter, pageSize, pageToken });
    pageSize = next.pageSize;
    for (const place of page.unreachable ?? []) unreachable.add(place);
    const seenBefore = seen.size;
    for (const listed of page.operations) {
      const operation = { ...listed, name: inSpellingOf(parent, listed.name) };
      if (operation.done || seen.has(operation.name)) continue;
      seen.add(operation.name);
      yield operation;
    }
    emptyPages = seen.size === seenBefore ? emptyPages + 1 : 0;
    const isRepeated = page.nextPageToken === pageToken || emptyPages >= MAX_EMPTY_PAGES;
    if (page.nextPageToken !== undefined && isRepeated)
      throw new CommandError('FAILED', `list of ${parent}: Google gives the same pages again and again.`);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** Says on stderr which places could not be reached, if there are any. */
export function reportUnreachable(places: ReadonlySet<string>): void {
  if (places.size === 0) return;
  const shown = [...places].slice(0, MAX_SHOWN_PLACES).map(printable).join(', ');
  const more = places.size > MAX_SHOWN_PLACES ? ` and ${places.size - MAX_SHOWN_PLACES} more` : '';
  say(`Google could not reach ${shown}${more}. What runs there is not listed.`);
}

/** Reads a page, with fewer operations where it is too large. A transient error is retried three times. */
async function readPage(
  google: OperationsClient,
  query: ListRequest & { pageSize: number },
): Promise<{ page: OperationsPage; pageSize: number }> {
  let tries = 1;
  const list = async (smaller: ListRequest): Promise<OperationsPage> => {
    for (; ; tries += 1) {
      try {
        return await google.list(smaller, { fields: SHOWN_FIELDS });
      } catch (error) {
        if (!(error instanceof GoogleApiError) || tries >= MAX_TRIES || !mayPass(error)) throw error;
        await delay(retryDelay(tries, error.retryAfterMs));
      }
    }
  };
  try {
    return await listInHalves(list, query);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    throw new CommandError('FAILED', `${withFlagName(error)}${nextStep(error)}`, { cause: error });
  }
}

/** The delay after the `tries`-th try, in ms: 0.5 s, doubling, or the time that Google asks for, 10 s at most. */
export function retryDelay(tries: number, retryAfterMs = 0): number {
  return Math.min(Math.max(retryAfterMs, RETRY_BASE_MS * 2 ** tries), MAX_RETRY_DELAY_MS);
}

function mayPass({ code, kind }: GoogleApiError): boolean {
  if (kind === 'TOO_LARGE') return false;
  if (['NETWORK', 'TIMEOUT', 'BODY'].includes(kind)) return true;
  return ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED', 'DEADLINE_EXCEEDED'].includes(code);
}

function nextStep({ code, kind }: GoogleApiError): string {
  if (kind === 'CREDENTIALS' || code === 'UNAUTHENTICATED')
    return '. Log in with: gcloud auth application-default login';
  return code === 'NOT_FOUND' ? '. Check --parent, --service and --api-version' : '';
}

// A message about an argument names the field, so the flag replaces it for the user.
function withFlagName({ kind, message }: GoogleApiError): string {
  return kind === 'ARGUMENT' ? message.replace(/^(parent|service) /, '--$1 ') : message;
}
