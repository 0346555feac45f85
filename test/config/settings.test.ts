import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readWorkerConfig } from '../../config/worker-config.js';
import { googleConfigFrom, readGoogleConfig } from '../../config/google-config.js';
import { readTemporalConfig, temporalConfigFrom, type TemporalOverrides } from '../../config/temporal-config.js';
import { Variables } from '../../config/variables.js';

const dir = mkdtempSync(join(tmpdir(), 'worker-settings-'));
after(() => rmSync(dir, { recursive: true }));
const EMPTY = { XDG_CONFIG_HOME: dir, HOME: dir, APPDATA: dir };

function temporal(env: Record<string, string>, overrides?: TemporalOverrides) {
  const variables = new Variables({ ...EMPTY, ...env });
  return { config: temporalConfigFrom(variables, overrides), problems: variables.problems };
}

function google(env: Record<string, string>) {
  const variables = new Variables(env);
  return { config: googleConfigFrom(variables), problems: variables.problems };
}

function worker(env: Record<string, string>) {
  return readWorkerConfig({ ...EMPTY, ...env }, false);
}

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const pem = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`;

describe('how to reach Temporal', () => {
  it('is what the flags say, then the environment, then the profile, then this machine', () => {
    const TEMPORAL_CONFIG_FILE = file('all.toml', '[profile.a]\naddress = "a:1"\n[profile.b]\nnamespace = "b"\n');
    const env = { TEMPORAL_ADDRESS: ' env:2 ', TEMPORAL_NAMESPACE: ' env ' };
    const flags = { address: 'flag:3', namespace: 'flag' };
    const reached = (found: ReturnType<typeof temporal>) => [
      found.config?.address,
      found.config?.connection.address,
      found.config?.namespace,
    ];
    assert.deepEqual(reached(temporal({})), ['localhost:7233', 'localhost:7233', 'default']);
    assert.deepEqual(reached(temporal(env)), ['env:2', 'env:2', 'env']);
    assert.deepEqual(reached(temporal(env, flags)), ['flag:3', 'flag:3', 'flag']);
    assert.deepEqual(reached(temporal({ TEMPORAL_CONFIG_FILE }, { profile: 'a' })), ['a:1', 'a:1', 'default']);
    const profile = { TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'b' };
    assert.deepEqual(reached(temporal({ ...profile, TEMPORAL_NAMESPACE: ' ' })), [
      'localhost:7233',
      'localhost:7233',
      'b',
    ]);
    assert.deepEqual(reached(temporal({ TEMPORAL_ADDRESS: 'host' })), ['host', 'host', 'default']);
    const unset = new Variables({ ...EMPTY, TEMPORAL_ADDRESS: undefined, TEMPORAL_NAMESPACE: undefined });
    assert.equal(temporalConfigFrom(unset)?.namespace, 'default');
  });

  it('takes TLS switched on and off in the words of envconfig, and no others', () => {
    for (const name of ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION']) {
      for (const value of ['true', 'false', '1', '0', ' true ', ''])
        assert.deepEqual(temporal({ [name]: value }).problems, [], value);
      const { config, problems } = temporal({ [name]: 'on' });
      assert.equal(config, undefined);
      assert.deepEqual(problems, [`${name} is "on"; it takes one of true, false, 1, 0`]);
    }
  });

  it('names every file that is not there', () => {
    const names = [
      'TEMPORAL_CONFIG_FILE',
      'TEMPORAL_TLS_CLIENT_CERT_PATH',
      'TEMPORAL_TLS_CLIENT_KEY_PATH',
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    ];
    const { config, problems } = temporal(Object.fromEntries(names.map((name) => [name, '/nowhere/x'])));
    assert.equal(config, undefined);
    assert.deepEqual(
      problems,
      names.map((name) => `${name} is "/nowhere/x", where there is no file; it takes the path of a file`),
    );
  });

  it('takes a client certificate with its key, and names the half that is missing', () => {
    const cert = { TEMPORAL_TLS_CLIENT_CERT_PATH: file('cert.pem', pem('CERTIFICATE')) };
    const key = { TEMPORAL_TLS_CLIENT_KEY_PATH: file('key.pem', pem('PRIVATE KEY')) };
    assert.deepEqual(temporal({ ...cert, ...key }).problems, []);
    assert.match(temporal(cert).problems.join(), /^TEMPORAL_TLS_CLIENT_KEY_PATH .*there is a client certificate;/);
    assert.match(temporal(key).problems.join(), /^TEMPORAL_TLS_CLIENT_CERT_PATH .*there is a client key;/);
    assert.deepEqual(temporal({ TEMPORAL_TLS: 'true' }).problems, []);
  });

  it('is not what has a scheme or a path', () => {
    const { config, problems } = temporal({ TEMPORAL_ADDRESS: 'http://temporal:7233' });
    assert.equal(config, undefined);
    assert.deepEqual(problems, [
      'TEMPORAL_ADDRESS is "http://temporal:7233"; it takes host:port such as localhost:7233',
    ]);
  });

  it('says of a profile which file does not have it, and of a file that it is no TOML, in one line', () => {
    const path = file('one.toml', '[profile.a]\naddress = "a:1"\n');
    assert.match(
      temporal({ TEMPORAL_CONFIG_FILE: path, TEMPORAL_PROFILE: 'b' }).problems.join(),
      new RegExp(`^TEMPORAL_PROFILE names a profile that ${path} does not have: Profile 'b'`),
    );
    assert.match(
      temporal({ TEMPORAL_PROFILE: 'b' }).problems.join(),
      /^TEMPORAL_PROFILE names a profile that the default temporal\.toml does not have/,
    );
    const broken = file('broken.toml', '[profile.default]\napi_key = "hunter2\n');
    const { config, problems } = temporal({ TEMPORAL_CONFIG_FILE: broken });
    assert.equal(config, undefined);
    assert.match(problems.join(), new RegExp(`^TEMPORAL_CONFIG_FILE \\(${broken}\\) cannot be read: [^\n]+; it takes`));
    assert.doesNotMatch(problems.join(), /hunter2/);
  });
});

describe('what the worker may do at Google', () => {
  it('is a list of services, of which * is one, and of globs', () => {
    const { config } = google({ GOOGLE_SERVICES: ' * , mine.example ', ALLOWED_OPERATIONS: 'a/**, b/*' });
    assert.deepEqual(config?.services, ['*', 'mine.example']);
    assert.deepEqual(config?.operations, ['a/**', 'b/*']);
    const { config: none, problems } = google({
      GOOGLE_SERVICES: 'a.b,vertex',
      ALLOWED_OPERATIONS: 'a/**,b/c**',
    });
    assert.equal(none, undefined);
    assert.match(problems[0] ?? '', /^GOOGLE_SERVICES has the entry "vertex", which must be a lower-case host name/);
    assert.match(
      problems[1] ?? '',
      /^ALLOWED_OPERATIONS has the entry "b\/c\*\*", which has a \*\* that is not a segment/,
    );
    assert.equal(problems.length, 2);
  });

  it('is bound by a limit of requests, by default 300 a minute', () => {
    const limit = (value: string) => google({ GOOGLE_REQUESTS_PER_MINUTE: value });
    assert.equal(google({}).config?.requestsPerMinute, 300);
    assert.equal(limit('1').config?.requestsPerMinute, 1);
    assert.equal(limit('1000000').config?.requestsPerMinute, 1_000_000);
    assert.equal(limit('0000000').config?.requestsPerMinute, undefined);
    for (const value of ['1000001', '00000001', '5x', 'x5', '-5'])
      assert.match(
        limit(value).problems.join(),
        /^GOOGLE_REQUESTS_PER_MINUTE .* from 0 \(no limit\) to 1000000$/,
        value,
      );
  });

  it('goes to the endpoints that are named, each once', () => {
    const { config, problems } = google({ GOOGLE_ENDPOINTS: 'a.example=http://b.example' });
    assert.equal(config, undefined);
    assert.match(
      problems.join(),
      /^GOOGLE_ENDPOINTS has the entry "a\.example=http:\/\/b\.example", which must be https/,
    );
    assert.equal(google({ OPERATIONS_EMULATOR_HOST: '[::1]:8086' }).config?.endpoints.emulatorHost, '[::1]:8086');
    assert.equal(google({ GOOGLE_CLOUD_UNIVERSE_DOMAIN: ' ' }).config?.endpoints.universeDomain, 'googleapis.com');
    assert.match(
      google({ GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'x' }).problems.join(),
      /^GOOGLE_CLOUD_UNIVERSE_DOMAIN is "x"; it takes a domain/,
    );
  });

  it('does not depend on what is wrong elsewhere', () => {
    const variables = new Variables({});
    variables.report('OTHER', 'is wrong');
    assert.ok(googleConfigFrom(variables) !== undefined);
    assert.ok(temporalConfigFrom(new Variables(EMPTY)) !== undefined);
  });
});

describe('one part of an environment', () => {
  it('can be read alone, as a worker reads it', () => {
    assert.deepEqual(readGoogleConfig({}), worker({}).google);
    assert.deepEqual(readTemporalConfig(EMPTY), worker({}).temporal);
  });

  it('fails with every problem of its own, and with no other', () => {
    const env = { ...EMPTY, GOOGLE_SERVICES: ',', GOOGLE_ENDPOINTS: 'x', TEMPORAL_TLS: 'on', LOG_LEVEL: 'x' };
    assert.throws(() => readGoogleConfig(env), {
      name: 'ConfigError',
      message: /^The environment cannot be used:\n {2}GOOGLE_SERVICES .*\n {2}GOOGLE_ENDPOINTS .*$/,
    });
    assert.throws(() => readTemporalConfig(env), { name: 'ConfigError', message: /:\n {2}TEMPORAL_TLS .*$/ });
  });

  it('names the flag where a profile that is not there came from one', () => {
    assert.throws(() => readTemporalConfig(EMPTY, { profile: 'b' }), {
      message: /\n {2}--profile names a profile/,
    });
  });
});

describe('the names and ports of a worker', () => {
  it('are taken at their limits', () => {
    const longest = 'x'.repeat(255);
    const version = { WORKER_DEPLOYMENT_NAME: 'd'.repeat(115), WORKER_BUILD_ID: 'b'.repeat(100) };
    const config = worker({
      TEMPORAL_TASK_QUEUE: longest,
      ...version,
      HEALTH_ADDRESS: 'h:0',
      METRICS_ADDRESS: 'h:1',
    });
    assert.equal(config.taskQueue, longest);
    assert.deepEqual(config.version, { deploymentName: 'd'.repeat(115), buildId: 'b'.repeat(100) });
    assert.deepEqual([config.health?.port, config.metrics?.port], [0, 1]);
  });

  it('are refused beyond them', () => {
    const both = { WORKER_DEPLOYMENT_NAME: 'd', WORKER_BUILD_ID: 'b' };
    const cases: [Record<string, string>, RegExp][] = [
      [{ TEMPORAL_TASK_QUEUE: 'x'.repeat(256) }, /TEMPORAL_TASK_QUEUE is .* at most 255 characters/],
      [
        { WORKER_DEPLOYMENT_NAME: 'd'.repeat(116), WORKER_BUILD_ID: 'b'.repeat(100) },
        /WORKER_BUILD_ID and WORKER_DEPLOYMENT_NAME have 216 characters; both may have 215 together/,
      ],
      [{ ...both, WORKER_BUILD_ID: 'a\tb' }, /WORKER_BUILD_ID is .*none of them a control/],
      [{ METRICS_ADDRESS: 'h:0' }, /METRICS_ADDRESS is "h:0"; it takes host:port such as 0\.0\.0\.0:9464/],
      [{ HEALTH_ADDRESS: 'h' }, /HEALTH_ADDRESS is "h"; it takes host:port such as 0\.0\.0\.0:8080/],
      ...['d.e', 'd:e', 'd\te', 'd'.repeat(256), '.d', 'd.'].map((name): [Record<string, string>, RegExp] => [
        { ...both, WORKER_DEPLOYMENT_NAME: name },
        /WORKER_DEPLOYMENT_NAME is .*without \. and :/,
      ]),
    ];
    for (const [env, message] of cases) assert.throws(() => worker(env), { name: 'ConfigError', message });
  });

  it('of Worker Versioning come together', () => {
    assert.throws(() => worker({ WORKER_BUILD_ID: 'b' }), {
      message: /WORKER_DEPLOYMENT_NAME is not set, but WORKER_BUILD_ID is/,
    });
    assert.throws(() => worker({ WORKER_DEPLOYMENT_NAME: 'd', WORKER_BUILD_ID: ' ' }), {
      message: /WORKER_BUILD_ID is not set, but WORKER_DEPLOYMENT_NAME is/,
    });
    assert.equal(worker({ WORKER_DEPLOYMENT_NAME: '', WORKER_BUILD_ID: '' }).version, undefined);
  });
});
