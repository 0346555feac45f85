import { errorAnswer, noMethod, noRoute, ok, operationNotFound } from '../answer.js';
import type { Answer } from '../answer.js';
import { masked, parseFields } from './fields.js';
import { listOperations } from './list.js';
import type { Effect } from '../log.js';
import type { Route } from '../route.js';
import { cancelVerdict } from './state.js';
import type { OperationStore, StoredOperation } from './store.js';
import { operationJson, operationOf } from './view.js';
import type { VisibleState } from './view.js';
import { parseTimeout, untilEnded } from './wait.js';

/** A request to carry out. */
export interface Request {
  route: Route;
  /** Path and query as they came, for the page that says nothing is there. */
  url: string;
  /** Its beginning, if it has one. */
  body: string;
  /** Show an operation as if it still ran. */
  stale: boolean;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** What the methods work on. */
export interface Service {
  store: OperationStore;
  now: () => number;
  /** The longest that `wait` waits, in milliseconds. */
  maxWaitMs: number;
}

/** An answer, and what the request changed. */
export interface Performed {
  answer: Answer;
  effect?: Effect;
}

/** Carries out a request as a google.longrunning.Operations service does. */
export async function handle(service: Service, request: Request): Promise<Performed> {
  const { route } = request;
  if (route.method === 'unknown') return { answer: noRoute(request.url) };
  const mask = parseFields(route.query.get('fields') ?? '*');
  if (mask === undefined) {
    return { answer: errorAnswer('INVALID_ARGUMENT', 'fields must be a list such as name,done,error/code.') };
  }
  const performed = await performMethod(service, request);
  const { answer } = performed;
  if (answer.status !== 200 || !('json' in answer.body)) return performed;
  return { ...performed, answer: { ...answer, body: { json: masked(answer.body.json, mask) } } };
}

async function performMethod(service: Service, request: Request): Promise<Performed> {
  const { store } = service;
  const { route, body, stale } = request;
  if (route.method === 'list') return { answer: listOperations(store, route) };
  const name = route.name ?? '';
  // A few services put a fixed segment before the name: /v1/operations/{name}, /v1/admin/{name}.
  const operation = store.find(name) ?? store.find(name.slice(name.indexOf('/') + 1));
  const state = operation && store.state(operation);
  if (operation === undefined || state === undefined || state.phase === 'hidden' || state.phase === 'gone') {
    return { answer: operationNotFound(name) };
  }
  switch (route.method) {
    case 'get':
      return { answer: shown(operation, state, stale) };
    case 'delete':
      store.record(operation, { kind: 'deleted', at: service.now() });
      return { answer: ok({}), effect: 'deleted' };
    case 'cancel':
      // Services that bind the whole body (`body: "*"`) take an empty message, and some clients send it to all.
      return body === '' || body.trim() === '{}'
        ? cancel(service, operation, request.url)
        : { answer: bodyNotEmpty('cancel') };
    default:
      return { answer: body === '' ? await wait(service, operation, request) : bodyNotEmpty('wait') };
  }
}

function cancel({ store, now }: Service, operation: StoredOperation, url: string): Performed {
  const at = now();
  const verdict = cancelVerdict(operation.script, operation, at);
  switch (verdict.kind) {
    case 'no-route':
      return { answer: verdict.body === 'json' ? noMethod() : noRoute(url) };
    case 'already-done':
      return { answer: ok({}), effect: 'already-done' };
    case 'refused':
      store.record(operation, { kind: 'cancel-refused', at });
      return { answer: errorAnswer(verdict.code, verdict.message), effect: 'cancel-refused' };
    default:
      store.record(operation, { kind: 'cancel-accepted', at });
      return { answer: ok({}), effect: 'cancel-accepted' };
  }
}

async function wait(service: Service, operation: StoredOperation, request: Request): Promise<Answer> {
  const { store, now, maxWaitMs } = service;
  const { waitSupported = true, name } = operation.script;
  if (waitSupported === 'no-route') return noRoute(request.url);
  if (waitSupported === 'no-route-json') return noMethod();
  if (waitSupported === 'denied')
    return errorAnswer('PERMISSION_DENIED', `Permission to wait for ${name} is denied.`);
  if (waitSupported === 'unimplemented')
    return errorAnswer('UNIMPLEMENTED', 'Operation is not implemented, or supported, or enabled.');
  const timeout = request.route.query.get('timeout');
  const asked = timeout === null ? maxWaitMs : parseTimeout(timeout);
  if (asked === undefined)
    return errorAnswer('INVALID_ARGUMENT', 'Invalid value at timeout: a duration such as 20s is expected.');
  if (waitSupported === true) {
    const timeoutMs = Math.min(asked, maxWaitMs);
    await untilEnded(operation, { timeoutMs, now, signal: request.signal });
  }
  const state = store.state(operation);
  if (state.phase === 'hidden' || state.phase === 'gone') return operationNotFound(name);
  return shown(operation, state, request.stale);
}

function shown(operation: StoredOperation, state: VisibleState, stale: boolean): Answer {
  const seen: VisibleState = stale ? { phase: 'running', cancelAccepted: false } : state;
  return ok(operationJson(operation.script, operationOf(operation.script, operation, seen)));
}

function bodyNotEmpty(method: string): Answer {
  return errorAnswer(
    'INVALID_ARGUMENT',
    `Invalid JSON payload received: the body of ${method} must be empty.`,
  );
}
