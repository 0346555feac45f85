import { createHash } from 'node:crypto';

import { errorAnswer, ok } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Route } from '../route.js';
import type { OperationStore, StoredOperation } from './store.js';
import { isVisible, operationJson, shownName } from './view.js';
import type { VisibleState } from './view.js';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

/** Answers `operations.list`: a page of the visible operations, in the order in which they were added. */
export function listOperations(store: OperationStore, { prefix = '', query }: Route): Answer {
  const size = parsePageSize(query.get('pageSize') ?? '');
  if (size === undefined) return invalidArgument('pageSize must be a whole number, 0 or more.');
  const filter = query.get('filter') ?? '';
  const wantsDone = parseDoneFilter(filter);
  if (wantsDone === 'malformed') return invalidArgument(`Invalid filter: ${filter}. The only field is done.`);
  const scope = `${prefix} ${filter}`;
  const after = parseToken(query.get('pageToken') ?? '', scope);
  if (after === undefined) return invalidArgument('The page token is invalid.');

  const page: { operation: StoredOperation; state: VisibleState }[] = [];
  for (const operation of store.all()) {
    if (operation.order <= after || !isUnder(operation, prefix)) continue;
    const state = store.state(operation);
    if (!isVisible(state)) continue;
    if (wantsDone !== undefined && wantsDone !== (state.phase === 'done')) continue;
    page.push({ operation, state });
    if (page.length > size) break;
  }
  const shown = page.slice(0, size);
  const last = shown.at(-1)?.operation.order;
  return ok({
    ...(shown.length > 0 && {
      operations: shown.map(({ operation, state }) => operationJson(operation, state)),
    }),
    ...(page.length > size && last !== undefined && { nextPageToken: tokenFor(last, scope) }),
  });
}

/** The value of `done` that a filter selects: `done=true`, `done = false`, `NOT done` or `-done`; none if empty. */
function parseDoneFilter(filter: string): boolean | undefined | 'malformed' {
  if (filter.trim() === '') return undefined;
  if (/^\s*(?:NOT\s+|-)done\s*$/.test(filter)) return false;
  const [, value] = /^\s*done\s*=\s*(true|false)\s*$/.exec(filter) ?? [];
  return value === undefined ? 'malformed' : value === 'true';
}

function isUnder({ script }: StoredOperation, prefix: string): boolean {
  return script.name.startsWith(prefix) || shownName(script).startsWith(prefix);
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
