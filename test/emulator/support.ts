import type { TestContext } from 'node:test';

import { startEmulator } from '../../emulator/index.js';
import type { Emulator, EmulatorOptions } from '../../emulator/index.js';

export const NAME = 'projects/p/locations/us-central1/indexes/7/operations/1';

/** An emulator that closes with its test. */
export async function emulatorFor(t: TestContext, options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  t.after(() => emulator.close());
  return emulator;
}

/** A clock that only `move` advances. */
export function clock(start = Date.UTC(2026, 0, 1)): { now: () => number; move: (ms: number) => void } {
  let time = start;
  return { now: () => time, move: (ms) => (time += ms) };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON. */
  json: () => Body;
}

export interface Body {
  [field: string]: unknown;
  error?: { code?: unknown; status?: unknown; message?: string; details?: Record<string, unknown>[] };
  operations?: { name: string }[];
  nextPageToken?: string;
}

/** One request to `/v1beta1/{path}`, or to the path itself if it begins with `/`. */
export async function call(emulator: Emulator, method: string, path: string, init: RequestInit = {}): Promise<Reply> {
  const url = emulator.url + (path.startsWith('/') ? path : `/v1beta1/${path}`);
  const response = await fetch(url, { method, redirect: 'manual', ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as Body,
  };
}

export const get = (emulator: Emulator, path: string): Promise<Reply> => call(emulator, 'GET', path);
export const post = (emulator: Emulator, path: string, body?: string): Promise<Reply> =>
  call(emulator, 'POST', path, body === undefined ? {} : { body });
export const remove = (emulator: Emulator, path: string): Promise<Reply> => call(emulator, 'DELETE', path);

/** A request to the admin API with a JSON body. */
export const admin = (emulator: Emulator, method: string, path: string, body?: unknown): Promise<Reply> =>
  call(emulator, method, `/emulator${path}`, body === undefined ? {} : { body: JSON.stringify(body) });

/** The HTTP status, code and status of an error answer. */
export function problem(reply: Reply): [number, unknown, unknown] {
  return [reply.status, reply.json().error?.code, reply.json().error?.status];
}
