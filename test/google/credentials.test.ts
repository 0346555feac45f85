import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { call, temporaryFile } from './support/call.js';
import { exemptMetadataServers } from '../../google/http/proxy.js';
import {
  NAME,
  VERTEX,
  failure,
  federated,
  gcloudFolder,
  google,
  metadata,
  metadataAnswer,
  override,
  proxyTo,
  serviceAccount,
  trust,
} from './support/credentials.js';
import { serve } from './support/server.js';

async function unusedPort(): Promise<number> {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  return port;
}

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

test('credentials that are not there are distinguished from those that cannot be used', async (t) => {
  const closed = await unusedPort();
  const environments: [env: Record<string, string>, why: RegExp][] = [
    [{}, /default credentials/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' }, /does not exist/],
    [
      {
        GOOGLE_APPLICATION_CREDENTIALS: federated(t, 'http://127.0.0.1:1', {
          credential_source: { file: '/nonexistent' },
        }),
      },
      /does not exist/,
    ],
    [{ GCE_METADATA_HOST: `127.0.0.1:${closed}`, METADATA_SERVER_DETECTION: '' }, /default credentials/],
    [
      { GCE_METADATA_HOST: `127.0.0.1:${closed}`, METADATA_SERVER_DETECTION: '', HTTPS_PROXY: 'http://127.0.0.1:1' },
      /default credentials/,
    ],
  ];
  for (const [env, why] of environments) {
    const [result] = await call({ name: NAME, calls: 1 }, env);
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAUTHENTICATED', 'NO_CREDENTIALS'], message);
    assert.match(message, why);
    assert.match(message, /^get of projects\/p.*: no Google credentials on this worker: /);
  }
});

test('a metadata server that does not know the account yet has no credentials yet', async (t) => {
  const api = await google(t, (token) => token === 'token-1');
  const answers: [number, string, Record<string, string>][] = [
    [404, 'Not Found', { 'metadata-flavor': 'Google' }],
    [403, 'Unable to generate access token; IAM returned 403 Forbidden', { 'metadata-flavor': 'Google' }],
    [200, '<html>Log in</html>', { 'content-type': 'text/html' }],
  ];
  const machine = await serve(t, (request, response) => {
    const next = request.url?.includes('/token') === true ? answers.shift() : undefined;
    if (next === undefined) metadataAnswer(request, response);
    else response.writeHead(next[0], next[2]).end(next[1]);
  });
  const results = await call(
    { endpoints: override(api), name: NAME, calls: 4 },
    { ...trust(t), GCE_METADATA_HOST: machine.host, METADATA_SERVER_DETECTION: 'assume-present' },
  );
  for (const result of results.slice(0, 3)) {
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAUTHENTICATED', 'NO_CREDENTIALS'], message);
  }
  assert.deepEqual(results[3], { done: true });
});

test('the metadata server is never asked through the proxy, whatever NO_PROXY says', async (t) => {
  const [machine, proxied] = [await metadata(t), await google(t, (token) => token === 'token-1')];
  const proxy = await proxyTo(t, proxied.port);
  const given: Record<string, string>[] = [
    {},
    { NO_PROXY: 'other.example' },
    { no_proxy: 'other.example, .example.org' },
  ];
  for (const env of given) {
    proxy.targets.length = 0;
    const [result] = await call(
      { name: NAME, calls: 1 },
      {
        ...trust(t),
        HTTPS_PROXY: proxy.url,
        GCE_METADATA_HOST: machine.host,
        METADATA_SERVER_DETECTION: 'ping-only',
        ...env,
      },
    );
    const error = result !== undefined && 'error' in result ? result.error : undefined;
    // The second token of this machine is another one, which this Google does not take.
    assert.ok(error === undefined || error.httpStatus === 401, error?.message);
    assert.deepEqual([...new Set(proxy.targets)], [`${VERTEX}:443`]);
  }
});

test('NO_PROXY gets the metadata servers, once, beside what it holds', () => {
  const added = 'metadata.google.internal,metadata.google.internal.,169.254.169.254';
  const cases: [NodeJS.ProcessEnv, string][] = [
    [{}, added],
    [{ NO_PROXY: 'a.example, .b.example' }, `a.example,.b.example,${added}`],
    [{ no_proxy: 'a.example' }, `a.example,${added}`],
    [{ NO_PROXY: 'a.example', no_proxy: 'b.example' }, `a.example,${added}`],
    [{ NO_PROXY: '169.254.169.254' }, '169.254.169.254,metadata.google.internal,metadata.google.internal.'],
    [{ GCE_METADATA_HOST: '10.0.0.1:8080' }, `${added},10.0.0.1`],
    [{ GCE_METADATA_HOST: 'http://meta.example:80/x' }, `${added},meta.example`],
    [{ GCE_METADATA_HOST: '[fd00::1]:80', GCE_METADATA_IP: '10.0.0.2' }, `${added},[fd00::1],10.0.0.2`],
  ];
  for (const [env, expected] of cases) {
    exemptMetadataServers(env);
    assert.equal(env['NO_PROXY'], expected);
    exemptMetadataServers(env);
    assert.equal(env['NO_PROXY'], expected, 'again');
  }
});

test('credentials that are refused or cannot be used are UNAUTHENTICATED', async (t) => {
  const refusing = await serve(t, (_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"error":"invalid_grant","error_description":"The audience is wrong"}'),
  );
  const environments: [env: Record<string, string>, why: RegExp][] = [
    [
      {
        GOOGLE_APPLICATION_CREDENTIALS: temporaryFile(
          t,
          '{"type":"gdch_service_account","format_version":"1","project":"p","private_key_id":"i","private_key":"k","name":"n","token_uri":"https://t.example"}',
        ),
      },
      /of type gdch_service_account \(Google Distributed Cloud\), which the APIs of Google Cloud do not take$/,
    ],
    [
      { GOOGLE_APPLICATION_CREDENTIALS: temporaryFile(t, 'a secret') },
      /: the file in GOOGLE_APPLICATION_CREDENTIALS is not JSON$/,
    ],
    [{ CLOUDSDK_CONFIG: gcloudFolder(t, 'a secret') }, /application_default_credentials\.json.* is not JSON$/],
    [
      {
        GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${refusing.host}`, {
          credential_source: {
            file: temporaryFile(t, 'a secret'),
            format: { type: 'json', subject_token_field_name: 'token' },
          },
        }),
      },
      /: the file in credential_source is not JSON$/,
    ],
    [
      {
        GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1',
        GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${refusing.host}`, {
          credential_source: { executable: { command: '/bin/echo a secret', timeout_millis: 10_000 } },
        }),
      },
      /: The executable returned an invalid response$/,
    ],
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

test('a machine whose metadata server was not there at first has credentials once it is', async (t) => {
  const api = await google(t, (token) => token === 'token-1');
  let asked = 0;
  const server = await serve(t, (request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else metadataAnswer(request, response);
  });
  const [first, second] = await call(
    { endpoints: override(api), name: NAME, calls: 2 },
    { ...trust(t), GCE_METADATA_HOST: server.host, METADATA_SERVER_DETECTION: '' },
  );
  assert.equal(failure(first).kind, 'NO_CREDENTIALS');
  assert.deepEqual(second, { done: true });
});

test('a proxy that is no URL is no answer, says so by its variable, and keeps its password', async (t) => {
  const machine = await metadata(t);
  const key = { GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t) };
  const environments: Record<string, string>[] = [
    { ...key, HTTPS_PROXY: '127.0.0.1:1' },
    { ...key, https_proxy: 'http://user:secret@[proxy' },
    { GCE_METADATA_HOST: machine.host, METADATA_SERVER_DETECTION: '', HTTPS_PROXY: 'http://u:secret@a b:1' },
    { ...key, HTTP_PROXY: 'localhost:1' },
  ];
  for (const env of environments) {
    const results = await call({ name: NAME, calls: 2 }, env);
    for (const result of results) {
      const { code, kind, message } = failure(result);
      assert.deepEqual([code, kind], ['UNAVAILABLE', 'NETWORK'], message);
      const variable = Object.keys(env).find((name) => /proxy/i.test(name));
      assert.ok(message.includes(`${variable} must be a URL such as http://`), message);
    }
  }
});

test('a token endpoint that is down or silent is UNAVAILABLE, and works once it is back', async (t) => {
  const port = await unusedPort();
  const down = await serve(t, (_, response) => response.writeHead(503).end('<html>'));
  for (const tokenUrl of [`http://127.0.0.1:${port}`, `http://${down.host}`]) {
    const [result] = await call({ name: NAME, calls: 1 }, { GOOGLE_APPLICATION_CREDENTIALS: federated(t, tokenUrl) });
    const { code, kind, message } = failure(result);
    assert.deepEqual([code, kind], ['UNAVAILABLE', 'CREDENTIALS'], message);
  }
  let asked = 0;
  const silent = await serve(t, (_, response) => {
    asked += 1;
    if (asked > 1)
      response.setHeader('content-type', 'application/json').end('{"access_token":"token-1","expires_in":3600}');
  });
  const api = await google(t, (token) => token === 'token-1');
  const [first, second] = await call(
    { endpoints: override(api), name: NAME, calls: 2, tokenTimeoutMs: 3_000 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${silent.host}`) },
  );
  const { code, kind, message } = failure(first);
  assert.deepEqual([code, kind], ['UNAVAILABLE', 'CREDENTIALS']);
  assert.match(message, /no token within 3s/);
  assert.deepEqual(second, { done: true });
});
