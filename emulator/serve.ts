import type { IncomingMessage, ServerResponse } from 'node:http';

import { administer, isAdmin } from './admin.js';
import { ok } from './answer.js';
import { send } from './faults/send.js';
import { isCarriedOut } from './faults/fault.js';
import { handle, type Handled } from './operations/handle.js';
import { jobRouteOf } from './jobs/route.js';
import { routeOf } from './route.js';
import type { EmulatorState } from './emulator-state.js';

const MAX_BODY_BYTES = 65_536;

/** Answers one HTTP request: to the admin API, or to the Google API with the faults applied. */
export async function serve(state: EmulatorState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const connection = new AbortController();
  response.once('close', () => connection.abort());
  try {
    if (isAdmin(request.url ?? '')) await serveAdmin(state, request, response, connection.signal);
    else await serveGoogle(state, request, response, connection.signal);
  } catch (error) {
    // A disconnected client is expected; any other error is a bug in the emulator and is answered with 500.
    if (connection.signal.aborted || request.destroyed) return;
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end(`The emulator failed: ${String(error)}\n`);
  }
}

async function serveGoogle(
  state: EmulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  disconnected: AbortSignal,
): Promise<void> {
  const { faults, log, now, store } = state;
  const { url = '', method = '' } = request;
  const route = jobRouteOf(method, url, store) ?? routeOf(method, url);
  const entry = log.begin(request, route);
  response.once('close', () => {
    const abandoned = !response.writableFinished;
    log.update(entry, { endedAt: now(), ...(abandoned && { abandoned }) });
  });
  const body = await readBodyStart(request);
  const fault = faults.take(route);
  if (fault !== undefined) log.update(entry, { fault: fault.kind });

  let handled: Handled = { answer: ok({}) };
  if (isCarriedOut(fault)) {
    handled = await handle(state, { route, url, body, stale: fault?.kind === 'stale', signal: disconnected });
    if (handled.effect !== undefined) log.update(entry, { effect: handled.effect });
  }
  await send(response, handled.answer, fault, (status) => log.update(entry, { status }), disconnected);
}

async function serveAdmin(
  state: EmulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  disconnected: AbortSignal,
): Promise<void> {
  const { status, json } = await administer(state, request, disconnected);
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(`${JSON.stringify(json, undefined, 2)}\n`);
}

/** Reads a body to its end and keeps its first 64 KiB: the messages of cancel and wait are short. */
async function readBodyStart(request: IncomingMessage): Promise<string> {
  let start = '';
  for await (const chunk of request) start = (start + (chunk as Buffer).toString('latin1')).slice(0, MAX_BODY_BYTES);
  return start;
}
