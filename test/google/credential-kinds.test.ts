import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { call, temporaryFile } from './support/call.js';
import {
  certificate,
  failure,
  gcloudFolder,
  NAME,
  proxyTo,
  serviceAccount,
  trust,
  VERTEX,
} from './support/credentials.js';
import { serve, type TestServer } from './support/server.js';

const OAUTH = 'oauth2.googleapis.com';
const STS = 'sts.googleapis.com';
const IAM = 'iamcredentials.googleapis.com';
const IMPERSONATION = `https://${IAM}/v1/projects/-/serviceAccounts/w@p.iam.gserviceaccount.com:generateAccessToken`;
const user = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' };

interface Kind {
  /** The environment with these credentials in it. */
  env: (t: TestContext) => Record<string, string> | Promise<Record<string, string>>;
  /** The host of the endpoint that gives the token. */
  host: string;
  refusal?: string;
}

const json = (value: object) => JSON.stringify(value);
const file = (t: TestContext, content: object) => ({ GOOGLE_APPLICATION_CREDENTIALS: temporaryFile(t, json(content)) });

/** Workload identity federation with the token of this source. */
function federated(t: TestContext, source: object, more: object = {}) {
  return file(t, {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `https://${STS}/v1/token`,
    credential_source: source,
    ...more,
  });
}

const DENIED = json({ error: { code: 403, status: 'PERMISSION_DENIED', message: 'No token creator' } });

const KINDS: Record<string, Kind> = {
  "a service account's key": {
    host: OAUTH,
    env: (t) => ({ GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(t) }),
  },
  'a user': { host: OAUTH, env: (t) => file(t, user) },
  "a user in gcloud's folder": { host: OAUTH, env: (t) => ({ CLOUDSDK_CONFIG: gcloudFolder(t, json(user)) }) },
  'a federated token in a text file': { host: STS, env: (t) => federated(t, { file: temporaryFile(t, 'subject') }) },
  'a federated token in a JSON file': {
    host: STS,
    env: (t) =>
      federated(t, {
        file: temporaryFile(t, '{"token":"subject"}'),
        format: { type: 'json', subject_token_field_name: 'token' },
      }),
  },
  'a federated token at a URL': {
    host: STS,
    env: async (t) => {
      const issuer = await serve(t, (_, response) => response.end('subject'));
      return federated(t, { url: `http://${issuer.host}/token`, headers: { metadata: 'True' } });
    },
  },
  'a federated token of an executable': {
    host: STS,
    env: (t) => {
      const token = {
        version: 1,
        success: true,
        token_type: 'urn:ietf:params:oauth:token-type:jwt',
        id_token: 'subject',
        expiration_time: Math.floor(Date.now() / 1_000) + 3_600,
      };
      const command = `/bin/cat ${temporaryFile(t, json(token))}`;
      return {
        GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1',
        ...federated(t, { executable: { command, timeout_millis: 30_000 } }),
      };
    },
  },
  "a federated token of AWS's": {
    host: STS,
    env: (t) => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'aws-key',
      ...federated(
        t,
        {
          environment_id: 'aws1',
          regional_cred_verification_url:
            'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
        },
        { subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request' },
      ),
    }),
  },
  'a federated token of a workforce': {
    host: STS,
    env: (t) =>
      federated(
        t,
        { file: temporaryFile(t, 'subject') },
        {
          audience: '//iam.googleapis.com/locations/global/workforcePools/p/providers/x',
          workforce_pool_user_project: 'p',
        },
      ),
  },
  'a federated token that impersonates': {
    host: IAM,
    refusal: DENIED,
    env: (t) =>
      federated(t, { file: temporaryFile(t, 'subject') }, { service_account_impersonation_url: IMPERSONATION }),
  },
  'a federated user': {
    host: STS,
    env: (t) =>
      file(t, {
        type: 'external_account_authorized_user',
        audience: '//iam.googleapis.com/locations/global/workforcePools/p/providers/x',
        client_id: 'c',
        client_secret: 's',
        refresh_token: 'r',
        token_url: `https://${STS}/v1/oauthtoken`,
        token_info_url: `https://${STS}/v1/introspect`,
      }),
  },
  'an impersonated account, by a user': {
    host: IAM,
    refusal: DENIED,
    env: (t) =>
      file(t, {
        type: 'impersonated_service_account',
        service_account_impersonation_url: IMPERSONATION,
        source_credentials: user,
      }),
  },
};

/** The answers of a token endpoint's network, or of its own troubles, that say nothing about the credentials. */
const PASSING: [what: string, status: number, body: string][] = [
  ["a proxy's 403 page", 403, '<html><title>Blocked by policy</title>'],
  ["a proxy's 407", 407, ''],
  ['a 400 page', 400, '<html><title>Error 400 (Bad Request)!!1</title>'],
  ['a page in a 200', 200, '<html><title>Log in</title>'],
  ['a 404 in JSON of another program', 404, '{"message":"no route"}'],
  ['an internal failure', 400, '{"error":"internal_failure"}'],
  [
    'a failure to reach the other issuer',
    400,
    '{"error":"invalid_grant","error_description":"Error connecting to the given credential\'s issuer."}',
  ],
];

/** Google itself: the answers of one of its hosts are given in turn, then it gives tokens as all others do. */
async function google(t: TestContext, host: string, answers: [status: number, body: string][]): Promise<TestServer> {
  let count = 0;
  const left = [...answers];
  return serve(
    t,
    (request, response) => {
      const asked = request.headers.host ?? '';
      const type = (body: string) => ({ 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' });
      if (asked === VERTEX) {
        const isValid = request.headers.authorization === 'Bearer token-2';
        const body = isValid ? '{"done":true}' : '{"error":{"code":401,"status":"UNAUTHENTICATED"}}';
        response.writeHead(isValid ? 200 : 401, type(body)).end(body);
        return;
      }
      const next = asked === host ? left.shift() : undefined;
      if (next !== undefined) {
        response.writeHead(next[0], type(next[1])).end(next[1]);
        return;
      }
      const token = asked === host ? `token-${(count += 1)}` : 'source-token';
      const expireTime = new Date(Date.now() + 3_600_000).toISOString();
      const given = { access_token: token, token_type: 'Bearer', expires_in: 3_600, accessToken: token, expireTime };
      response.writeHead(200, type('{')).end(json(given));
    },
    certificate,
  );
}

for (const [kind, { env, host, refusal = '{"error":"invalid_grant"}' }] of Object.entries(KINDS)) {
  test(`${kind}: a token is kept, renewed after a 401, and refused by its endpoint alone`, async (t) => {
    const passing = PASSING.map(([, status, body]): [number, string] => [status, body]);
    const server = await google(t, host, [...passing, [400, refusal]]);
    const proxy = await proxyTo(t, server.port);
    const results = await call(
      { name: NAME, calls: PASSING.length + 3 },
      { ...trust(t), HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1', ...(await env(t)) },
    );
    for (const [index, [what]] of PASSING.entries()) {
      const error = failure(results[index]);
      assert.deepEqual([error.code, error.kind], ['UNAVAILABLE', 'CREDENTIALS'], `${what}: ${error.message}`);
    }
    const [refused, ...rest] = results.slice(PASSING.length);
    const { code, kind: errorKind, message } = failure(refused);
    assert.deepEqual([code, errorKind], ['UNAUTHENTICATED', 'CREDENTIALS'], message);
    assert.deepEqual(rest, [{ done: true }, { done: true }]);
    const sent = server.requests.filter(({ headers }) => headers.host === VERTEX);
    assert.deepEqual(
      sent.map(({ headers }) => headers.authorization),
      ['Bearer token-1', 'Bearer token-2', 'Bearer token-2'],
    );
  });
}
