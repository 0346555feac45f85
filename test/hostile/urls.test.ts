import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createAccess } from '../../google/access.js';
import { createGoogleTransport } from '../../google/http/google-transport.js';
import { createOperationsClient, type OperationsClient } from '../../google/client.js';
import { type EndpointConfig, mayReceiveToken, parseEndpoints } from '../../google/endpoint.js';
import { GoogleApiError } from '../../google/error.js';
import type { TransportRequest } from '../../google/http/transport.js';
import { parseWorkflowId, workflowIdOf } from '../../contract/workflow-id.js';
import {
  expectedRequest,
  hasWait,
  type Hosts,
  isHost,
  isName,
  isParent,
  mayHaveToken,
  type Method,
} from './support/expected.js';
import { property } from './support/property.js';
import { countSockets } from './support/sockets.js';
import { anyName, anyService, anyText, anyVersion, goodName, mutated, NASTY, TRICKS } from './support/texts.js';

const FILE = 'hostile/urls';
const sockets = countSockets();

const OVERRIDES = [
  new Map<string, string>(),
  new Map([
    ['batch.googleapis.com', 'https://{location}-batch.googleapis.com'],
    ['aiplatform.googleapis.com', 'https://vertex.psc.example:8443'],
    ['mine.example', 'https://{location}.mine.example'],
  ]),
];
const anyHosts: fc.Arbitrary<Hosts> = fc.record({
  universe: fc.constantFrom('googleapis.com', 'apis.example'),
  overrides: fc.constantFrom(...OVERRIDES),
});

/** A client whose rules allow everything that they can express, and the requests that it would send. */
function recording(config: EndpointConfig, services: string) {
  const sent: TransportRequest[] = [];
  const client = createOperationsClient({
    endpoints: config,
    access: createAccess({ services }),
    transport: {
      send: async (request) => {
        sent.push(request);
        return { status: 200, headers: { get: () => null }, text: '{"operations":[]}' };
      },
    },
  });
  return { client, sent };
}

function callOf(client: OperationsClient, method: Method, ref: { service: string; apiVersion: string; name: string }) {
  if (method === 'wait') return client.wait(ref, { waitMs: 1_500 });
  if (method === 'list') return client.list({ ...ref, parent: ref.name });
  return client[method](ref);
}

const anyCall = fc.record({
  method: fc.constantFrom<Method>('get', 'cancel', 'wait', 'list'),
  service: anyService,
  apiVersion: anyVersion,
  name: anyName,
  hosts: anyHosts,
});

property(
  FILE,
  'a call leaves for exactly the origin and the path that are meant, or is refused before anything leaves',
  anyCall,
  async ({ method, service, apiVersion, name, hosts }) => {
    const before = sockets.opened;
    const config = { universeDomain: hosts.universe, overrides: hosts.overrides };
    // Its rules name this very service where it can be named at all: only the URL is in question.
    const { client, sent } = recording(config, isHost(service) ? service : '*');
    const expected = expectedRequest(method, { service, apiVersion, name }, hosts);
    const failure = await callOf(client, method, { service, apiVersion, name }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.equal(sockets.opened, before, 'a connection was begun');
    const [request, ...more] = sent;
    if (request === undefined) {
      assert.ok(failure instanceof GoogleApiError, String(failure));
      // Of Cloud Storage every other path is somebody's object.
      if (service === 'storage.googleapis.com' && !/^\/storage\/v1\/b\/[^/]+\/operations/.test(expected?.path ?? ''))
        return;
      if (expected !== undefined && method === 'wait' && !hasWait(service)) {
        assert.equal(failure.code, 'UNIMPLEMENTED');
        return;
      }
      assert.deepEqual([failure.code, failure.kind], ['INVALID_ARGUMENT', 'ARGUMENT']);
      // A service whose jobs are known has no other names than theirs and those of operations.
      if (failure.message.startsWith('name must be that of an operation')) {
        assert.doesNotMatch(name, /(?:operations|batches)\//i);
        return;
      }
      // Whether a label is good punycode is left to the URL parser.
      if (expected?.origin.includes('xn--') !== true) assert.equal(expected, undefined, 'a good call was refused');
      return;
    }
    assert.equal(more.length, 0);
    assert.ok(expected, `a bad call was sent to ${request.url}`);
    const url = new URL(request.url);
    assert.deepEqual(
      { origin: url.origin, path: url.pathname, user: url.username + url.password, hash: url.hash },
      { origin: new URL(expected.origin).origin, path: expected.path, user: '', hash: '' },
    );
    assert.equal(url.search, method === 'wait' ? '?timeout=1.5s' : '');
    assert.ok(request.url.startsWith(`${expected.origin}${expected.path}`), request.url);
    assert.equal(mayReceiveToken(url, config), mayHaveToken(expected.origin, hosts), `token for ${url.origin}`);
    if (mayHaveToken(expected.origin, hosts)) return;
    // The transport that has the token checks the URL last.
    const refused: unknown = await createGoogleTransport({ endpoints: config })
      .send(request)
      .catch((error: unknown) => error);
    assert.ok(refused instanceof GoogleApiError && refused.kind === 'FORBIDDEN', String(refused));
    assert.equal(sockets.opened, before, 'a connection was begun');
  },
  { short: 300, share: 1.5 },
);

property(
  FILE,
  'a service outside the rules is refused whatever it looks like, and so is a name',
  fc.record({ service: anyService, name: anyName, list: fc.boolean() }),
  async ({ service, name, list }) => {
    const config = { universeDomain: 'googleapis.com', overrides: new Map<string, string>() };
    const sent: string[] = [];
    const client = createOperationsClient({
      endpoints: config,
      access: createAccess({ services: '*', operations: 'projects/p/**' }),
      transport: {
        send: async ({ url }) => {
          sent.push(url);
          return { status: 200, headers: { get: () => null }, text: '{"done":true}' };
        },
      },
    });
    const ref = { service, apiVersion: 'v1', name };
    const failure: unknown = await callOf(client, list ? 'list' : 'get', ref).then(
      () => undefined,
      (error: unknown) => error,
    );
    const [label, ...rest] = service.split('.');
    const isGoogles = isHost(service) && label !== '' && rest.join('.') === 'googleapis.com';
    const isOurs = name === 'projects/p' || name.startsWith('projects/p/');
    if (sent.length > 0) {
      assert.ok(isGoogles && isOurs, `${service} ${name}`);
      assert.ok(new URL(sent[0] ?? '').hostname.endsWith('.googleapis.com'));
      return;
    }
    assert.ok(failure instanceof GoogleApiError, String(failure));
    assert.ok(['ARGUMENT', 'FORBIDDEN'].includes(failure.kind), failure.kind);
    assert.ok(['INVALID_ARGUMENT', 'PERMISSION_DENIED'].includes(failure.code), failure.code);
    const bad = !isGoogles || !isOurs || !(list ? isParent(name) : isName(name, service));
    assert.ok(bad || failure.kind === 'ARGUMENT', 'what is allowed was forbidden');
  },
  { short: 300 },
);

property(
  FILE,
  'a filter, a page token and a field mask stay one query parameter each',
  fc.record({ filter: anyText, pageToken: anyText, fields: anyText }),
  async ({ filter, pageToken, fields }) => {
    const config = { universeDomain: 'googleapis.com', overrides: new Map<string, string>() };
    const { client, sent } = recording(config, '*');
    const ref = { service: 'batch.googleapis.com', apiVersion: 'v1', parent: 'projects/p/locations/l' };
    await client.list({ ...ref, filter, pageToken });
    const url = new URL(sent[0]?.url ?? '');
    assert.equal(url.origin + url.pathname, 'https://batch.googleapis.com/v1/projects/p/locations/l/operations');
    assert.equal(url.hash, '');
    const given = Object.entries({ filter, pageToken }).filter(([, value]) => value !== '');
    assert.deepEqual(
      [...url.searchParams],
      // A lone surrogate is no character, and travels as the sign for that.
      given.map(([key, value]) => [key, Buffer.from(value).toString()]),
    );
    const masked: unknown = await client.list(ref, { fields }).catch((error: unknown) => error);
    if (masked instanceof Error) assert.ok(masked instanceof GoogleApiError && masked.kind === 'ARGUMENT');
    else assert.deepEqual([...new URL(sent[1]?.url ?? '').searchParams], [['fields', `${fields},unreachable`]]);
  },
  { short: 300 },
);

const template = fc.oneof(
  fc.constantFrom(
    'https://{location}-batch.googleapis.com',
    'https://psc.example:8443',
    'https://{location}',
    'https://{location}.com',
    'https://batch-{location}.com',
    'https://psc.{location}',
    'https://a.{location}.example.com/',
    'HTTPS://PSC.Example',
    'http://psc.example',
    'https://psc.example/path',
    'https://psc.example?x',
    'https://user@psc.example',
    'https://psc.example:443',
    'https://127.1',
    'https://[::1]:8443',
  ),
  fc.constantFrom(...TRICKS, ...NASTY).map((text) => `https://${text}`),
  mutated(fc.constantFrom('https://{location}-batch.googleapis.com', 'https://psc.example:8443')),
  anyText,
);

property(
  FILE,
  'GOOGLE_ENDPOINTS is refused with its entry, or aims a service at one https host that no name can move',
  fc.record({ service: anyService, template, names: fc.array(goodName, { minLength: 3, maxLength: 3 }) }),
  ({ service, template: text, names }) => {
    let overrides: ReadonlyMap<string, string>;
    try {
      overrides = parseEndpoints(`${service}=${text}`);
    } catch (error) {
      assert.ok(error instanceof GoogleApiError && error.kind === 'ARGUMENT', String(error));
      assert.match(error.message, /^has the entry "/);
      return;
    }
    for (const [key, value] of overrides) {
      assert.ok(isHost(key), key);
      assert.ok(value.startsWith('https://'), value);
      const { hostname: example } = new URL(value.replaceAll('{location}', '0location0'));
      const own = example.split('0location0').at(-1) ?? '';
      if (own !== example) assert.ok(own.split('.').length > 2, `${value} has no domain of its own`);
      const config = { universeDomain: 'googleapis.com', overrides };
      const { client, sent } = recording(config, key);
      for (const name of names) void client.get({ service: key, apiVersion: 'v1', name }).catch(() => undefined);
      for (const { url } of sent) {
        const { hostname, protocol } = new URL(url);
        assert.equal(protocol, 'https:');
        assert.ok(hostname.endsWith(own) || hostname === key, `${url} for ${value}`);
      }
    }
  },
  { short: 300 },
);

property(
  FILE,
  'two operations never share a workflow id, and an id tells its operation',
  fc.tuple(goodName, goodName, fc.constantFrom('a.googleapis.com', 'b.a.googleapis.com')),
  ([one, other, service]) => {
    fc.pre(isName(one, service) && isName(other, service));
    const id = workflowIdOf(service, one);
    assert.equal(id === workflowIdOf('a.googleapis.com', other), service === 'a.googleapis.com' && one === other);
    assert.doesNotMatch(id, /[\s/\p{C}]/u);
    assert.deepEqual(parseWorkflowId(id), { service, name: one });
  },
  { short: 300 },
);
