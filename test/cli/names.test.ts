import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { apiOf, parseNames } from '../../cli/input/operation-name.js';
import { resolve, runResolve } from '../../cli/resolve.js';
import { serviceOfUrl } from '../../cli/input/service-of-url.js';
import type { ApiFlags, OutputFormat } from '../../cli/input/flags.js';
import { parseWorkflowId } from '../../contract/workflow-id.js';
import { type EndpointConfig, parseEndpoints } from '../../google/endpoint.js';

const NAME = 'projects/p/locations/us-central1/operations/1';
const VERTEX = 'aiplatform.googleapis.com';
const endpoints: EndpointConfig = {
  universeDomain: 'googleapis.com',
  overrides: parseEndpoints(
    'documentai.googleapis.com=https://{location}-docs.corp.example,mine.example=https://psc.example:8443',
  ),
};

const parse = (texts: string | string[], flags: ApiFlags = {}, config = endpoints) =>
  parseNames([texts].flat(), flags, config);
const one = (text: string, flags: ApiFlags = {}, config = endpoints) => {
  const [target] = parse(text, flags, config);
  return [target?.service, target?.apiVersion, target?.name];
};
const problems = (texts: string | string[], flags: ApiFlags = {}): string[] => {
  let lines: string[] = [];
  assert.throws(
    () => parse(texts, flags),
    (error: Error & { code?: string }) => {
      assert.deepEqual([error.name, error.code], ['CommandError', 'BAD_USAGE']);
      lines = error.message.split('\n');
      return true;
    },
  );
  assert.match(lines.pop() ?? '', /^Nothing was done\. A name is projects/);
  return lines;
};

describe('an operation on the command line', () => {
  test("can be of Firestore's default database, whose id has parentheses", () => {
    const name = 'projects/p/databases/(default)/operations/1';
    const workflowId = 'operation:firestore.googleapis.com:projects:p:databases:(default):operations:1';
    for (const [text, apiVersion] of [
      [`//firestore.googleapis.com/${name}`, 'v1'],
      [`https://firestore.googleapis.com/v1beta1/${name}:cancel`, 'v1beta1'],
      [`https://firestore.googleapis.com/v1beta1/${name.replace('(', '%28').replace(')', '%29')}`, 'v1beta1'],
    ] as const)
      assert.deepEqual(parse(text), [{ name, service: 'firestore.googleapis.com', apiVersion, workflowId }]);
    assert.deepEqual(parseWorkflowId(workflowId), { name, service: 'firestore.googleapis.com' });
  });

  test('is a name, of Vertex AI unless a flag names another service', () => {
    assert.deepEqual(one(NAME), [VERTEX, 'v1beta1', NAME]);
    assert.deepEqual(one(NAME, { service: 'run.googleapis.com', apiVersion: 'v2' }), [
      'run.googleapis.com',
      'v2',
      NAME,
    ]);
    assert.equal(parse(NAME)[0]?.workflowId, `operation:${VERTEX}:${NAME.replaceAll('/', ':')}`);
  });

  test('is a name with its service in front', () => {
    assert.deepEqual(one(`//run.googleapis.com/${NAME}`), ['run.googleapis.com', 'v2', NAME]);
    assert.deepEqual(one(`//${VERTEX}/${NAME}`, { service: VERTEX }), [VERTEX, 'v1beta1', NAME]);
  });

  test('is its URL, with or without a verb at the end', () => {
    const url = `https://us-central1-${VERTEX}/v1/${NAME}`;
    for (const text of [url, `${url}:cancel`, `${url}:wait`, url.replace('https', 'HTTPS'), `${url}?alt=json`])
      assert.deepEqual(one(text), [VERTEX, 'v1', NAME], text);
    assert.deepEqual(one(url, { apiVersion: 'v2' }), [VERTEX, 'v2', NAME]);
    assert.deepEqual(one('https://storagetransfer.googleapis.com/v1/operations/a%3D'), [
      'storagetransfer.googleapis.com',
      'v1',
      'operations/a=',
    ]);
  });

  test('has colons in its project and its id, and the verb is what stands after the last one', () => {
    const name = 'projects/example.com:my-project/operations/serviceConfigs.a.example:43fe6c6f-17f3-4b4c';
    const url = `https://servicemanagement.googleapis.com/v1/${name}`;
    for (const text of [url, `${url}:cancel`, url.replaceAll(/(?<!https):/g, '%3A')])
      assert.deepEqual(one(text), ['servicemanagement.googleapis.com', 'v1', name], text);
    assert.equal(
      parse(url)[0]?.workflowId,
      `operation:servicemanagement.googleapis.com:${name.replaceAll(':', '::').replaceAll('/', ':')}`,
    );
  });

  test('keeps the %2F of a segment, whoever names it', () => {
    const name = 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/x/operations/1';
    for (const text of [`//iam.googleapis.com/${name}`, `https://iam.googleapis.com/v2/${name}`])
      assert.equal(parse(text)[0]?.name, name);
  });

  test('of Cloud Storage, Cloud DNS and the ui of Vertex AI is known by its URL', () => {
    const bucket = 'projects/_/buckets/b-1/operations/AB%3D';
    for (const [text, service, apiVersion, name] of [
      ['https://storage.googleapis.com/storage/v1/b/b-1/operations/AB%3D', 'storage', 'v1', bucket],
      ['https://storage.googleapis.com/storage/v1/b/b-1/operations/AB=/cancel', 'storage', 'v1', bucket],
      [
        'https://storage.googleapis.com/storage/v1/b/b/operations/cancel',
        'storage',
        'v1',
        'projects/_/buckets/b/operations/cancel',
      ],
      [`https://dns.googleapis.com/dns/v1beta2/${NAME}:cancel`, 'dns', 'v1beta2', NAME],
      [`https://us-central1-${VERTEX}/ui/${NAME}:wait`, 'aiplatform', 'v1beta1', NAME],
    ] as const)
      assert.deepEqual(one(text), [`${service}.googleapis.com`, apiVersion, name.replace('%3D', '=')], text);
  });

  test('has the version that its service has, unless a flag or its URL names one', () => {
    for (const [service, version] of [
      ['aiplatform', 'v1beta1'],
      ['batch', 'v1'],
      ['bigtableadmin', 'v2'],
      ['generativelanguage', 'v1beta'],
      ['translate', 'v3'],
    ] as const) {
      assert.equal(one(`//${service}.googleapis.com/${NAME}`)[1], version);
      assert.equal(one(`//${service}.googleapis.com/${NAME}`, { apiVersion: 'v9' })[1], 'v9');
    }
  });

  test('has the fixed segment of a URL before the name removed', () => {
    const video = 'videointelligence.googleapis.com';
    assert.deepEqual(one(`https://${video}/v1/operations/${NAME}`), [video, 'v1', NAME]);
    assert.deepEqual(one(`https://${video}/v1/${NAME}`), [video, 'v1', NAME]);
    assert.deepEqual(one('https://speech.googleapis.com/v1/operations/1'), ['speech.googleapis.com', 'v1', '1']);
    assert.deepEqual(one('//speech.googleapis.com/operations/1'), ['speech.googleapis.com', 'v1', '1']);
    assert.deepEqual(one('1', { service: 'speech.googleapis.com' }), ['speech.googleapis.com', 'v1', '1']);
    const emulator = { ...endpoints, emulatorHost: 'localhost:8086' };
    assert.deepEqual(one(`http://localhost:8086/v1/operations/${NAME}`, {}, emulator), [
      VERTEX,
      'v1',
      `operations/${NAME}`,
    ]);
  });

  test('is returned once if it is named twice; the same name in two services is two operations', () => {
    const texts = [NAME, `//${VERTEX}/${NAME}`, `//run.googleapis.com/${NAME}`, NAME];
    assert.deepEqual(
      parse(texts).map(({ service }) => service),
      [VERTEX, 'run.googleapis.com'],
    );
    const twice = parse([`https://us-central1-${VERTEX}/v1/${NAME}`, NAME]);
    assert.deepEqual(
      twice.map(({ apiVersion }) => apiVersion),
      ['v1'],
      'the first one counts',
    );
  });

  test('is refused if it is none, with a line for each of them', () => {
    const cases: [string, RegExp][] = [
      ['operations', /"operations" must be a full name/],
      ['v1/projects/p/operations/1', /begins with a version; leave it out/],
      [`xhttps://${VERTEX}/v1/${NAME}`, /must have no : at either end of a segment/],
      ['//UPPER/a/b', /names a service that must be a lower-case host name/],
      ['//', /names a service that must be a lower-case host name/],
      [`//${VERTEX}`, /must not be empty/],
      ['https://user@h.googleapis.com/v1/a/b', /is not a URL of an operation/],
      ['https://:secret@h.googleapis.com/v1/a/b', /is not a URL of an operation/],
      ['https://[', /is not a URL of an operation/],
      [`https://${VERTEX}/${NAME}`, /is a URL without a version/],
      [`https://${VERTEX}/v1`, /is a URL without a version/],
      [`https://${VERTEX}/x/v1/${NAME}`, /is a URL without a version/],
      [`http://${VERTEX}/v1/${NAME}`, /must be an https URL/],
      [`https://${VERTEX}/v1/a%zz/b`, /has a character that is not allowed in operation names/],
      [`https://${VERTEX}/v1/${NAME}:delete`, /must not end in ":delete": that is a method/],
      [`https://${VERTEX}/v1/${NAME}%3Acancel`, /must not end in ":cancel"/],
      [`https://${VERTEX}/v1/projects/q/../p/operations/1`, /has a path that stands for another one/],
      [`https://${VERTEX}/v1/projects/q/%2e%2E/p/operations/1`, /has a path that stands for another one/],
      [`https://${VERTEX}/v1/projects\\p/operations/1`, /has a path that stands for another one/],
      [`https://${VERTEX}/v1/projects/p/op\nerations/1`, /has a path that stands for another one/],
      [`https:${VERTEX}/v1/projects/p/operations/1`, /has a path that stands for another one/],
      [`https://${VERTEX}/v1/projects/p%2F..%2Fq/operations/1`, /must have no segment \. or \.\./],
      [`https://${VERTEX}/v1/projects/p%252Fq/operations/1`, /has a character that is not allowed in operation names/],
      ['https://batch.googleapis.com/ui/projects/p/operations/1', /is a URL without a version/],
      ['https://batch.googleapis.com/dns/v1/projects/p/operations/1', /is a URL without a version/],
      ['123', /"123" must be a full name/],
    ];
    const lines = problems(cases.map(([text]) => text));
    assert.equal(lines.length, cases.length);
    for (const [index, [, says]] of cases.entries()) assert.match(lines[index] ?? '', says);
  });

  test('has to agree with the flags', () => {
    const [line = ''] = problems(`//run.googleapis.com/${NAME}`, { service: VERTEX });
    assert.match(line, /is of run\.googleapis\.com, but --service is aiplatform\.googleapis\.com/);
    const lines = problems(NAME, { service: 'x', apiVersion: 'y' });
    assert.match(lines[0] ?? '', /^--service must be a lower-case host name/);
    assert.match(lines[1] ?? '', /^--api-version must be a version/);
    assert.equal(lines.length, 2);
  });

  test('can be left out: then the flags name the API', () => {
    assert.deepEqual(apiOf({}), { service: VERTEX, apiVersion: 'v1beta1' });
    assert.deepEqual(apiOf({ service: 'a.b', apiVersion: 'v3' }), { service: 'a.b', apiVersion: 'v3' });
    assert.deepEqual(apiOf({ service: 'a.b' }), { service: 'a.b', apiVersion: 'v1' });
    assert.throws(() => apiOf({ service: 'x', apiVersion: 'y' }), {
      code: 'BAD_USAGE',
      message: /^--service must.*\n--api-version must.*$/,
    });
  });
});

describe("a URL's host", () => {
  const service = (host: string, name = NAME, config = endpoints) =>
    serviceOfUrl(new URL(`${host}/v1/${name}`), config);

  test('is a service, with the location of the name removed', () => {
    assert.equal(service(`https://us-central1-${VERTEX}`), VERTEX);
    assert.equal(service('https://aiplatform.us.rep.googleapis.com', 'projects/p/locations/us/operations/1'), VERTEX);
    assert.equal(service(`https://${VERTEX}`, 'batches/1'), VERTEX);
    assert.equal(service(`https://us-central1-${VERTEX}`, `admin/${NAME}`), VERTEX);
    assert.equal(service('https://my-service.googleapis.com', 'batches/1'), 'my-service.googleapis.com');
    assert.equal(service(`https://eu-${VERTEX}`), `eu-${VERTEX}`);
    assert.equal(service('https://us-central1-docs.corp.example'), 'documentai.googleapis.com');
    assert.equal(service('https://psc.example:8443'), 'mine.example');
    assert.equal(service('https://psc.example'), 'psc.example');
  });

  test('in another universe is the service by its usual name', () => {
    const config = { ...endpoints, universeDomain: 'apis.example' };
    assert.equal(service('https://us-central1-aiplatform.apis.example', NAME, config), VERTEX);
    assert.equal(service(`https://${VERTEX}`, NAME, config), VERTEX);
    assert.equal(service('https://evilapis.example', NAME, config), 'evilapis.example');
  });

  test('is every service if it is an emulator', () => {
    for (const host of ['127.0.0.1:1', 'localhost:1', '[::1]:1']) assert.equal(service(`http://${host}`), undefined);
    assert.equal(service('http://box:8086', NAME, { ...endpoints, emulatorHost: 'box:8086' }), undefined);
    assert.equal(service('http://box:8087', NAME, { ...endpoints, emulatorHost: 'box:8086' }), 'box');
  });
});

describe('resolve', () => {
  test('knows the URLs without calling anything', () => {
    const [target] = parse(`//run.googleapis.com/${NAME}`, { apiVersion: 'v2' });
    assert.ok(target);
    const getUrl = `https://run.googleapis.com/v2/${NAME}`;
    assert.deepEqual(resolve(target, endpoints), {
      ...target,
      kind: 'operation',
      location: 'us-central1',
      host: 'run.googleapis.com',
      getUrl,
      cancelUrl: `${getUrl}:cancel`,
      cancelMethod: 'POST',
      waitUrl: `${getUrl}:wait`,
    });
    const [bare] = parse('//mine.example/batches/1');
    assert.ok(bare);
    const resolved = resolve(bare, endpoints);
    assert.equal('location' in resolved, false);
    assert.equal(resolved.host, 'psc.example:8443');
  });

  test('prints lines of text, and in JSON one object, or an array for several names', (t) => {
    const other = '//run.googleapis.com/batches/1';
    const [text = '', ...more] = printed(t, [NAME], 'text').split('\n');
    assert.equal(text, NAME);
    assert.ok(more.includes(`  service       ${VERTEX}`));
    assert.ok(more.includes(`  cancelUrl     https://us-central1-${VERTEX}/v1beta1/${NAME}:cancel`));
    const parsed = (names: string[]) => JSON.parse(printed(t, names, 'json')) as object;
    assert.equal('name' in parsed([NAME]), true);
    assert.deepEqual(
      (parsed([NAME, other]) as { name: string }[]).map(({ name }) => name),
      [NAME, 'batches/1'],
    );
  });
});

// The environment of the test run may name an emulator.
for (const name of ['OPERATIONS_EMULATOR_HOST', 'GOOGLE_ENDPOINTS', 'GOOGLE_CLOUD_UNIVERSE_DOMAIN'])
  delete process.env[name];

/** The output of `resolve` on stdout. */
function printed(t: TestContext, names: string[], output: OutputFormat): string {
  const lines: string[] = [];
  const write = t.mock.method(process.stdout, 'write', (text: string) => lines.push(text) > 0);
  runResolve({ texts: names, isArray: names.length > 1 }, { output });
  write.mock.restore();
  return lines.join('');
}
