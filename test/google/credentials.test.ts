import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { call, temporaryFile } from './support/call.js';
import {
  NAME,
  failure,
  federated,
  gcloudFolder,
  google,
  metadata,
  metadataAnswer,
  override,
  serviceAccount,
  trust,
} from './support/credentials.js';
import { serve } from './support/server.js';

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

test('no credentials, and credentials that are refused, are UNAUTHENTICATED', async (t) => {
  const refusing = await serve(t, (_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"error":"invalid_grant","error_description":"The audience is wrong"}'),
  );
  const environments: [env: Record<string, string>, why: RegExp][] = [
    [{}, /default credentials/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' }, /does not exist/],
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
  assert.equal(failure(first).kind, 'CREDENTIALS');
  assert.deepEqual(second, { done: true });
});

test('a proxy that is no URL is no answer, says so by its variable, and keeps its password', async (t) => {
  const machine = await metadata(t);
  const key = { GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t) };
  const environments: Record<string, string>[] = [
    { ...key, HTTPS_PROXY: '127.0.0.1:1' },
    { ...key, https_proxy: 'http://user:secret@[proxy' },
    { GCE_METADATA_HOST: machine.host, METADATA_SERVER_DETECTION: '', HTTPS_PROXY: 'http://u:secret@a b:1' },
    { GCE_METADATA_HOST: '127.0.0.1:1', METADATA_SERVER_DETECTION: '', HTTP_PROXY: 'localhost:1' },
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
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
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
    { endpoints: override(api), name: NAME, calls: 2, tokenTimeoutMs: 500 },
    { ...trust(t), GOOGLE_APPLICATION_CREDENTIALS: federated(t, `http://${silent.host}`) },
  );
  const { code, kind, message } = failure(first);
  assert.deepEqual([code, kind], ['UNAVAILABLE', 'CREDENTIALS']);
  assert.match(message, /no token within 500ms/);
  assert.deepEqual(second, { done: true });
});
