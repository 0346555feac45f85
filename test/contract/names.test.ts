import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  inSpellingOf,
  lastSegment,
  locationOf,
  MAX_NAME_LENGTH,
  problemOfApiVersion,
  problemOfName,
  problemOfParent,
  problemOfService,
  projectOf,
} from '../../contract/names.js';

describe('a name', () => {
  test('of two or more segments of harmless characters is valid', () => {
    for (const name of [
      'batches/1',
      'operations/bWVkaWE=',
      'a-b/c.d/e_f/g~h/i=j/k+l/m@n/o,p',
      'A/9',
      'projects/example.com:my-project/operations/1',
      'operations/serviceConfigs.api.endpoints.p.cloud.goog:43fe6c6f-17f3-4b4c-94f8-b7b4d1a8c7a1',
      'operations/rollouts.a.example:b::c:9',
      'policies/cloudresourcemanager.googleapis.com%2Fprojects%2f1/denypolicies/x/operations/1',
      'a/...',
      'a/b'.padEnd(MAX_NAME_LENGTH, 'x'),
    ]) {
      assert.equal(problemOfName(name), undefined, name);
    }
  });

  test('that is invalid is rejected with the reason', () => {
    const cases: [unknown, RegExp][] = [
      [undefined, /^must be a string/],
      [5, /^must be a string/],
      ['', /^must not be empty$/],
      ['a/b'.padEnd(MAX_NAME_LENGTH + 1, 'x'), /at most 780 characters; it has 781$/],
      ['operations', /two segments or more/],
      ['a//b', /no empty segment/],
      ['/a', /no empty segment/],
      ['a/', /no empty segment/],
      ['./a', /no segment \. or \.\./],
      ['a/..', /no segment \. or \.\./],
      ['a/b c', /in segment "b c"$/],
      ['a/ b', /in segment " b"$/],
      ['a/b\n', /in segment "b\\n"$/],
      ['a/é', /in segment "é"$/],
      ['a/:b1', /no : at either end of a segment, as in ":b1"$/],
      ['a:/b', /no : at either end of a segment, as in "a:"$/],
      ['a/b:cancel', /must not end in ":cancel": that is a method/],
      ['projects/p:getIamPolicy', /must not end in ":getIamPolicy"/],
      ['a/b%2F', /no empty segment/],
      ['%2Fa/b', /no empty segment/],
      ['a/..%2Fb', /no segment \. or \.\./],
      ['a/b%2f.%2Fc', /no segment \. or \.\./],
      ['a/b%2e', /in segment "b%2e"$/],
      ['a/b%252Fc', /in segment "b%252Fc"$/],
      ['a/b%', /in segment "b%"$/],
    ];
    for (const [name, message] of cases) assert.match(problemOfName(name) ?? 'valid', message, JSON.stringify(name));
  });

  test('may be an id alone where the service has such names', () => {
    assert.equal(problemOfName('1189218350739101011', 'speech.googleapis.com'), undefined);
    assert.match(problemOfName('1189218350739101011', 'batch.googleapis.com') ?? '', /two segments or more/);
    assert.match(problemOfName('..', 'speech.googleapis.com') ?? '', /no segment/);
  });

  test('of a parent may end like a method, as a project does, and may be a collection alone', () => {
    for (const parent of ['projects/example.com:project', 'projects/p/locations/l', 'operations', 'batches'])
      assert.equal(problemOfParent(parent), undefined, parent);
    for (const parent of ['projects', '', 7, 'projects/..', 'Operations'])
      assert.notEqual(problemOfParent(parent), undefined, String(parent));
  });

  test('has a location, a project and a last segment; an id that reads like a collection is not one', () => {
    const name = 'projects/p/locations/us-east1/operations/1';
    assert.deepEqual([locationOf(name), projectOf(name), lastSegment(name)], ['us-east1', 'p', '1']);
    assert.equal(locationOf('projects/p/regions/r/operations/1'), 'r');
    assert.equal(locationOf('projects/p/regions/r/locations/l'), 'l');
    assert.equal(locationOf('projects/locations/operations/1'), undefined);
    assert.equal(locationOf('batches/1'), undefined);
    assert.equal(projectOf('operations/projects/p'), undefined);
    assert.equal(lastSegment('alone'), 'alone');
  });

  test('that a list gives with a project number gets the project id of the parent, and is otherwise unchanged', () => {
    const cases: [parent: string, name: string, expected: string][] = [
      ['projects/p/locations/l', 'projects/12/locations/l/operations/1', 'projects/p/locations/l/operations/1'],
      ['projects/p', 'projects/12/operations/1', 'projects/p/operations/1'],
      ['projects/$&/x', 'projects/12/operations/1', 'projects/$&/operations/1'],
      ['projects/34/locations/l', 'projects/12/operations/1', 'projects/12/operations/1'],
      ['projects/-/locations/l', 'projects/12/operations/1', 'projects/12/operations/1'],
      ['projects/p/locations/l', 'projects/q/operations/1', 'projects/q/operations/1'],
      ['projects/p/locations/l', 'projects/12a/operations/1', 'projects/12a/operations/1'],
      ['projects/p/locations/l', 'x/projects/12/operations/1', 'x/projects/12/operations/1'],
      ['operations', 'projects/12/operations/1', 'projects/12/operations/1'],
    ];
    for (const [parent, name, expected] of cases) assert.equal(inSpellingOf(parent, name), expected);
  });
});

describe('a service', () => {
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(62)}`;

  test('is a lower-case host name of two labels or more, of at most 190 characters', () => {
    for (const service of ['aiplatform.googleapis.com', 'a.b', '1.2', 'a-b.c-d.e', longest])
      assert.equal(problemOfService(service), undefined, service);
  });

  test('that is invalid is quoted in the message', () => {
    assert.match(problemOfService(undefined) ?? '', /^must be a string such as aiplatform/);
    for (const service of [
      '',
      'a',
      'A.b',
      'a.B',
      '-a.b',
      'a-.b',
      'a.-b',
      'a.b-',
      '.a.b',
      'a..b',
      'a.b.',
      'a.b:1',
      ' a.b',
      `${'a'.repeat(64)}.b`,
      `b.${'a'.repeat(64)}`,
      `${longest}d`,
    ]) {
      assert.match(problemOfService(service) ?? 'valid', /^must be a lower-case host name .*; it is "/, service);
    }
  });
});

describe('an API version', () => {
  test('is v, a number and an optional stage', () => {
    for (const version of ['v1', 'v999', 'v1beta1', 'v1p1beta1', 'v2alpha', 'v1a23456789abcdefg'])
      assert.equal(problemOfApiVersion(version), undefined, version);
    for (const version of [
      undefined,
      1,
      ['v1'],
      '',
      '1',
      'v',
      'vbeta',
      'v1234',
      'V1',
      'v1Beta',
      'v1-beta',
      'v1/x',
      'xv1',
      'v1a23456789abcdefgh',
    ]) {
      assert.equal(problemOfApiVersion(version), 'must be a version such as v1 or v1beta1', String(version));
    }
  });
});
