import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createAccess } from '../../google/access.js';
import { createGoogleTransport } from '../../google/auth.js';
import { createOperationsClient } from '../../google/client.js';
import { call, temporaryFile } from './support/call.js';
import type { CallResult } from './support/caller.js';
import { selfSigned } from './support/certificate.js';
import { errorFrom, ref } from './support/client.js';
import { listen, serve, type TestServer } from './support/server.js';

const NAME = 'projects/p/locations/us-central1/operations/123';
const VERTEX = 'us-central1-aiplatform.googleapis.com';
const certificate = selfSigned(['*.googleapis.com', '*.apis.example']);
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Google itself, on this machine: takes the tokens in `valid`, and answers 401 to others. */
function google(t: TestContext, valid: (token: string) => boolean): Promise<TestServer> {
  const listener: Parameters<typeof serve>[1] = (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (valid(token)) response.end('{"done":true}');
    else response.writeHead(401).end('{"error":{"code":401,"status":"UNAUTHENTICATED"}}');
  };
  return serve(t, listener, certificate);
}

/** A token endpoint that hands out token-1, token-2, … */
function tokens(t: TestContext): Promise<TestServer> {
  let count = 0;
  return serve(t, (_, response) => {
    count += 1;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: `token-${count}`, token_type: 'Bearer', expires_in: 3600 }));
  });
}

/** A metadata server: whatever is asked of it but a token, it does not know. */
function metadata(t: TestContext, universe?: string): Promise<TestServer> {
  let count = 0;
  return serve(t, (request, response) => {
    const headers = { 'metadata-flavor': 'Google', 'content-type': 'application/json' };
    if (request.url?.includes('/token') === true) {
      count += 1;
      response
        .writeHead(200, headers)
        .end(`{"access_token":"token-${count}","token_type":"Bearer","expires_in":3600}`);
    } else if (request.url?.endsWith('/universe/universe-domain') === true && universe !== undefined) {
      response.writeHead(200, headers).end(universe);
    } else {
      response.writeHead(request.url?.endsWith('/instance') === true ? 200 : 404, headers).end('no');
    }
  });
}

/** Workload identity federation: a token from a file, changed for one of Google's at `tokenUrl`. */
function federated(t: TestContext, tokenUrl: string, more: object = {}): string {
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

function serviceAccount(t: TestContext, more: object = {}): string {
  return temporaryFile(
    t,
    JSON.stringify({
      type: 'service_account',
      project_id: 'p',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'worker@p.iam.gserviceaccount.com',
      ...more,
    }),
  );
}

/** A proxy that takes every CONNECT to one server of this machine, and notes where it was meant to go. */
async function proxyTo(t: TestContext, port: number): Promise<{ url: string; targets: string[] }> {
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

function trust(t: TestContext): Record<string, string> {
  return { NODE_EXTRA_CA_CERTS: temporaryFile(t, certificate.cert) };
}

function override(server: TestServer): string {
  return `aiplatform.googleapis.com=https://${server.host}`;
}

function tokensSeen({ requests }: TestServer): (string | undefined)[] {
  return requests.map(({ headers }) => headers.authorization);
}

function failure(result: CallResult | undefined) {
  assert.ok(result !== undefined && 'error' in result, `expected an error, got ${JSON.stringify(result)}`);
  assert.doesNotMatch(result.dump, /token-\d|secret|PRIVATE|Bearer |authorization/i);
  return result.error;
}

test("a machine's token comes from its metadata server, and one serves several calls", async (t) => {
  const [api, server] = [await google(t, (token) => token === 'token-1'), await metadata(t)];
  const results = await call(
    { endpoints: override(api), name: NAME, calls: 3 },
    {
      ...trust(t),
      GCE_METADATA_HOST: server.host,
      METADATA_SERVER_DETECTION: 'assume-present',
      GOOGLE_CLOUD_QUOTA_PROJECT: 'payer',
    },
  );
  assert.deepEqual(results, [{ done: true }, { done: true }, { done: true }]);
  assert.deepEqual(tokensSeen(api), ['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
  assert.equal(api.requests[0]?.headers['x-goog-user-project'], 'payer');
  const asked = server.requests.filter(({ url }) => url.includes('/token'));
  assert.equal(asked.length, 1);
  assert.match(
    decodeURIComponent(asked[0]?.url ?? ''),
    /scopes=https:\/\/www\.googleapis\.com\/auth\/cloud-platform/,
  );
  assert.ok(!server.requests.some(({ url }) => url.includes('project-id')), 'no project is looked for');
});

test('a token that is refused is replaced once, within the call', async (t) => {
  const [api, server] = [await google(t, (token) => token === 'token-2'), await metadata(t)];
  const machine = { GCE_METADATA_HOST: server.host, METADATA_SERVER_DETECTION: 'assume-present' };
  const results = await call({ endpoints: override(api), name: NAME, calls: 2 }, { ...trust(t), ...machine });
  assert.deepEqual(results, [{ done: true }, { done: true }]);
  assert.deepEqual(tokensSeen(api), ['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
});

test('a federated token is changed, sent, and replaced after a 401', async (t) => {
  const [api, sts] = [await google(t, (token) => token === 'token-2'), await tokens(t)];
  const file = federated(t, `http://${sts.host}/token`);
  const results = await call(
    { endpoints: override(api), name: NAME, calls: 2 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: file },
  );
  assert.deepEqual(results, [{ done: true }, { done: true }]);
  assert.deepEqual(tokensSeen(api), ['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  assert.equal(sts.requests.length, 2);
  assert.equal(new URLSearchParams(sts.requests[0]?.body).get('subject_token'), 'subject-secret');
});

test('a token that stays refused ends in UNAUTHENTICATED after two tries', async (t) => {
  const [api, sts] = [await google(t, () => false), await tokens(t)];
  const [result] = await call(
    { endpoints: override(api), name: NAME, calls: 1 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${sts.host}/token`) },
  );
  const { code, kind, httpStatus } = failure(result);
  assert.deepEqual([code, kind, httpStatus], ['UNAUTHENTICATED', 'STATUS', 401]);
  assert.equal(api.requests.length, 2);
});

test("a service account's key mints a token, and Google's own hosts are reached through a proxy", async (t) => {
  const api = await serve(
    t,
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const isToken = request.headers.host === 'oauth2.googleapis.com';
      response.end(isToken ? '{"access_token":"token-1","expires_in":3600}' : '{"done":true}');
    },
    certificate,
  );
  const proxy = await proxyTo(t, api.port);
  const results = await call(
    { name: NAME, calls: 2 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t), HTTPS_PROXY: proxy.url },
  );
  assert.deepEqual(results, [{ done: true }, { done: true }]);
  assert.deepEqual([...new Set(proxy.targets)], ['oauth2.googleapis.com:443', `${VERTEX}:443`]);
  const [minting, ...calls] = api.requests;
  const assertion = new URLSearchParams(minting?.body).get('assertion') ?? '';
  const [header, claims, signature = ''] = assertion.split('.');
  assert.ok(
    verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url')),
  );
  assert.deepEqual(
    calls.map(({ headers }) => [headers.host, headers.authorization]),
    [
      [VERTEX, 'Bearer token-1'],
      [VERTEX, 'Bearer token-1'],
    ],
  );
});

test('an impersonated token is had with its source, sent, and replaced after a 401', async (t) => {
  let count = 0;
  const api = await serve(
    t,
    (request, response) => {
      const { host, authorization } = request.headers;
      response.setHeader('content-type', 'application/json');
      if (host === 'oauth2.googleapis.com') {
        response.end('{"access_token":"source-token","expires_in":3600}');
      } else if (host === 'iamcredentials.googleapis.com') {
        count += 1;
        const expireTime = new Date(Date.now() + 3_600_000).toISOString();
        response.end(JSON.stringify({ accessToken: `token-${count}`, expireTime }));
      } else {
        response.writeHead(authorization === 'Bearer token-2' ? 200 : 401).end('{"done":true}');
      }
    },
    certificate,
  );
  const proxy = await proxyTo(t, api.port);
  const file = temporaryFile(
    t,
    JSON.stringify({
      type: 'impersonated_service_account',
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/w@p.iam.gserviceaccount.com:generateAccessToken',
      source_credentials: { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' },
    }),
  );
  const results = await call(
    { name: NAME, calls: 2 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: file, HTTPS_PROXY: proxy.url },
  );
  assert.deepEqual(results, [{ done: true }, { done: true }]);
  const sent = api.requests.filter(({ headers }) => headers.host === VERTEX);
  assert.deepEqual(
    sent.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2', 'Bearer token-2'],
  );
});

test('in another universe a key signs its own token, and the hosts are of that universe', async (t) => {
  const api = await google(t, (token) => token.split('.').length === 3);
  const proxy = await proxyTo(t, api.port);
  const results = await call(
    { name: NAME, calls: 1, universeDomain: 'apis.example' },
    {
      ...trust(t),
      GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t, { universe_domain: 'apis.example' }),
      HTTPS_PROXY: proxy.url,
    },
  );
  assert.deepEqual(results, [{ done: true }]);
  assert.deepEqual(proxy.targets, ['us-central1-aiplatform.apis.example:443']);
});

test('credentials of another universe are not used', async (t) => {
  const api = await google(t, () => true);
  const machine = await metadata(t, 'apis.example');
  const environments: Record<string, string>[] = [
    { GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t, { universe_domain: 'apis.example' }) },
    { GCE_METADATA_HOST: machine.host, METADATA_SERVER_DETECTION: 'assume-present' },
  ];
  for (const env of environments) {
    const [result] = await call({ endpoints: override(api), name: NAME, calls: 1 }, { ...trust(t), ...env });
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAUTHENTICATED', 'CREDENTIALS']);
    assert.match(message, /apis\.example.*GOOGLE_CLOUD_UNIVERSE_DOMAIN is googleapis\.com/);
  }
  assert.equal(api.requests.length, 0);
});

test('a redirect is refused and the token stays home', async (t) => {
  const target = await serve(t, (_, response) => response.end('{"done":true}'), certificate);
  const api = await serve(
    t,
    (_, response) => response.writeHead(307, { location: `https://${target.host}/v1/${NAME}` }).end(),
    certificate,
  );
  const sts = await tokens(t);
  const [result] = await call(
    { endpoints: override(api), name: NAME, calls: 1 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${sts.host}/token`) },
  );
  assert.equal(failure(result).kind, 'REDIRECT');
  assert.equal(api.requests.length, 1);
  assert.equal(target.requests.length, 0);
});

test('a host that nobody named gets nothing, and no token is fetched for it', async (t) => {
  const sts = await tokens(t);
  const [result] = await call(
    { services: 'mine.example', service: 'mine.example', name: NAME, calls: 1 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${sts.host}/token`) },
  );
  const { code, kind, message } = failure(result);
  assert.deepEqual([code, kind], ['PERMISSION_DENIED', 'FORBIDDEN']);
  assert.match(message, /https:\/\/mine\.example is neither .* nor in GOOGLE_ENDPOINTS/);
  assert.equal(sts.requests.length, 0);
});

test('the transport itself sends no token over plain HTTP, whatever the client was told', async (t) => {
  const server = await serve(t, (_, response) => response.end('{"done":true}'));
  const overrides = new Map([['aiplatform.googleapis.com', `http://${server.host}`]]);
  const endpoints = { universeDomain: 'googleapis.com', overrides };
  const client = createOperationsClient({
    endpoints,
    access: createAccess({}),
    transport: createGoogleTransport({ endpoints }),
  });
  assert.equal((await errorFrom(client.get(ref))).kind, 'FORBIDDEN');
  assert.equal(server.requests.length, 0);
});

test('a certificate that is not trusted gets no token', async (t) => {
  const [api, sts] = [await google(t, () => true), await tokens(t)];
  const [result] = await call(
    { endpoints: override(api), name: NAME, calls: 1 },
    { GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${sts.host}/token`) },
  );
  const { code, kind, message } = failure(result);
  assert.deepEqual([code, kind], ['UNAVAILABLE', 'NETWORK']);
  assert.match(message, /self-signed certificate/);
  assert.equal(api.requests.length, 0);
});

test('no credentials, and credentials that are refused, are UNAUTHENTICATED', async (t) => {
  const refusing = await serve(t, (_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"error":"invalid_grant","error_description":"The audience is wrong"}'),
  );
  const environments: [env: Record<string, string>, why: RegExp][] = [
    [{}, /default credentials/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' }, /does not exist/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: temporaryFile(t, 'not json') }, /JSON|token/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t, { private_key: 'no key' }) }, /./],
    [
      { GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${refusing.host}`) },
      /invalid_grant: The audience is wrong/,
    ],
  ];
  for (const [env, why] of environments) {
    const [result] = await call({ name: NAME, calls: 1 }, env);
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAUTHENTICATED', 'CREDENTIALS'], message);
    assert.match(message, why);
    assert.match(message, /^get of projects\/p/);
  }
});

test('a token endpoint that is down or silent is UNAVAILABLE, and works once it is back', async (t) => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const down = await serve(t, (_, response) => response.writeHead(503).end('<html>'));
  for (const tokenUrl of [`http://127.0.0.1:${port}`, `http://${down.host}`]) {
    const [result] = await call(
      { name: NAME, calls: 1 },
      { GOOGLE_APPLICATION_CREDENTIALS: federated(t, tokenUrl) },
    );
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAVAILABLE', 'CREDENTIALS'], message);
  }
  let asked = 0;
  const silent = await serve(t, (_, response) => {
    asked += 1;
    if (asked > 1)
      response
        .setHeader('content-type', 'application/json')
        .end('{"access_token":"token-1","expires_in":3600}');
  });
  const api = await google(t, (token) => token === 'token-1');
  const [first, second] = await call(
    { endpoints: override(api), name: NAME, calls: 2, tokenTimeoutMs: 500 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${silent.host}`) },
  );
  const { code, kind, message } = failure(first);
  assert.deepEqual([code, kind], ['UNAVAILABLE', 'CREDENTIALS']);
  assert.match(message, /no token within 500ms/);
  assert.deepEqual(second, { done: true });
});
