import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultApiVersion } from '../../contract/api-version.js';
import { waitBindingOf } from '../../google/bindings.js';
import { endpointOf, type EndpointConfig } from '../../google/endpoint.js';
import { listUrlOf, urlsOf } from '../../google/url.js';
import { type Discovery, type OperationsMethod, readDiscovery } from './support/discovery.js';

const config: EndpointConfig = { universeDomain: 'googleapis.com', overrides: new Map() };

/** The published methods whose URL is not ours, by the start of their id, and why. */
const LEFT_OUT: [start: string, why: string][] = [
  ['cloudresourcemanager.v2 ', 'v2 has the methods of its operations at v1, the default'],
  ['cloudresourcemanager.v2beta1 ', 'the same'],
  [
    'datalabeling.v1beta1 projects.operations.cancel',
    'a GET, which no other cancel is; the product was shut down in 2024',
  ],
  ['drive.v3 operations.get', 'at www.googleapis.com/drive/v3, which no name tells; there is no cancel'],
  ['videointelligence.v1 operations.projects.', 'the second binding of the same operations'],
  ['aiplatform.v1 ragEngineConfig.operations.list', 'one segment alone is taken for a project without projects/'],
  ['aiplatform.v1beta1 ragEngineConfig.operations.list', 'the same'],
  ['spanner.v1 projects.instanceConfigOperations.list', 'lists of several collections, beside those of operations'],
  ['spanner.v1 projects.instances.backupOperations.list', 'the same'],
  ['spanner.v1 projects.instances.databaseOperations.list', 'the same'],
  ['spanner.v1 projects.instances.instancePartitionOperations.list', 'the same'],
];

/** Ids with what ids have: a colon, `%2F`, and bytes in base64. */
const IDS = ['example.com:my-project', 'a.b_c-1', 'x%2Fy', 'QUI=', '43fe6c6f', '9:1'];

/** A text that matches a pattern of a discovery document; each `[^/]+` is another id, and a location is `global`. */
function sampleOf(pattern: string): string {
  let count = 0;
  const sample = pattern
    .replace(/^\^|\$$/g, '')
    .replaceAll(/(\/?)(locations|regions)\/\[\^\/\]\+/g, '$1$2/global')
    .replaceAll('[^/]+', () => IDS[count++ % IDS.length] ?? '')
    .replaceAll('/.*', '/b/c:9');
  // Speech v1: anything after `operations/`, and its names are an id alone.
  return sample === '.*' ? '1189218350739101011' : sample;
}

/** The published URL with its parameters filled in, and the name or parent that they make up. */
function sampled({ url, patterns, verb }: OperationsMethod): { url: string; resource: string } {
  let resource: string | undefined;
  const filled = url.replaceAll(/\{(\+?)(\w+)\}/g, (_, isPath: string, parameter: string) => {
    const sample = isPath === '' ? `${parameter}-1` : sampleOf(patterns[parameter] ?? '');
    if (isPath !== '') resource = sample;
    return sample;
  });
  // Where the parts of a name are parameters of their own, or none is one, it stands after the version.
  resource ??= filled
    .replace(/^https:\/\/[^/]+\/(?:[a-z]+\/)?v\d\w*\//, '')
    .replace(/[:/](?:cancel|wait)$/, '')
    .replace(/^b\//, 'projects/_/buckets/');
  assert.ok(resource.length > 0 && !resource.includes('*'), `${verb} ${url}`);
  return { url: filled, resource };
}

/** Our request, or the reason to send none. */
function ours({ verb, service, apiVersion }: OperationsMethod, resource: string): string {
  try {
    if (verb === 'list') return `GET ${listUrlOf({ service, apiVersion, parent: resource }, config)}`;
    const httpMethod = { get: 'GET', cancel: 'POST', wait: waitBindingOf(service)?.method }[verb];
    return `${httpMethod} ${urlsOf({ service, apiVersion, name: resource }, config)[verb]}`;
  } catch (error) {
    return String(error);
  }
}

/** How a published method is not ours. */
function difference(method: OperationsMethod): string | undefined {
  const { url, resource } = sampled(method);
  const own = ours(method, resource);
  return own === `${method.httpMethod} ${url}` ? undefined : `${method.id}: ${method.httpMethod} ${url}, not ${own}`;
}

const discovery = await readDiscovery().catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error;
  return String(error);
});

if (typeof discovery === 'string') {
  test("Google's discovery documents", { skip: `they cannot be installed: ${discovery}` });
} else {
  promises(discovery);
}

function promises({ methods, endpoints }: Discovery): void {
  const isLeftOut = ({ id }: OperationsMethod) => LEFT_OUT.some(([start]) => id.startsWith(start));

  test('every published get, list, cancel and wait of an operation is ours', () => {
    const numberOf = (verb: string) => methods.filter((method) => method.verb === verb).length;
    assert.deepEqual(['get', 'list', 'cancel', 'wait'].map(numberOf), [689, 565, 466, 277]);
    assert.deepEqual(
      methods.filter((method) => !isLeftOut(method)).flatMap((method) => difference(method) ?? []),
      [],
    );
  });

  test('what is left out is published otherwise', () => {
    assert.equal(methods.filter(isLeftOut).length, 12);
    for (const [start] of LEFT_OUT) {
      const left = methods.filter(({ id }) => id.startsWith(start));
      assert.notEqual(left.length, 0, start);
      for (const method of left) assert.ok(difference(method), method.id);
    }
  });

  test('wait is asked for as each service has it, and of no service that has none', () => {
    for (const service of new Set(methods.map((method) => method.service))) {
      const published = methods.find((method) => method.service === service && method.verb === 'wait');
      const expected = published && {
        method: published.httpMethod,
        timeoutIn: published.hasBody ? 'body' : 'query',
      };
      assert.deepEqual(waitBindingOf(service), expected, service);
    }
  });

  test('the version of a service that is asked where none is named has operations', () => {
    const gets = methods.filter((one) => one.verb === 'get' && !isLeftOut(one));
    for (const service of new Set(gets.map((one) => one.service))) {
      const versions = gets.filter((one) => one.service === service).map((one) => one.apiVersion);
      assert.ok(versions.includes(defaultApiVersion(service)), `${service}: ${[...new Set(versions)].join(' ')}`);
    }
  });

  test('Vertex AI is called at the host that it publishes for each location', () => {
    const service = 'aiplatform.googleapis.com';
    const published = endpoints.filter((one) => one.service === service && !one.url.includes('preprod'));
    assert.ok(published.length > 40);
    for (const { location, url } of published)
      assert.equal(endpointOf({ service, name: `projects/p/locations/${location}/operations/1` }, config), url);
  });
}
