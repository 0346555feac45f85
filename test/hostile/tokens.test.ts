import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createAccess } from '../../google/access.js';
import { createGoogleTransport } from '../../google/http/google-transport.js';
import { createOperationsClient, type OperationsClient } from '../../google/client.js';
import { parseEndpoints } from '../../google/endpoint.js';
import { GoogleApiError } from '../../google/error.js';
import { NAME } from './support/bodies.js';
import { credentialsFolder, dumpOf, federation, type Loopback, loopback, secret } from './support/google.js';
import { property } from './support/property.js';
import { anyService, anyText } from './support/texts.js';

const FILE = 'hostile/tokens';
const TOKEN = secret('token');
const SUBJECT = secret('subject');
const folder = credentialsFolder();

let google: Loopback;
let other: Loopback;
let plain: Loopback;
let sts: Loopback;

const done = `{"name":"${NAME}","done":true}`;
const json = { 'content-type': 'application/json' };

before(async () => {
  google = await loopback('https', (_, response) => response.end(done));
  other = await loopback('https', (_, response) => response.end(done));
  plain = await loopback('http', (_, response) => response.end(done));
  sts = await loopback('http', giveToken);
  // Of these servers only; Node reads it at each connection.
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  process.env['METADATA_SERVER_DETECTION'] = 'none';
  process.env['HOME'] = '/nonexistent';
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = federation(folder, `http://${sts.host}/token`, SUBJECT);
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) delete process.env[name];
});
after(async () => {
  await Promise.all([google, other, plain, sts].map((server) => server.close()));
  folder.close();
});

function giveToken(_: unknown, response: Parameters<Loopback['answer']>[1]): void {
  response.writeHead(200, json).end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }));
}

function clientOf(endpoints: string, services = '*', universeDomain = 'googleapis.com'): OperationsClient {
  const config = { universeDomain, overrides: parseEndpoints(endpoints) };
  return createOperationsClient({
    endpoints: config,
    access: createAccess({ services }),
    transport: createGoogleTransport({ endpoints: config, tokenTimeoutMs: 5_000 }),
  });
}

const vertex = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name: NAME };

function demandNoSecret(error: unknown): asserts error is GoogleApiError {
  assert.ok(error instanceof GoogleApiError, dumpOf(error));
  const dump = dumpOf(error);
  for (const [what, value] of Object.entries({ token: TOKEN, subject: SUBJECT })) {
    const at = dump.indexOf(value);
    assert.equal(at, -1, `the ${what} is in: ${dump.slice(Math.max(0, at - 200), at + 80)}`);
  }
}

const calls = (client: OperationsClient) => ({
  get: () => client.get(vertex),
  cancel: () => client.cancel(vertex),
  wait: () => client.wait(vertex, { waitMs: 1_000 }),
  list: () => client.list({ ...vertex, parent: 'projects/p/locations/us-central1' }),
});

let shared: OperationsClient | undefined;

property(
  FILE,
  'a redirect takes the token nowhere: not to another host, port or scheme, and not to the same host',
  fc.record({
    method: fc.constantFrom('get' as const, 'cancel' as const, 'wait' as const, 'list' as const),
    status: fc.constantFrom(300, 301, 302, 303, 305, 307, 308),
    target: fc.oneof(
      fc.constantFrom('same', 'other', 'plain', 'relative', 'protocol', 'user', 'localhost', 'refresh'),
      anyText.map((text) => `=${text.replaceAll(/[^\t\x20-\x7e]/g, '')}`),
    ),
    body: anyText,
  }),
  async ({ method, status, target, body }) => {
    const client = (shared ??= clientOf(`aiplatform.googleapis.com=https://${google.host}`));
    const path = `/v1/${NAME}`;
    const locations: Record<string, string> = {
      same: `https://${google.host}${path}`,
      other: `https://${other.host}${path}`,
      plain: `http://${plain.host}${path}`,
      relative: path,
      protocol: `//${other.host}${path}`,
      user: `https://aiplatform.googleapis.com@${other.host}${path}`,
      localhost: `https://localhost:${other.port}${path}`,
      refresh: '',
    };
    const location = locations[target] ?? target.slice(1);
    google.requests = [];
    google.answer = (_, response) => {
      response.writeHead(status, {
        location,
        ...(target === 'refresh' && { refresh: `0; url=https://${other.host}${path}` }),
      });
      response.end(body);
    };
    const call = calls(client)[method];
    const error: unknown = await call().then(
      () => assert.fail('a redirect was taken for an answer'),
      (failure: unknown) => failure,
    );
    demandNoSecret(error);
    assert.equal(error.kind, 'REDIRECT');
    assert.equal(google.requests.length, 1);
    assert.equal(google.requests[0]?.headers.authorization, `Bearer ${TOKEN}`);
    assert.deepEqual([other.requests, plain.requests], [[], []]);
  },
  { short: 100, share: 0.15 },
);

property(
  FILE,
  'a host that is not allowed gets no request and no token is fetched for it, however similar its name',
  fc.record({ service: anyService, universe: fc.constantFrom('googleapis.com', 'apis.example') }),
  async ({ service, universe }) => {
    sts.requests = [];
    google.requests = [];
    // The operator allowed the service by name, and nothing about where it is.
    let client: OperationsClient;
    try {
      client = clientOf('', service, universe);
    } catch (error) {
      assert.ok(error instanceof GoogleApiError && error.kind === 'ARGUMENT');
      return;
    }
    // The list of services is read without the space around its entries.
    const one = service.trim();
    if (/^[a-z0-9.-]+\.googleapis\.com$/.test(one) || one === '*' || one.includes(',')) return;
    const error: unknown = await client.get({ ...vertex, service: one }).then(
      () => assert.fail('it was sent'),
      (failure: unknown) => failure,
    );
    demandNoSecret(error);
    assert.ok(['FORBIDDEN', 'ARGUMENT'].includes(error.kind), error.message);
    assert.deepEqual([sts.requests, google.requests, other.requests, plain.requests], [[], [], [], []]);
  },
  { short: 300, share: 0.3 },
);

/** Answers of a server that repeat the request. */
const echoes: Record<
  string,
  (headers: string, authorization: string) => { status: number; type?: string; body: string }
> = {
  'an error message': (headers) => ({
    status: 403,
    body: JSON.stringify({ error: { code: 403, status: 'PERMISSION_DENIED', message: headers } }),
  }),
  'the bare token in a message': (_, authorization) => ({
    status: 400,
    body: JSON.stringify({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: `x ${authorization.slice(7)} y` },
    }),
  }),
  'the reason of an error': (_, authorization) => ({
    status: 403,
    body: JSON.stringify({
      error: {
        code: 403,
        status: 'PERMISSION_DENIED',
        details: [{ '@type': 'x/google.rpc.ErrorInfo', reason: authorization.slice(7) }],
      },
    }),
  }),
  'the title of a page': (headers) => ({ status: 500, type: 'text/html', body: `<title>${headers}</title>` }),
  'a page': (_, authorization) => ({
    status: 502,
    type: 'text/html',
    body: `<p>${authorization.slice(7)}</p>`,
  }),
  'a content type': (_, authorization) => ({ status: 500, type: authorization.slice(7), body: 'x' }),
  'a foreign field': (_, authorization) => ({
    status: 200,
    body: JSON.stringify({ [authorization.slice(7)]: 1, name: NAME }),
  }),
  'another name': (_, authorization) => ({
    status: 200,
    body: JSON.stringify({ name: `x/${authorization.slice(7)}` }),
  }),
  'half of the token': (_, authorization) => ({
    status: 500,
    type: 'text/plain',
    body: `cut ${authorization.slice(7, 33)}`,
  }),
  'JSON escapes': (_, authorization) => ({
    status: 403,
    body: `{"error":{"code":403,"status":"PERMISSION_DENIED","message":"${authorization
      .slice(7)
      .split('')
      .map((sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
      .join('')}"}}`,
  }),
};

test('a server that shows what it was sent gets it into no error', async (t) => {
  const client = clientOf(`aiplatform.googleapis.com=https://${google.host}`);
  for (const [what, echo] of Object.entries(echoes)) {
    await t.test(what, async () => {
      google.answer = ({ headers }, response) => {
        const { status, type = 'application/json', body } = echo(JSON.stringify(headers), headers.authorization ?? '');
        response.writeHead(status, { 'content-type': type, 'x-echo': headers.authorization ?? '' }).end(body);
      };
      for (const call of Object.values(calls(client))) {
        const error: unknown = await call().catch((failure: unknown) => failure);
        if (error !== undefined && error instanceof Error) {
          demandNoSecret(error);
          assert.doesNotMatch(dumpOf(error), new RegExp(TOKEN.slice(0, 20)));
        }
      }
    });
  }
});

test('what an Operation repeats of the token is taken out of it', async () => {
  const client = clientOf(`aiplatform.googleapis.com=https://${google.host}`);
  google.answer = ({ headers }, response) =>
    response.end(
      JSON.stringify({
        name: NAME,
        done: true,
        error: { code: 3, message: headers.authorization, details: [{ '@type': 'x', headers }] },
        metadata: { headers, [String(headers.authorization)]: true },
      }),
    );
  const operation = await client.get(vertex);
  assert.ok(!JSON.stringify(operation).includes(TOKEN.slice(0, 20)), JSON.stringify(operation));
  assert.equal(operation.error?.message, 'Bearer [redacted]');
  assert.equal(operation.error.code, 3);
});

const failures: Record<string, Loopback['answer']> = {
  'a redirect to another host': (_, response) =>
    response.writeHead(307, { location: `http://${plain.host}/token` }).end(),
  'a redirect to itself': (_, response) => response.writeHead(302, { location: '/token' }).end(),
  'a refusal that repeats the request': ({ body, headers }, response) =>
    response.writeHead(400, json).end(
      JSON.stringify({
        error: 'invalid_grant',
        error_description: `${body} ${new URLSearchParams(body).get('subject_token')} ${JSON.stringify(headers)}`,
      }),
    ),
  'a page that repeats the request': ({ body }, response) =>
    response
      .writeHead(403, { 'content-type': 'text/html' })
      .end(`<title>${new URLSearchParams(body).get('subject_token')}</title>`),
  'a status that repeats the request': ({ body }, response) =>
    response
      .writeHead(400, json)
      .end(JSON.stringify({ error: { code: 400, message: new URLSearchParams(body).get('subject_token') } })),
  'a token that breaks the header': (_, response) =>
    response.writeHead(200, json).end(JSON.stringify({ access_token: `${TOKEN}\r\nx-injected: 1`, expires_in: 3600 })),
  'a token that is an object': (_, response) =>
    response.writeHead(200, json).end(JSON.stringify({ access_token: { a: TOKEN }, expires_in: 3600 })),
  'half a token': (_, response) => response.writeHead(200, json).end(`{"access_token":"${TOKEN}`),
  nothing: (_, response) => response.writeHead(200, json).end(),
};

for (const [what, answer] of Object.entries(failures)) {
  test(`a token endpoint that answers with ${what} gives nothing away`, { timeout: 300_000 }, async () => {
    sts.answer = answer;
    google.requests = [];
    google.answer = (seen, response) => {
      assert.equal(seen.headers['x-injected'], undefined);
      response.writeHead(401, json).end('{"error":{"code":401,"status":"UNAUTHENTICATED"}}');
    };
    try {
      const client = clientOf(`aiplatform.googleapis.com=https://${google.host}`);
      const error: unknown = await client.get(vertex).catch((failure: unknown) => failure);
      demandNoSecret(error);
      assert.ok(['CREDENTIALS', 'STATUS'].includes(error.kind), `${error.kind}: ${error.message}`);
      assert.ok(['UNAUTHENTICATED', 'UNAVAILABLE'].includes(error.code), error.code);
      assert.deepEqual([plain.requests, other.requests], [[], []]);
    } finally {
      sts.answer = giveToken;
    }
  });
}

property(
  FILE,
  'a credentials file that is broken in any way shows nothing of itself',
  fc.tuple(
    fc.constantFrom('service_account', 'authorized_user', 'external_account', 'impersonated_service_account', 'x', ''),
    fc.nat(),
    fc.nat({ max: 4 }),
    anyText,
  ),
  async ([type, seed, kind, piece]) => {
    const whole: Record<string, unknown> = {
      type,
      private_key: `-----BEGIN PRIVATE KEY-----\n${TOKEN}\n-----END PRIVATE KEY-----\n`,
      client_email: 'w@p.iam.gserviceaccount.com',
      client_id: 'id',
      client_secret: TOKEN,
      refresh_token: SUBJECT,
    };
    const keys = Object.keys(whole);
    const key = keys[seed % keys.length] ?? 'type';
    if (kind === 0) delete whole[key];
    if (kind === 1) whole[key] = { [piece]: whole[key] };
    if (kind === 2) whole[key] = `${String(whole[key])}${piece}`;
    let text = JSON.stringify(whole);
    if (kind === 3) text = text.slice(0, seed % text.length);
    if (kind === 4) text = text.slice(0, seed % text.length) + piece + text.slice(seed % text.length);
    // A complete file would lead to a real token endpoint, which other tests cover.
    if (kind === 2 && key !== 'private_key' && key !== 'type') return;
    const path = process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = folder.write('broken.json', text);
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
    try {
      const client = clientOf(`aiplatform.googleapis.com=https://${google.host}`);
      const stop = AbortSignal.timeout(2_000);
      const error: unknown = await client.get(vertex, { signal: stop }).catch((failure: unknown) => failure);
      demandNoSecret(error);
    } finally {
      process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
      delete process.env['HTTPS_PROXY'];
    }
  },
  { short: 60, share: 0.02 },
);
