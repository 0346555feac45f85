import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import * as v from 'valibot';

import { check, oneOf, text } from './check.js';
import { EmulatorError, type EmulatorErrorCode } from './errors.js';
import { parseFault } from './faults/fault.js';
import { methods } from './route.js';
import { parseResult, parseScript } from './operations/script.js';
import { type EmulatorState, reset } from './emulator-state.js';

/**
 * The admin API: programs in any language control an emulator that runs as its own process. Request and response bodies
 * are JSON. A request with the header `Origin` is refused, and one whose `Host` is none of this emulator. An error is `{ "error": { "code", "message" } }` with status 400, 403, 404, 409, 503 or 504.
 */
export const adminRoutes = {
  'GET /emulator': 'this list',
  'POST /emulator/operations': 'add operations and jobs: an OperationScript, or an array of them',
  'GET /emulator/operations': 'the real state of every operation and job; ?name= selects one',
  'POST /emulator/complete': 'end a running operation or job now: { name, result? }; answers { completed }',
  'POST /emulator/expire': 'answer 404 for an operation or job from now on: { name }',
  'GET /emulator/log':
    'the requests; ?name= and ?method= select, ?atLeast=N waits until there are N, ?timeoutMs= answers 504 after that',
  'DELETE /emulator/log': 'delete the logged requests',
  'POST /emulator/faults': 'inject faults: a Fault, or an array of them',
  'GET /emulator/faults': 'the active faults, with their hits',
  'DELETE /emulator/faults': 'remove all faults',
  'POST /emulator/reset': 'delete all operations, jobs, requests and faults',
} as const;

/** Whether a URL belongs to the admin API. */
export function isAdmin(url: string): boolean {
  return /^\/emulator(?:[/?]|$)/.test(url);
}

/** Answers a request to the admin API. */
export async function administer(
  state: EmulatorState,
  request: IncomingMessage,
  disconnected: AbortSignal,
): Promise<{ status: number; json: unknown }> {
  try {
    assertNoWebPage(state, request);
    const url = new URL(request.url ?? '', 'http://emulator');
    const path = url.pathname.replace(/\/$/, '');
    const key = `${request.method ?? ''} ${path}`;
    if (!isRoute(key)) {
      throw new EmulatorError('NOT_FOUND', `No ${key} here; there is ${Object.keys(adminRoutes).join(', ')}`);
    }
    const body = await textOf(request);
    const json = await handlers[key](state, { query: url.searchParams, body: () => parseJson(body), disconnected });
    return { status: CREATING.includes(key) ? 201 : 200, json: json ?? {} };
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    return { status: STATUS[error.code], json: { error: { code: error.code, message: error.message } } };
  }
}

type AdminRoute = keyof typeof adminRoutes;

interface AdminRequest {
  query: URLSearchParams;
  body: () => unknown;
  disconnected: AbortSignal;
}

const STATUS: Record<EmulatorErrorCode, number> = {
  INVALID_ARGUMENT: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  CLOSED: 503,
  TIMED_OUT: 504,
  CANNOT_LISTEN: 500,
};

const CREATING: readonly AdminRoute[] = ['POST /emulator/operations', 'POST /emulator/faults'];

const named = v.looseObject({ name: text, result: v.optional(v.unknown()) }, 'is required');
const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,9}$/, 'must be a whole number'), v.transform(Number));
const logQuery = v.looseObject({
  name: v.optional(v.string()),
  method: v.optional(oneOf(methods)),
  atLeast: v.optional(wholeNumber, '0'),
  timeoutMs: v.optional(wholeNumber, '10000'),
});

/** Each returns the JSON to answer with, by default `{}`. */
const handlers: Record<AdminRoute, (state: EmulatorState, request: AdminRequest) => unknown> = {
  'GET /emulator': () => adminRoutes,
  'POST /emulator/operations': ({ store }, { body }) => {
    const scripts = [body()].flat().map(parseScript);
    store.add(scripts);
    return { added: scripts.length };
  },
  'GET /emulator/operations': ({ store }, { query }) => {
    const name = query.get('name');
    return name === null ? store.truths() : store.truth(name);
  },
  'POST /emulator/complete': ({ store }, { body }) => {
    const { name, result } = check(named, body(), 'body');
    return { completed: store.complete(name, result === undefined ? undefined : parseResult(result)) };
  },
  'POST /emulator/expire': ({ store }, { body }) => store.expire(check(named, body(), 'body').name),
  'GET /emulator/log': async ({ log }, { query, disconnected }) => {
    const { name, method, atLeast, timeoutMs } = check(logQuery, Object.fromEntries(query), 'query');
    const found = () => log.requests(name, method);
    await log.waitFor(() => found().length >= atLeast, { timeoutMs, signal: disconnected });
    return found();
  },
  'DELETE /emulator/log': ({ log }) => log.clear(),
  'POST /emulator/faults': ({ faults }, { body }) => {
    const parsed = [body()].flat().map(parseFault);
    for (const fault of parsed) faults.add(fault);
    return { ordered: parsed.length };
  },
  'GET /emulator/faults': ({ faults }) => faults.list(),
  'DELETE /emulator/faults': ({ faults }) => faults.clear(),
  'POST /emulator/reset': reset,
};

/**
 * A web page that is open on this machine must not use the routes. The browser sends `Origin` with all requests of a page
 * that can change something. A page whose own domain leads here (DNS rebinding) needs a name with a dot, which its `Host` has.
 */
function assertNoWebPage({ listensOn }: EmulatorState, { headers }: IncomingMessage): void {
  const refused = (what: string) =>
    new EmulatorError('PERMISSION_DENIED', `The admin routes are not for web pages: ${what}`);
  if (headers.origin !== undefined) throw refused('the request has the header Origin');
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const isOurs =
    isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[\w-]+$/.test(host) || host === listensOn.toLowerCase();
  if (!isOurs)
    throw refused('Host must be an IP address, a name without a dot, or what the emulator was given to listen on');
}

function isRoute(key: string): key is AdminRoute {
  return Object.hasOwn(adminRoutes, key);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new EmulatorError('INVALID_ARGUMENT', 'The body must be JSON', { cause });
  }
}
