import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointOf, mayReceiveToken, parseEndpoints } from '../../google/endpoint.js';

const vertex = (location: string) => ({
  service: 'aiplatform.googleapis.com',
  name: `projects/p/locations/${location}/operations/1`,
});

test('another universe changes every host', () => {
  const config = { universeDomain: 'apis.example', overrides: new Map() };
  assert.equal(endpointOf(vertex('global'), config), 'https://aiplatform.apis.example');
  assert.equal(endpointOf(vertex('r1'), config), 'https://r1-aiplatform.apis.example');
  assert.equal(endpointOf(vertex('us'), config), 'https://aiplatform.us.rep.apis.example');
  assert.equal(
    endpointOf({ service: 'batch.googleapis.com', name: 'projects/p' }, config),
    'https://batch.apis.example',
  );
});

test('a service with a host for each location is called there, and others at their own', () => {
  const config = { universeDomain: 'googleapis.com', overrides: new Map() };
  const at = (service: string, name: string) => endpointOf({ service: `${service}.googleapis.com`, name }, config);
  for (const service of ['dataproc', 'dialogflow', 'discoveryengine', 'documentai', 'gkemulticloud', 'speech']) {
    for (const location of ['us', 'eu', 'europe-west4'])
      assert.equal(at(service, vertex(location).name), `https://${location}-${service}.googleapis.com`);
    for (const name of [vertex('global').name, 'projects/p/operations/1'])
      assert.equal(at(service, name), `https://${service}.googleapis.com`);
  }
  assert.equal(at('dataproc', 'projects/p/regions/us-east1/operations/1'), 'https://us-east1-dataproc.googleapis.com');
  assert.equal(at('speech', '1189218350739101011'), 'https://speech.googleapis.com');
  assert.equal(at('batch', vertex('us-east1').name), 'https://batch.googleapis.com');
});

test('an endpoint that the operator names is used, with the location of the name in it', () => {
  const overrides = parseEndpoints(
    ' documentai.googleapis.com=https://{location}-documentai.googleapis.com, aiplatform.googleapis.com=https://Psc.Example:8443/ ,',
  );
  const config = { universeDomain: 'googleapis.com', overrides };
  const documentai = { ...vertex('eu'), service: 'documentai.googleapis.com' };
  assert.equal(endpointOf(documentai, config), 'https://eu-documentai.googleapis.com');
  assert.equal(endpointOf(vertex('eu'), config), 'https://psc.example:8443');
});

test('an endpoint with {location} is for names that have one; others go to the service itself, with a token', () => {
  const overrides = parseEndpoints(
    'documentai.googleapis.com=https://{location}-documentai.googleapis.com,mine.example=https://{location}.psc.example,' +
      'aiplatform.googleapis.com=https://{location}.vertex.example',
  );
  const config = { universeDomain: 'apis.example', overrides };
  const cases: [service: string, location: string | undefined, origin: string][] = [
    ['documentai.googleapis.com', 'eu', 'https://eu-documentai.googleapis.com'],
    ['documentai.googleapis.com', 'global', 'https://documentai.apis.example'],
    ['documentai.googleapis.com', undefined, 'https://documentai.apis.example'],
    ['mine.example', 'eu', 'https://eu.psc.example'],
    ['mine.example', 'global', 'https://mine.example'],
    ['mine.example', undefined, 'https://mine.example'],
    ['aiplatform.googleapis.com', 'us', 'https://us.vertex.example'],
    ['aiplatform.googleapis.com', 'global', 'https://aiplatform.apis.example'],
  ];
  for (const [service, location, origin] of cases) {
    const name = location === undefined ? 'projects/p/operations/1' : vertex(location).name;
    assert.equal(endpointOf({ service, name }, config), origin);
    assert.equal(mayReceiveToken(new URL(`${origin}/v1/x`), config), true, origin);
  }
  assert.throws(() => endpointOf({ service: 'mine.example', name: vertex('a.b').name }, config), /location/);
  const named = {
    universeDomain: 'apis.example',
    overrides: parseEndpoints('mine.example=https://psc.example'),
  };
  assert.equal(mayReceiveToken(new URL('https://mine.example/v1/x'), named), false);
});

test('a bad GOOGLE_ENDPOINTS says what is wrong with which entry', () => {
  const cases: [entry: string, problem: RegExp][] = [
    ['aiplatform.googleapis.com', /no endpoint/],
    ['aiplatform.googleapis.com=', /no endpoint/],
    ['aiplatform=https://a.example', /bad service/],
    ['a.example=http://b.example', /must be https/],
    ['a.example=b.example', /must be https/],
    ['a.example=xhttps://b.example', /must be https/],
    ['a.example=https://b.example/path', /host only/],
    ['a.example=https://user@b.example', /host only/],
    ['a.example=https://user:secret@b.example', /host only/],
    ['a.example=https://b.example?x=1', /host only/],
    ['a.example=https://b.example#x', /host only/],
    ['a.example=https://', /plain host/],
    ['a.example=https://b.example:99999', /plain host/],
    ['a.example=https://{region}.b.example', /plain host/],
    ['a.example=https://b\\c.example', /host only|plain host/],
    ['a.example=https://0x7f.1', /plain host/],
    ['a.example=https://b.example,a.example=https://c.example', /second time/],
  ];
  for (const [text, problem] of cases) {
    assert.throws(() => parseEndpoints(text), problem, text);
  }
});

test('{location} cannot stand in a domain in which everybody can have a name', () => {
  const parse = (host: string) => parseEndpoints(`a.example=https://${host}`);
  for (const host of [
    '{location}',
    '{location}.com',
    '{location}.co.uk',
    '{location}.run.app',
    'api-{location}.a.run.app:8443',
    '{location}.cloudfunctions.net',
    'x.{location}.github.io',
    '{location}.eu.{location}.workers.dev',
    '{location}.notgoogleapis.com.{location}.com',
  ])
    assert.throws(() => parse(host), /a domain of one owner after \{location\}/, host);
  for (const host of [
    'a.{location}.rep.googleapis.com',
    '{location}-a.p.googleapis.com',
    '{location}.psc.example:8443',
    '{location}.mine.github.io',
    'a-{location}.svc.cluster.local',
  ])
    assert.deepEqual([...parse(host).values()], [`https://${host}`]);
});

test('blanks around an endpoint, a slash at its end and the port of https are no part of it', () => {
  const entries = ' a.example = https://h.example/ , b.example=https://h.example:443,c.example=https://h.example:4430';
  assert.deepEqual(
    [...parseEndpoints(entries)],
    [
      ['a.example', 'https://h.example'],
      ['b.example', 'https://h.example'],
      ['c.example', 'https://h.example:4430'],
    ],
  );
  assert.throws(() => parseEndpoints('a.example=https://b.example, a.example =https://c.example'), /second time/);
});

test('an emulator gets everything over plain HTTP', () => {
  const config = { universeDomain: 'googleapis.com', overrides: new Map(), emulatorHost: 'localhost:8086' };
  assert.equal(endpointOf(vertex('us-central1'), config), 'http://localhost:8086');
  for (const emulatorHost of [
    'localhost',
    'http://localhost:1',
    'a@b:1',
    'localhost:1/x',
    'localhost:1/',
    'localhost:1?x',
    'localhost:1#x',
    'localhost:x',
    '',
  ]) {
    assert.throws(() => endpointOf(vertex('l'), { ...config, emulatorHost }), /OPERATIONS_EMULATOR_HOST/);
  }
});

test('only https hosts of the universe and hosts that the operator named may get a token', () => {
  const overrides = parseEndpoints(
    'a.googleapis.com=https://{location}.psc.example,b.googleapis.com=https://10.0.0.1:8443',
  );
  const config = { universeDomain: 'googleapis.com', overrides };
  const may = (url: string) => mayReceiveToken(new URL(url), config);
  for (const url of [
    'https://us-central1-aiplatform.googleapis.com/v1',
    'https://aiplatform.eu.rep.googleapis.com',
    'https://us-east1.psc.example/x',
    'https://10.0.0.1:8443',
  ]) {
    assert.equal(may(url), true, url);
  }
  for (const url of [
    'http://aiplatform.googleapis.com',
    'https://aiplatform.googleapis.com:8443',
    'https://googleapis.com',
    'https://evilgoogleapis.com',
    'https://googleapis.com.evil.example',
    'https://user@aiplatform.googleapis.com',
    'https://:secret@aiplatform.googleapis.com',
    'https://psc.example',
    'https://a.b.psc.example',
    'https://us-east1xpsc.example',
    'http://us-east1.psc.example',
    'https://10.0.0.1',
    'https://10.0.0.2:8443',
  ]) {
    assert.equal(may(url), false, url);
  }
});
