import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultApiVersion } from '../../../contract/api-version.js';
import { problemOfApiVersion } from '../../../contract/names.js';
import type { EndpointConfig } from '../../../google/endpoint.js';
import { type Kind, nameOfKind, statePathOf, withoutPrefix } from '../../../google/kinds/kind.js';
import { fieldsOfJob } from '../../../google/kinds/read-job.js';
import { KINDS } from '../../../google/kinds/table.js';
import { urlsOf } from '../../../google/url.js';
import { type PublishedMethod, readMethods } from '../support/discovery.js';
import { MEANINGS, wordsOf } from './support/meanings.js';

const config: EndpointConfig = { universeDomain: 'googleapis.com', overrides: new Map() };

/** Versions beside the default one whose jobs lack fields that are asked for. */
const LACKING = new Set(['workflowexecutions.googleapis.com v1beta', 'websecurityscanner.googleapis.com v1alpha']);

const published = await readMethods(new Set(KINDS.map(({ service }) => service))).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error;
  return String(error);
});

if (typeof published === 'string') {
  test("Google's discovery documents", { skip: `they cannot be installed: ${published}` });
} else {
  for (const kind of KINDS) {
    for (const pattern of kind.names) {
      const versions = versionsOf(kind, pattern, published.get(kind.service) ?? []);
      promises(kind, pattern, versions);
    }
  }
}

/** What is published of a kind in one version of its service. */
interface Version {
  apiVersion: string;
  get: PublishedMethod;
  cancel?: PublishedMethod | undefined;
  list?: PublishedMethod | undefined;
}

/** The versions whose URL of get is ours. */
function versionsOf(kind: Kind, pattern: string, methods: PublishedMethod[]): Version[] {
  const found: Version[] = [];
  for (const apiVersion of new Set(methods.map((method) => method.apiVersion))) {
    if (problemOfApiVersion(apiVersion) !== undefined || LACKING.has(`${kind.service} ${apiVersion}`)) continue;
    const ours = urlsOf({ service: kind.service, apiVersion, name: sampleOf(pattern) }, config);
    const match = (httpMethod: string, url: string) =>
      methods.find((method) => method.httpMethod === httpMethod && isPublishedAs(url, method.url));
    const get = match('GET', ours.get);
    if (get === undefined) continue;
    const cancel = ours.cancel === undefined ? undefined : match(kind.cancel?.method ?? 'POST', ours.cancel);
    const collection = withoutQuery(ours.get).replace(/\/[^/]+$/, '');
    found.push({ apiVersion, get, cancel, list: match('GET', collection) });
  }
  return found;
}

/** A name; its location is the one that has no host of its own. */
function sampleOf(pattern: string): string {
  return pattern.replaceAll(/(locations|regions)\/\*/g, '$1/global').replaceAll('*', 'a-1');
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? '';
}

function isPublishedAs(url: string, template: string): boolean {
  const pattern = template.replaceAll(/[.?]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '[^/:]+');
  return new RegExp(`^${pattern}$`).test(withoutQuery(url));
}

/** The entries of a field mask, as paths. */
function pathsIn(mask: string): string[] {
  return mask.split(',').map((path) => path.replaceAll('/', '.'));
}

function promises(kind: Kind, pattern: string, versions: Version[]): void {
  const { service, cancel = {}, list = {}, query = {} } = kind;
  const title = `${pattern} of ${service}`;

  test(`${title}: get, cancel and list are as published`, () => {
    assert.ok(versions.some((one) => one.apiVersion === defaultApiVersion(service)));
    for (const one of versions) {
      assert.match(one.get.id, /\.get$/);
      for (const parameter of Object.keys(query)) assert.ok(one.get.parameters[parameter], parameter);
      if (cancel.through !== undefined || cancel.none !== undefined) assert.equal(one.cancel, undefined);
      else assert.match(one.cancel?.id ?? '', /\.(?:cancel|terminate|stop|update)$/);
      for (const parameter of Object.keys(query)) assert.ok(one.cancel?.parameters[parameter], parameter);
      for (const field of Object.keys(cancel.body ?? {})) assert.ok(one.cancel?.requestField(field), field);
      if (list.none === undefined) assert.match(one.list?.id ?? '', /\.list$/);
      else assert.equal(one.list, undefined);
    }
  });

  test(`${title}: only fields that it has are asked for, in a get and in a list`, () => {
    const paths = pathsIn(fieldsOfJob(kind));
    const array = list.array ?? pattern.split('/').at(-2) ?? '';
    const listed = [...paths, ...[list.displayName ?? [], list.location ?? []].flat()];
    for (const { get, list: listing } of versions) {
      for (const path of [...paths, ...[cancel.through ?? []].flat()]) assert.ok(get.answerField(path), path);
      if (listing === undefined) continue;
      for (const path of listed) assert.ok(listing.answerField(`${array}.${path}`), `${array}.${path}`);
      assert.equal(listing.answerField('nextPageToken') === undefined, list.unpaged === true);
    }
  });

  test(`${title}: only parameters that its list has are sent`, () => {
    for (const { list: listing } of versions) {
      if (listing === undefined) continue;
      const { filterIn = 'filter', pageSizeIn = 'pageSize', running = [], unpaged, acrossParents } = list;
      const { parameters } = listing;
      for (const key of Object.keys(list.query ?? {})) assert.ok(parameters[key], key);
      if (running.length > 0) assert.ok(parameters[filterIn], filterIn);
      for (const value of [running].flat())
        assert.notEqual(parameters[filterIn]?.enum?.includes(value), false, `${filterIn}=${value}`);
      for (const key of [pageSizeIn, 'pageToken']) assert.equal(parameters[key] === undefined, unpaged === true, key);
      if (acrossParents === true) assert.match(parameters['parent']?.description ?? '', /"-"/);
    }
  });

  test(`${title}: every word that is published has a meaning`, () => {
    for (const { get, apiVersion } of versions) {
      const words = get.answerField(statePathOf(kind))?.enum ?? [];
      const meant = words.filter((word) => !/(?:UNSPECIFIED|UNKNOWN)$/.test(word));
      assert.deepEqual(
        meant.map((word) => withoutPrefix(kind, word)).toSorted(),
        wordsOf(MEANINGS[`${service.split('.')[0]} ${nameOfKind(kind)}`]),
        apiVersion,
      );
    }
  });
}
