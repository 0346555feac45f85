import type { IncomingMessage, ServerResponse } from 'node:http';

import { administer, isAdmin } from './admin.js';
import { ok } from './answer.js';
import { send } from './faults/send.js';
import { deliveryOf } from './faults/delivery.js';
import { carriedOut } from './faults/fault.js';
import { handle } from './operations/handle.js';
import type { Performed, Service } from './operations/handle.js';
import { routeOf } from './route.js';
import type { EmulatorState } from './emulator-state.js';

/** Answers one HTTP request: to the admin API, or to the Google API as the faults let it. */
export async function serve(
  scene: EmulatorState,
  service: Omit<Service, 'store'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    if (isAdmin(request.url ?? '')) await serveAdmin(scene, request, response, left.signal);
    else await serveGoogle(scene, service, request, response, left.signal);
  } catch (error) {
    // A client that left in the middle of its request is no news; anything else is a mistake in the emulator, and is said so.
    if (left.signal.aborted || request.destroyed) return;
    if (response.headersSent) response.destroy();
    else
      response
        .writeHead(500, { 'content-type': 'text/plain' })
        .end(`The emulator failed: ${String(error)}\n`);
  }
}

async function serveGoogle(
  scene: EmulatorState,
  service: Omit<Service, 'store'>,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const { store, faults, log } = scene;
  const url = request.url ?? '';
  const route = routeOf(request.method ?? '', url);
  const entry = log.begin(request, route);
  response.once('close', () => {
    const abandoned = !response.writableFinished;
    log.note(entry, { endedAt: service.now(), ...(abandoned && { abandoned }) });
  });
  const body = await startOfBody(request);
  const fault = faults.take(route);
  if (fault !== undefined) log.note(entry, { fault: fault.kind });

  let performed: Performed = { answer: ok({}) };
  if (carriedOut(fault)) {
    const stale = fault?.kind === 'stale';
    performed = await handle({ ...service, store }, { route, url, body, stale, signal: gone });
    if (performed.effect !== undefined) log.note(entry, { effect: performed.effect });
  }
  await send(response, deliveryOf(performed.answer, fault), (status) => log.note(entry, { status }), gone);
}

async function serveAdmin(
  scene: EmulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const { status, json } = await administer(scene, request, gone);
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(`${JSON.stringify(json, undefined, 2)}\n`);
}

/** Reads a body to its end and keeps what it takes to know an empty message from others. */
async function startOfBody(request: IncomingMessage): Promise<string> {
  let start = '';
  for await (const chunk of request) start = (start + (chunk as Buffer).toString('latin1')).slice(0, 1_000);
  return start;
}
