import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { EmulatorError } from './errors.js';
import type { EmulatorErrorCode } from './errors.js';
import { parseFault } from './faults/fault-schema.js';
import { methods } from './route.js';
import type { Method } from './route.js';
import { parseResult, parseScript } from './operations/script-schema.js';
import type { EmulatorState } from './emulator-state.js';

/** An answer of the admin API. */
export interface AdminAnswer {
  status: number;
  json: unknown;
}

/**
 * The admin API, with which any language scripts an emulator that runs as a process of its own. Bodies are JSON in both
 * directions. An error is `{ "error": { "code", "message" } }` with 400, 404, 409, 503 or 504.
 */
export const adminRoutes = {
  'GET /emulator': 'this list',
  'POST /emulator/operations': 'add an operation: an OperationScript, or an array of them',
  'GET /emulator/operations': 'the truth about each operation; ?name= for one',
  'POST /emulator/complete': 'end an operation that runs now: { name, result? }; answers { completed }',
  'POST /emulator/expire': 'an operation is a 404 from now on: { name }',
  'GET /emulator/log':
    'the requests; ?name= and ?method= select, ?atLeast=N answers when there are N of them, ?timeoutMs= 504 after that',
  'DELETE /emulator/log': 'forget the requests',
  'POST /emulator/faults': 'order a fault: a Fault, or an array of them',
  'GET /emulator/faults': 'the faults that are still ordered, with their hits',
  'DELETE /emulator/faults': 'take all faults back',
  'POST /emulator/reset': 'forget operations, requests and faults',
} as const;

/** Whether a URL belongs to the admin API. */
export function isAdmin(url: string): boolean {
  return /^\/emulator(?:[/?]|$)/.test(url);
}

/** Answers a request to the admin API. */
export async function administer(
  scene: EmulatorState,
  request: IncomingMessage,
  gone: AbortSignal,
): Promise<AdminAnswer> {
  try {
    const url = new URL(request.url ?? '', 'http://emulator');
    const path = url.pathname.replace(/\/$/, '');
    const key = `${request.method ?? ''} ${path}`;
    if (!isRoute(key)) {
      throw new EmulatorError('NOT_FOUND', `No ${key} here; there is ${Object.keys(adminRoutes).join(', ')}`);
    }
    const body = await text(request);
    return await handlers[key](scene, { query: url.searchParams, body: () => parseJson(body), gone });
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    return { status: STATUS[error.code], json: { error: { code: error.code, message: error.message } } };
  }
}

type AdminRoute = keyof typeof adminRoutes;

interface AdminRequest {
  query: URLSearchParams;
  body: () => unknown;
  gone: AbortSignal;
}

const STATUS: Record<EmulatorErrorCode, number> = {
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  CLOSED: 503,
  TIMED_OUT: 504,
  CANNOT_LISTEN: 500,
};

const handlers: Record<
  AdminRoute,
  (scene: EmulatorState, request: AdminRequest) => AdminAnswer | Promise<AdminAnswer>
> = {
  'GET /emulator': () => done(adminRoutes),
  'POST /emulator/operations': ({ store }, { body }) => {
    const scripts = [body()].flat().map(parseScript);
    store.add(...scripts);
    return { status: 201, json: { added: scripts.length } };
  },
  'GET /emulator/operations': (scene, { query }) => {
    const name = query.get('name');
    return done(name === null ? scene.truths() : scene.truth(name));
  },
  'POST /emulator/complete': (scene, { body }) => {
    const { name, result } = named(body());
    const ended = scene.complete(name, result === undefined ? undefined : parseResult(result));
    return done({ completed: ended });
  },
  'POST /emulator/expire': (scene, { body }) => {
    scene.expire(named(body()).name);
    return done({});
  },
  'GET /emulator/log': async ({ log }, { query, gone }) => {
    const name = query.get('name') ?? undefined;
    const method = methodIn(query);
    const atLeast = wholeIn(query, 'atLeast') ?? 0;
    const timeoutMs = wholeIn(query, 'timeoutMs') ?? 10_000;
    const found = () => log.requests(name, method);
    await log.waitFor(() => found().length >= atLeast, { timeoutMs, signal: gone });
    return done(found());
  },
  'DELETE /emulator/log': ({ log }) => {
    log.clear();
    return done({});
  },
  'POST /emulator/faults': ({ faults }, { body }) => {
    const ordered = [body()].flat().map(parseFault);
    for (const fault of ordered) faults.add(fault);
    return { status: 201, json: { ordered: ordered.length } };
  },
  'GET /emulator/faults': ({ faults }) => done(faults.list()),
  'DELETE /emulator/faults': ({ faults }) => {
    faults.clear();
    return done({});
  },
  'POST /emulator/reset': (scene) => {
    scene.reset();
    return done({});
  },
};

function done(json: unknown): AdminAnswer {
  return { status: 200, json };
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

function named(body: unknown): { name: string; result?: unknown } {
  if (typeof body === 'object' && body !== null && 'name' in body && typeof body.name === 'string') {
    return { name: body.name, ...('result' in body && { result: body.result }) };
  }
  throw new EmulatorError('INVALID_ARGUMENT', 'name is required: the name of an operation');
}

function methodIn(query: URLSearchParams): Method | undefined {
  const asked = query.get('method');
  const method = methods.find((known) => known === asked);
  if (asked !== null && method === undefined) {
    throw new EmulatorError('INVALID_ARGUMENT', `method must be one of ${methods.join(', ')}`);
  }
  return method;
}

function wholeIn(query: URLSearchParams, field: string): number | undefined {
  const asked = query.get(field);
  if (asked === null) return undefined;
  if (/^\d{1,9}$/.test(asked)) return Number(asked);
  throw new EmulatorError('INVALID_ARGUMENT', `${field} must be a whole number; it is ${asked.slice(0, 80)}`);
}
