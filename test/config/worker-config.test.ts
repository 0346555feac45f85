import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ConfigError } from '../../config/config-error.js';
import { readWorkerConfig } from '../../config/worker-config.js';

const dir = mkdtempSync(join(tmpdir(), 'worker-config-'));
after(() => rmSync(dir, { recursive: true }));

// Keeps the tests from reading the user's own profile file.
const EMPTY = { XDG_CONFIG_HOME: dir, HOME: dir, APPDATA: dir };
const read = (env: Record<string, string>) => readWorkerConfig({ ...EMPTY, ...env }, false);

function problemsOf(env: Record<string, string>): readonly string[] {
  let problems: readonly string[] = [];
  assert.throws(
    () => read(env),
    (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.equal(error.code, 'INVALID_CONFIGURATION');
      problems = error.problems;
      return true;
    },
  );
  return problems;
}

describe('the environment of a worker', () => {
  it('may be empty: every variable has a default', () => {
    assert.deepEqual(read({}), {
      temporal: {
        address: 'localhost:7233',
        namespace: 'default',
        connection: { address: 'localhost:7233', apiKey: undefined, tls: undefined, metadata: undefined },
      },
      taskQueue: 'google-operations',
      google: {
        services: ['aiplatform.googleapis.com'],
        operations: ['**'],
        endpoints: { universeDomain: 'googleapis.com', overrides: new Map(), emulatorHost: undefined },
        requestsPerMinute: 300,
      },
      health: undefined,
      metrics: undefined,
      telemetry: undefined,
      log: { level: 'info', format: 'json' },
      version: undefined,
      patches: undefined,
    });
  });

  it('may not name credentials that no token for Google Cloud comes of', () => {
    const file = join(dir, 'gdch.json');
    writeFileSync(file, '{"type":"gdch_service_account","private_key":"secret"}');
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file };
    assert.deepEqual(problemsOf(env), [
      'GOOGLE_APPLICATION_CREDENTIALS cannot be used: the credentials are of type gdch_service_account (Google Distributed Cloud), which the APIs of Google Cloud do not take',
    ]);
    read({ ...env, OPERATIONS_EMULATOR_HOST: 'localhost:1' });
    read({ GOOGLE_APPLICATION_CREDENTIALS: join(dir, 'not-there-yet.json') });
  });

  it('is read as the contract says', () => {
    const config = read({
      TEMPORAL_ADDRESS: 'temporal.example.com:7233',
      TEMPORAL_NAMESPACE: 'team',
      TEMPORAL_TASK_QUEUE: 'other',
      GOOGLE_SERVICES: 'aiplatform.googleapis.com, documentai.googleapis.com',
      ALLOWED_OPERATIONS: 'projects/a/**,projects/*/locations/us-central1/operations/*',
      GOOGLE_ENDPOINTS: 'documentai.googleapis.com=https://{location}-documentai.googleapis.com',
      GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'apis-example.goog',
      GOOGLE_REQUESTS_PER_MINUTE: '90',
      HEALTH_ADDRESS: '0.0.0.0:0',
      METRICS_ADDRESS: '[::1]:9464',
      LOG_LEVEL: 'DEBUG',
      LOG_FORMAT: 'pretty',
      WORKER_DEPLOYMENT_NAME: 'lro',
      WORKER_BUILD_ID: '2026.11',
      WORKER_PATCHES: 'poll-first, keep.reason',
    });
    assert.equal(config.temporal.address, 'temporal.example.com:7233');
    assert.equal(config.temporal.namespace, 'team');
    assert.equal(config.taskQueue, 'other');
    assert.deepEqual(config.google.services, ['aiplatform.googleapis.com', 'documentai.googleapis.com']);
    assert.deepEqual(config.google.operations, ['projects/a/**', 'projects/*/locations/us-central1/operations/*']);
    assert.equal(
      config.google.endpoints.overrides.get('documentai.googleapis.com'),
      'https://{location}-documentai.googleapis.com',
    );
    assert.equal(config.google.endpoints.universeDomain, 'apis-example.goog');
    assert.equal(config.google.requestsPerMinute, 90);
    assert.deepEqual(config.health, { host: '0.0.0.0', port: 0 });
    assert.deepEqual(config.metrics, { host: '::1', port: 9464 });
    assert.deepEqual(config.log, { level: 'debug', format: 'pretty' });
    assert.deepEqual(config.version, { deploymentName: 'lro', buildId: '2026.11' });
    assert.deepEqual(config.patches, ['poll-first', 'keep.reason']);
  });

  it('switches off every patch with WORKER_PATCHES none, and takes nothing else for an id than a word', () => {
    assert.deepEqual(read({ WORKER_PATCHES: 'none' }).patches, []);
    assert.match(
      problemsOf({ WORKER_PATCHES: 'a b' }).join(),
      /^WORKER_PATCHES has the entry "a b", which is no id of a patch; it takes none, or/,
    );
  });

  it('has no limit of requests with an emulator or with 0, unless one is set', () => {
    const emulator = { OPERATIONS_EMULATOR_HOST: 'localhost:8086' };
    const limit = 'GOOGLE_REQUESTS_PER_MINUTE';
    assert.equal(read(emulator).google.endpoints.emulatorHost, 'localhost:8086');
    assert.equal(read(emulator).google.requestsPerMinute, undefined);
    assert.equal(read({ [limit]: '0' }).google.requestsPerMinute, undefined);
    assert.equal(read({ ...emulator, [limit]: '60' }).google.requestsPerMinute, 60);
  });

  it('takes a variable that is set to nothing as not set, but never for what is allowed', () => {
    assert.equal(read({ LOG_LEVEL: '', HEALTH_ADDRESS: ' ', TEMPORAL_ADDRESS: '' }).log.level, 'info');
    assert.match(problemsOf({ ALLOWED_OPERATIONS: '' }).join(), /^ALLOWED_OPERATIONS .*is empty/);
    assert.match(problemsOf({ GOOGLE_SERVICES: '' }).join(), /^GOOGLE_SERVICES .*is empty/);
  });

  it('logs for people on a terminal and for programs elsewhere', () => {
    assert.equal(readWorkerConfig(EMPTY, true).log.format, 'pretty');
    assert.equal(readWorkerConfig({ ...EMPTY, LOG_FORMAT: 'json' }, true).log.format, 'json');
  });

  const bad: [variable: string, value: string, says: RegExp][] = [
    ['TEMPORAL_ADDRESS', 'http://temporal:7233', /host:port/],
    ['TEMPORAL_TLS', 'yes', /true, false, 1, 0/],
    ['TEMPORAL_TLS', 'TRUE', /true, false, 1, 0/],
    ['TEMPORAL_CONFIG_FILE', '/nowhere/temporal.toml', /no file/],
    ['TEMPORAL_PROFILE', 'nobody', /profile/],
    ['TEMPORAL_TLS_CLIENT_CERT_PATH', '/nowhere/cert.pem', /no file/],
    ['TEMPORAL_TASK_QUEUE', 'a\u0007b', /name of at most/],
    ['OPERATIONS_EMULATOR_HOST', 'localhost', /host:port/],
    ['OPERATIONS_EMULATOR_HOST', 'http://localhost:8086', /host:port/],
    ['OPERATIONS_EMULATOR_HOST', 'localhost:0', /host:port/],
    ['GOOGLE_SERVICES', 'aiplatform.googleapis.com,', /is empty/],
    ['GOOGLE_SERVICES', 'https://aiplatform.googleapis.com', /host name/],
    ['GOOGLE_SERVICES', '*.googleapis.com', /host name/],
    ['ALLOWED_OPERATIONS', 'projects/a/**,,projects/b/**', /is empty/],
    ['ALLOWED_OPERATIONS', 'projects/{a,b}/**', /segment/],
    ['ALLOWED_OPERATIONS', '!projects/a/**', /segment/],
    ['ALLOWED_OPERATIONS', 'projects//operations/*', /empty segment/],
    ['GOOGLE_ENDPOINTS', 'documentai.googleapis.com=http://plain.example.com', /https/],
    ['GOOGLE_ENDPOINTS', 'documentai.googleapis.com', /service=https/],
    ['GOOGLE_CLOUD_UNIVERSE_DOMAIN', 'https://googleapis.com', /domain/],
    ['MAX_ATTEMPTS_PER_SECOND', '0', /whole number/],
    ['GOOGLE_REQUESTS_PER_MINUTE', '-1', /whole number/],
    ['GOOGLE_REQUESTS_PER_MINUTE', '1.5', /whole number/],
    ['GOOGLE_REQUESTS_PER_MINUTE', 'many', /whole number/],
    ['HEALTH_ADDRESS', '8080', /host:port/],
    ['HEALTH_ADDRESS', '0.0.0.0:65536', /host:port/],
    ['METRICS_ADDRESS', 'here', /host:port/],
    ['LOG_LEVEL', 'loud', /trace, debug, info, warn, error/],
    ['LOG_FORMAT', 'xml', /pretty, json/],
    ['WORKER_DEPLOYMENT_NAME', 'a.b', /name without/],
  ];
  for (const [variable, value, says] of bad) {
    it(`refuses ${variable}=${JSON.stringify(value)}, names it and says what it accepts`, () => {
      const [problem, ...others] = problemsOf({ [variable]: value }).filter((line) => line.startsWith(variable));
      assert.match(problem ?? '', says);
      assert.deepEqual(others, []);
    });
  }

  it('needs both variables of Worker Versioning, or neither', () => {
    assert.match(problemsOf({ WORKER_BUILD_ID: '1' }).join(), /^WORKER_DEPLOYMENT_NAME is not set/);
    assert.match(problemsOf({ WORKER_DEPLOYMENT_NAME: 'lro' }).join(), /^WORKER_BUILD_ID is not set/);
  });

  it('takes the version that the Worker Controller sets, unless it has one of its own', () => {
    const controller = { TEMPORAL_DEPLOYMENT_NAME: 'default/lro', TEMPORAL_WORKER_BUILD_ID: '1-ab' };
    const own = { WORKER_DEPLOYMENT_NAME: 'lro', WORKER_BUILD_ID: '7' };
    assert.deepEqual(read(controller).version, { deploymentName: 'default/lro', buildId: '1-ab' });
    assert.deepEqual(read({ ...controller, ...own }).version, { deploymentName: 'lro', buildId: '7' });
    assert.equal(read({ TEMPORAL_WORKER_BUILD_ID: '1-ab' }).version, undefined);
  });

  it('needs the key of a client certificate, which the SDK would leave out in silence', () => {
    assert.match(
      problemsOf({ TEMPORAL_TLS_CLIENT_CERT_DATA: 'a certificate' }).join(),
      /^TEMPORAL_TLS_CLIENT_KEY_PATH/,
    );
  });

  it('is reported as a whole, a line for each variable', () => {
    const problems = problemsOf({
      TEMPORAL_TLS: 'maybe',
      GOOGLE_SERVICES: ',',
      HEALTH_ADDRESS: 'x',
      LOG_LEVEL: 'x',
    });
    assert.deepEqual(
      problems.map((line) => line.split(' ', 1)[0]),
      ['TEMPORAL_TLS', 'GOOGLE_SERVICES', 'HEALTH_ADDRESS', 'LOG_LEVEL'],
    );
  });

  it('takes the connection from a profile, and the environment goes before it', () => {
    const file = join(dir, 'profiles.toml');
    writeFileSync(file, '[profile.prod]\naddress = "prod.example.com:7233"\nnamespace = "prod"\napi_key = "k"\n');
    const profile = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' };
    const { temporal } = read(profile);
    assert.equal(temporal.address, 'prod.example.com:7233');
    assert.equal(temporal.namespace, 'prod');
    assert.equal(temporal.connection.tls, true);
    assert.equal(read({ ...profile, TEMPORAL_NAMESPACE: 'other' }).temporal.namespace, 'other');
  });

  it('never repeats a secret of a profile file that cannot be read', () => {
    const file = join(dir, 'broken.toml');
    writeFileSync(file, '[profile.default]\napi_key = "hunter2-secret\n');
    const problems = problemsOf({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_API_KEY: 'another-secret' }).join();
    assert.match(problems, /^TEMPORAL_CONFIG_FILE .*Invalid TOML/);
    assert.doesNotMatch(problems, /secret/);
  });
});
