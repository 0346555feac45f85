import type { JsonObject } from '../../contract/operation.js';
import {
  type Answer,
  errorAnswer,
  methodNotFound,
  noContent,
  ok,
  operationNotFound,
  routeNotFound,
} from '../answer.js';
import { applyMask, parseFields } from './fields.js';
import { acceptedCancelJson, decideCancelOfJob } from '../jobs/cancel.js';
import { getJobJson, jobNotFound, updateError } from '../jobs/answers.js';
import { jobListing } from '../jobs/list.js';
import { answerList, operationListing } from './list.js';
import type { Effect } from '../log.js';
import type { Route } from '../route.js';
import { decideCancel, type OperationState, UNIMPLEMENTED_MESSAGE } from './state.js';
import type { OperationStore, StoredOperation } from './store.js';
import { isVisible, operationJson, type VisibleState } from './view.js';
import { parseTimeout, waitUntilEnded } from './wait.js';

/** A request to carry out. */
export interface Request {
  route: Route;
  /** Path and query as received, for the HTML 404. */
  url: string;
  /** The body, as far as it was kept. */
  body: string;
  /** Whether to show the operation as running even if it is done. */
  stale: boolean;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
}

/** The operations of the service, its clock and its limit. */
export interface OperationsService {
  store: OperationStore;
  now: () => number;
  /** The upper limit of a `wait`, in milliseconds. */
  maxWaitMs: number;
}

/** The answer to a request, and the change by it. */
export interface Handled {
  answer: Answer;
  effect?: Effect;
}

/** Carries out a request like a google.longrunning.Operations service. */
export async function handle(service: OperationsService, request: Request): Promise<Handled> {
  const { route } = request;
  const mask = parseFields(route.query.get('fields') ?? '*');
  if (mask === undefined) {
    return { answer: errorAnswer('INVALID_ARGUMENT', 'fields must be a list such as name,done,error/code.') };
  }
  const handled = await handleMethod(service, request);
  const { answer } = handled;
  if (answer.status !== 200 || !('json' in answer.body)) return handled;
  return { ...handled, answer: { ...answer, body: { json: applyMask(answer.body.json, mask) } } };
}

async function handleMethod(service: OperationsService, request: Request): Promise<Handled> {
  const { store } = service;
  const { route, url } = request;
  if (route.method === 'unknown') return { answer: routeNotFound(url) };
  const { name = '', kind } = route;
  if (route.method === 'list') {
    const listing = kind === undefined ? operationListing(route) : jobListing(kind, route);
    return { answer: answerList(store, route.query, listing) };
  }
  // A few services put a fixed segment before the name: /v1/operations/{name}, /v1/admin/{name}.
  const operation = store.find(name) ?? store.find(name.slice(name.indexOf('/') + 1));
  if (operation === undefined) return { answer: notFound(route) };
  // A job is nowhere but at the paths of its service.
  if (operation.kind !== undefined && kind === undefined) return { answer: routeNotFound(url) };
  const state = store.state(operation);
  if (!isVisible(state)) return { answer: notFound(route) };
  switch (route.method) {
    case 'get':
      return { answer: operationAnswer(operation, state, request) };
    case 'delete':
      store.record(operation, { kind: 'deleted', at: service.now() });
      return { answer: ok({}), effect: 'deleted' };
    case 'cancel': {
      const message = messageOf(request.body);
      const problem = message === undefined ? bodyError() : kind && updateError(kind, message, route.query);
      return problem === undefined ? cancel(service, operation, request) : { answer: problem };
    }
    case 'wait':
      return { answer: await wait(service, operation, request) };
  }
}

function cancel({ store, now }: OperationsService, operation: StoredOperation, { url, route }: Request): Handled {
  const at = now();
  const { kind } = operation;
  const state = store.state(operation);
  const decision =
    kind === undefined || !isVisible(state)
      ? decideCancel(operation, at)
      : decideCancelOfJob(operation, kind, state, at);
  const accepted = (): Answer => {
    const after = store.state(operation);
    if (kind !== undefined && isVisible(after)) return ok(acceptedCancelJson(operation, kind, after));
    return route.isStorage === true ? noContent() : ok({});
  };
  switch (decision.kind) {
    case 'no-route':
      return { answer: decision.body === 'json' ? methodNotFound() : routeNotFound(url) };
    case 'already-done':
      return { answer: accepted(), effect: 'already-done' };
    case 'refused':
      store.record(operation, { kind: 'cancel-refused', at });
      return { answer: errorAnswer(decision.code, decision.message), effect: 'cancel-refused' };
    case 'accepted':
      store.record(operation, { kind: 'cancel-accepted', at });
      return { answer: accepted(), effect: 'cancel-accepted' };
  }
}

async function wait(service: OperationsService, operation: StoredOperation, request: Request): Promise<Answer> {
  const { store, now, maxWaitMs } = service;
  const { waitSupported = true, name } = operation.script;
  if (waitSupported === 'no-route') return routeNotFound(request.url);
  if (waitSupported === 'no-route-json') return methodNotFound();
  if (waitSupported === 'denied') return errorAnswer('PERMISSION_DENIED', `Permission to wait for ${name} is denied.`);
  if (waitSupported === 'unimplemented') return errorAnswer('UNIMPLEMENTED', UNIMPLEMENTED_MESSAGE);
  const message = messageOf(request.body);
  if (message === undefined) return bodyError();
  // In the query on Vertex AI, in the body on services whose binding has `body: "*"`.
  const timeout = request.route.query.get('timeout') ?? message['timeout'] ?? `${maxWaitMs / 1_000}s`;
  const requestedMs = typeof timeout === 'string' ? parseTimeout(timeout) : undefined;
  if (requestedMs === undefined)
    return errorAnswer('INVALID_ARGUMENT', 'Invalid value at timeout: a duration such as 20s is expected.');
  if (waitSupported === true) {
    const timeoutMs = Math.min(requestedMs, maxWaitMs);
    await waitUntilEnded(operation, { timeoutMs, now, signal: request.signal });
  }
  return operationAnswer(operation, store.state(operation), request);
}

function notFound({ name = '', kind }: Route): Answer {
  return kind === undefined ? operationNotFound(name) : jobNotFound(kind, name);
}

function operationAnswer(operation: StoredOperation, state: OperationState, { stale, route }: Request): Answer {
  if (!isVisible(state)) return notFound(route);
  const shown: VisibleState = stale ? { phase: 'running', cancelAccepted: false } : state;
  const { kind } = operation;
  if (kind !== undefined) return ok(getJobJson(operation, kind, shown, route.name));
  return ok(operationJson(operation, shown, route.apiVersion));
}

/**
 * The message in a body: any JSON object, as clients of bindings with `body: "*"` send it to every service. No body is an
 * empty message, and so is `""`, which gax for Node sends where it has nothing to say.
 *
 * @returns `undefined` if the body is anything else.
 */
function messageOf(body: string): JsonObject | undefined {
  if (body === '' || body === '""') return {};
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? { ...message } : undefined;
  } catch {
    return undefined;
  }
}

function bodyError(): Answer {
  return errorAnswer('INVALID_ARGUMENT', 'Invalid JSON payload received: the body must be empty or a JSON object.');
}
