import { createHash } from 'node:crypto';

import { type Answer, errorAnswer, ok } from '../answer.js';
import type { Route } from '../route.js';
import { parseFilter } from './filter.js';
import type { OperationStore, StoredOperation } from './store.js';
import { isVisible, operationJson, operationOf, shownName, type VisibleState } from './view.js';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** Answers `operations.list`: a page of the visible operations, in the order in which they were added. */
export function listOperations(store: OperationStore, { prefix = '', query, apiVersion }: Route): Answer {
  const size = parsePageSize(query.get('pageSize') ?? '');
  if (size === undefined) return invalidArgument('pageSize must be a whole number, 0 or more.');
  const filter = query.get('filter') ?? '';
  const isWanted = parseFilter(filter);
  if (isWanted === undefined) return invalidArgument(`Invalid filter: ${filter}. Use comparisons such as done=false.`);
  const scope = `${prefix} ${filter}`;
  const after = parseToken(query.get('pageToken') ?? '', scope);
  if (after === undefined) return invalidArgument('The page token is invalid.');

  const page: { operation: StoredOperation; state: VisibleState }[] = [];
  const unreachable = new Set<string>();
  for (const operation of store.all()) {
    if (operation.order <= after || !isUnder(operation, prefix)) continue;
    const state = store.state(operation);
    if (!isVisible(state)) continue;
    if (operation.script.unreachable === true) {
      unreachable.add(shownName(operation.script).replace(/\/[^/]+\/[^/]+$/, ''));
      continue;
    }
    if (!isWanted({ ...operationOf(operation, state, apiVersion) })) continue;
    page.push({ operation, state });
    if (page.length > size) break;
  }
  const shown = page.slice(0, size);
  const last = shown.at(-1)?.operation.order;
  return ok({
    ...(shown.length > 0 && {
      operations: shown.map(({ operation, state }) => operationJson(operation, state, apiVersion)),
    }),
    ...(page.length > size && last !== undefined && { nextPageToken: tokenFor(last, scope) }),
    ...(unreachable.size > 0 && { unreachable: [...unreachable] }),
  });
}

/** A few services put a fixed segment before the parent, and Speech lists ids alone at `/v1/operations`. */
function isUnder({ script }: StoredOperation, prefix: string): boolean {
  const parent = prefix.replace(/^(?:admin|operations)\/(?=.)/, '');
  if (prefix === 'operations/' && !script.name.includes('/')) return true;
  return [script.name, shownName(script)].some((name) => name.startsWith(prefix) || name.startsWith(parent));
}

function parsePageSize(text: string): number | undefined {
  if (!/^\d{0,9}$/.test(text)) return undefined;
  const size = Number(text);
  return size === 0 ? DEFAULT_PAGE_SIZE : Math.min(size, MAX_PAGE_SIZE);
}

// A token is valid for one list only: the other arguments must not change between pages (AIP-158).
function tokenFor(order: number, scope: string): string {
  const digest = createHash('sha256').update(`${order} ${scope}`).digest('hex').slice(0, 12);
  return Buffer.from(`${order}.${digest}`).toString('base64url');
}

function parseToken(token: string, scope: string): number | undefined {
  if (token === '') return 0;
  const order = Number.parseInt(Buffer.from(token, 'base64url').toString(), 10);
  return token === tokenFor(order, scope) ? order : undefined;
}

function invalidArgument(message: string): Answer {
  return errorAnswer('INVALID_ARGUMENT', message);
}
