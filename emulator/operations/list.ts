import { createHash } from 'node:crypto';

import type { JsonObject } from '../../contract/operation.js';
import { type Answer, errorAnswer, ok } from '../answer.js';
import type { Route } from '../route.js';
import { type Condition, parseFilter } from './filter.js';
import type { OperationStore, StoredOperation } from './store.js';
import { isVisible, operationJson, operationOf, shownName, type VisibleState } from './view.js';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** What a list is of, and how its parameters and its array are called. */
export interface Listing {
  array: string;
  pageSizeIn: string;
  filter: string;
  /** Which list it is, without its filter. */
  scope: string;
  isParentValid: boolean;
  /** Without pages it is whole. */
  isPaged: boolean;
  /** `undefined` if the filter is malformed. */
  isWanted: Condition | undefined;
  includes: (operation: StoredOperation) => boolean;
  /** An item as it is listed, and as filters see it. */
  shown: (operation: StoredOperation, state: VisibleState) => JsonObject;
  filtered: (operation: StoredOperation, state: VisibleState) => JsonObject;
}

/** The list of the operations under a parent. */
export function operationListing({ prefix = '', query, apiVersion }: Route): Listing {
  const filter = query.get('filter') ?? '';
  return {
    array: 'operations',
    pageSizeIn: 'pageSize',
    filter,
    scope: prefix,
    isParentValid: true,
    isPaged: true,
    isWanted: parseFilter(filter),
    includes: (operation) => operation.kind === undefined && isUnder(operation, prefix),
    shown: (operation, state) => operationJson(operation, state, apiVersion),
    filtered: (operation, state) => ({ ...operationOf(operation, state, apiVersion) }),
  };
}

/** Answers a list: a page of what is visible of it, in the order in which it was added. */
export function answerList(store: OperationStore, query: URLSearchParams, listing: Listing): Answer {
  const { array, pageSizeIn, filter, isWanted, includes, shown, filtered } = listing;
  const size = listing.isPaged ? parsePageSize(query.get(pageSizeIn) ?? '') : Infinity;
  if (size === undefined) return invalidArgument(`${pageSizeIn} must be a whole number, 0 or more.`);
  if (!listing.isParentValid) return invalidArgument('The parent must not have a - here.');
  if (isWanted === undefined) return invalidArgument(`Invalid filter: ${filter}. Use comparisons such as done=false.`);
  const scope = `${listing.scope} ${filter}`;
  const after = parseToken(query.get('pageToken') ?? '', scope);
  if (after === undefined) return invalidArgument('The page token is invalid.');

  const page: { operation: StoredOperation; state: VisibleState }[] = [];
  const unreachable = new Set<string>();
  for (const operation of store.all()) {
    if (operation.order <= after || !includes(operation)) continue;
    const state = store.state(operation);
    if (!isVisible(state)) continue;
    if (operation.script.unreachable === true) {
      unreachable.add(shownName(operation.script).replace(/\/[^/]+\/[^/]+$/, ''));
      continue;
    }
    if (!isWanted(filtered(operation, state))) continue;
    page.push({ operation, state });
    if (page.length > size) break;
  }
  const items = page.slice(0, size);
  const last = items.at(-1)?.operation.order;
  return ok({
    ...(items.length > 0 && { [array]: items.map(({ operation, state }) => shown(operation, state)) }),
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
