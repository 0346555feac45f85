import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import { createAccess } from '../../google/access.js';
import { createGoogleTransport } from '../../google/http/google-transport.js';
import { createOperationsClient } from '../../google/client.js';
import { call, temporaryFile } from './support/call.js';
import { errorFrom, ref } from './support/client.js';
import {
  NAME,
  VERTEX,
  certificate,
  failure,
  federated,
  google,
  metadata,
  override,
  proxyTo,
  serviceAccount,
  serviceAccountKey,
  tokens,
  tokensSeen,
  trust,
} from './support/credentials.js';
import { serve } from './support/server.js';

test("a machine's token comes from its metadata server, and one is used for several calls", async (t) => {
  const [api, server] = [await google(t, (token) => token === 'token-1'), await metadata(t)];
  const results = await call(
    { endpoints: override(api), name: NAME, calls: 3, userAgent: 'temporal-lro/1.2.3' },
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
  assert.match(api.requests[0]?.headers['user-agent'] ?? '', /^temporal-lro\/1\.2\.3 /);
  const asked = server.requests.filter(({ url }) => url.includes('/token'));
  assert.equal(asked.length, 1);
  assert.match(decodeURIComponent(asked[0]?.url ?? ''), /scopes=https:\/\/www\.googleapis\.com\/auth\/cloud-platform/);
  assert.ok(!server.requests.some(({ url }) => url.includes('project-id')), 'no project is looked for');
});

test('a token that is refused is replaced once, within the call', async (t) => {
  const [api, server] = [await google(t, (token) => token === 'token-2'), await metadata(t)];
  const machine = { GCE_METADATA_HOST: server.host, METADATA_SERVER_DETECTION: 'assume-present' };
  const results = await call({ endpoints: override(api), name: NAME, calls: 2 }, { ...trust(t), ...machine });
  assert.deepEqual(results, [{ done: true }, { done: true }]);
  assert.deepEqual(tokensSeen(api), ['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
});

test('a federated token is exchanged, sent, and replaced after a 401', async (t) => {
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
    verify('sha256', Buffer.from(`${header}.${claims}`), serviceAccountKey, Buffer.from(signature, 'base64url')),
  );
  assert.deepEqual(
    calls.map(({ headers }) => [headers.host, headers.authorization]),
    [
      [VERTEX, 'Bearer token-1'],
      [VERTEX, 'Bearer token-1'],
    ],
  );
});

test('an impersonated token is fetched with the token of its source, sent, and replaced after a 401', async (t) => {
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

test('a redirect is refused, and its target gets no token', async (t) => {
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

test('the transport itself sends no token over plain HTTP, whatever endpoints the client has', async (t) => {
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
