import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { renameSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFile } from './call.js';
import type { CallResult } from './caller.js';
import { selfSigned } from './certificate.js';
import { listen, serve, type TestServer } from './server.js';

export const NAME = 'projects/p/locations/us-central1/operations/123';
export const VERTEX = 'us-central1-aiplatform.googleapis.com';
export const certificate = selfSigned(['*.googleapis.com', '*.apis.example']);
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** The public half of the service account's key. */
export const serviceAccountKey = keys.publicKey;

/** Google itself, on this machine: takes the tokens in `valid`, and answers 401 to others. */
export function google(t: TestContext, valid: (token: string) => boolean): Promise<TestServer> {
  const listener: Parameters<typeof serve>[1] = (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (valid(token)) response.end('{"done":true}');
    else response.writeHead(401).end('{"error":{"code":401,"status":"UNAUTHENTICATED"}}');
  };
  return serve(t, listener, certificate);
}

/** A token endpoint that hands out token-1, token-2, … */
export function tokens(t: TestContext): Promise<TestServer> {
  let count = 0;
  return serve(t, (_, response) => {
    count += 1;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: `token-${count}`, token_type: 'Bearer', expires_in: 3600 }));
  });
}

/** The answers of a metadata server to a caller's two requests: for its presence, and for a token. */
export function metadataAnswer(request: IncomingMessage, response: ServerResponse): void {
  const isKnown = /\/(?:instance|token[^/]*)$/.test(request.url ?? '');
  response
    .writeHead(isKnown ? 200 : 404, { 'metadata-flavor': 'Google', 'content-type': 'application/json' })
    .end('{"access_token":"token-1","token_type":"Bearer","expires_in":3600}');
}

/** The folder of a gcloud whose credentials are this text. */
export function gcloudFolder(t: TestContext, content: string): string {
  const file = temporaryFile(t, content);
  const folder = dirname(file);
  renameSync(file, join(folder, 'application_default_credentials.json'));
  return folder;
}

/** A metadata server that answers 404 to everything but a token request. */
export function metadata(t: TestContext, universe?: string): Promise<TestServer> {
  let count = 0;
  return serve(t, (request, response) => {
    const headers = { 'metadata-flavor': 'Google', 'content-type': 'application/json' };
    if (request.url?.includes('/token') === true) {
      count += 1;
      response.writeHead(200, headers).end(`{"access_token":"token-${count}","token_type":"Bearer","expires_in":3600}`);
    } else if (request.url?.endsWith('/universe/universe-domain') === true && universe !== undefined) {
      response.writeHead(200, headers).end(universe);
    } else {
      response.writeHead(request.url?.endsWith('/instance') === true ? 200 : 404, headers).end('no');
    }
  });
}

/** Workload identity federation: a token from a file, exchanged for one of Google's at `tokenUrl`. */
export function federated(t: TestContext, tokenUrl: string, more: object = {}): string {
  return temporaryFile(
    t,
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: tokenUrl,
      credential_source: { file: temporaryFile(t, 'subject-secret') },
      ...more,
    }),
  );
}

export function serviceAccount(t: TestContext, more: object = {}): string {
  return temporaryFile(
    t,
    JSON.stringify({
      type: 'service_account',
      project_id: 'p',
      private_key_id: 'key-1',
      private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'worker@p.iam.gserviceaccount.com',
      ...more,
    }),
  );
}

/** A proxy that takes every CONNECT to one server of this machine, and records its intended target. */
export async function proxyTo(t: TestContext, port: number): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const server = createServer().on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    t.after(() => onward.destroy());
  });
  await listen(t, server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

export function trust(t: TestContext): Record<string, string> {
  return { NODE_EXTRA_CA_CERTS: temporaryFile(t, certificate.cert) };
}

export function override(server: TestServer): string {
  return `aiplatform.googleapis.com=https://${server.host}`;
}

export function tokensSeen({ requests }: TestServer): (string | undefined)[] {
  return requests.map(({ headers }) => headers.authorization);
}

export function failure(result: CallResult | undefined) {
  assert.ok(result !== undefined && 'error' in result, `expected an error, got ${JSON.stringify(result)}`);
  assert.doesNotMatch(result.dump, /token-\d|secret|PRIVATE|Bearer |authorization/i);
  return result.error;
}
