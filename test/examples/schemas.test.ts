import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parseBulkInput } from '../../contract/bulk.js';
import { parseAbort, parseOperationInput } from '../../contract/input.js';
import type { OperationStatus } from '../../contract/result.js';
import type { OperationScript } from '../../emulator/index.js';
import { answered } from '../support/moments.js';
import { compiled, conforms, SCHEMAS } from '../support/schemas.js';
import { startWorld, type World } from '../support/world.js';
import { ROOT, run } from './support/process.js';

test('the schemas in contract/schema are those of the code', async () => {
  const { code, stderr } = await run({
    file: process.execPath,
    args: [join(ROOT, 'scripts', 'generate-schemas.mjs'), '--check'],
  });
  assert.equal(code, 0, stderr);
});

test('every schema has its own $id, and a strict Ajv takes it', () => {
  const ids = readdirSync(SCHEMAS).map((file) => compiled(file).schema);
  assert.equal(new Set(ids.map((schema) => (typeof schema === 'object' ? schema.$id : undefined))).size, ids.length);
});

describe('an input is valid by its schema if the code accepts it', () => {
  const full = {
    name: 'projects/p/locations/l/operations/1',
    service: 'documentai.googleapis.com',
    apiVersion: 'v1',
    reason: 'budget',
    requestedBy: 'ops@example.com',
    timeout: '24h',
    resendCancelAfter: 0,
    whenNotCancellable: 'follow',
    notFoundGrace: '1.5s',
    polling: { initialInterval: '10ms', backoffCoefficient: 2, maximumInterval: 5_000 },
  };

  const agreement = (file: string, parse: (input: unknown) => unknown) => {
    const validate = compiled(file);
    const isGood = (input: unknown): boolean => {
      try {
        parse(input);
        return true;
      } catch {
        return false;
      }
    };
    return (input: unknown, expected = isGood(input)) => {
      assert.equal(isGood(input), expected, `the code on ${JSON.stringify(input)}`);
      assert.equal(validate(input), expected, `the schema on ${JSON.stringify(input)}`);
    };
  };

  for (const type of ['cancelOperation', 'watchOperation'] as const) {
    test(`${type}: every field, and what is wrong with one`, async () => {
      const agree = agreement(`${type}.json`, (input) => parseOperationInput(type, input));
      agree(full, true);
      agree({ name: full.name }, true);
      agree({ ...full, abortAfter: '2h' }, type === 'watchOperation');
      for (const bad of [
        {},
        [],
        'text',
        { ...full, name: undefined },
        { ...full, nmae: 'x' },
        { ...full, name: 7 },
        { ...full, reason: 'x'.repeat(1_025) },
        { ...full, requestedBy: 'x'.repeat(257) },
        { ...full, whenNotCancellable: 'maybe' },
        { ...full, timeout: true },
        { ...full, timeout: -1 },
        { ...full, notFoundGrace: null },
        { ...full, polling: { initialInterval: '1s', every: '1s' } },
        { ...full, polling: { backoffCoefficient: 0.5 } },
        { ...full, name: `a/${'b'.repeat(799)}` },
      ]) {
        agree(JSON.parse(JSON.stringify(bad)), false);
      }
    });
  }

  test('names, services, versions and durations of any shape', async () => {
    const agree = agreement('cancelOperation.json', (input) => parseOperationInput('cancelOperation', input));
    const over = (alphabet: string[], maxLength: number) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength }).map((parts) => parts.join(''));
    const path = over(['a', 'Z9', '/', '.', '..', '-', '_~=+@,', '(', ')', ':', '%2F', '%2f', '%', ' ', 'é', '\n'], 6);
    const shapes = {
      name: path,
      service: over(['a', '9', '.', '-', 'A', '.com', 'x'.repeat(64), '\n'], 6),
      apiVersion: over(['v', '1', 'beta', 'V', '.', 'alpha2', '\n'], 4),
      // The schema does not know the limit of ten years.
      resendCancelAfter: over(['0', '1', '25', '.', 'ms', 's', 'M', 'Hrs', 'days', ' ', '-', '\n'], 4).filter(
        (text) => !(Number.parseFloat(text) > 3_000),
      ),
    };
    for (const [field, shape] of Object.entries(shapes)) {
      fc.assert(
        fc.property(shape, (value) => agree({ name: 'a/b', [field]: value })),
        { numRuns: 1_000 },
      );
    }
    // There a name may be one segment.
    fc.assert(
      fc.property(path, (name) => agree({ name, service: 'speech.googleapis.com' })),
      { numRuns: 1_000 },
    );
    const agreeOnBulk = agreement('cancelOperations.json', parseBulkInput);
    fc.assert(
      fc.property(fc.oneof(path, fc.constantFrom('operations', 'batches', 'operation')), (parent) =>
        agreeOnBulk({ parent }),
      ),
      { numRuns: 1_000 },
    );
    fc.assert(fc.property(fc.double({ noNaN: true }), (ms) => agree({ name: 'a/b', resendCancelAfter: ms })));
  });

  test('abort', async () => {
    const agree = agreement('abort.json', parseAbort);
    agree({}, true);
    agree({ reason: 'budget', requestedBy: 'me' }, true);
    agree({ reason: 7 }, false);
    agree({ why: 'budget' }, false);
  });

  test('cancelOperations', async () => {
    const agree = agreement('cancelOperations.json', parseBulkInput);
    const parent = 'projects/p/locations/l';
    agree({ parent, filter: 'done=false', maxConcurrent: 5, dryRun: true, polling: full.polling }, true);
    agree({ names: [full.name], timeout: '1h' }, true);
    agree({}, false);
    agree({ parent, names: [full.name] }, false);
    agree({ names: [] }, false);
    agree({ names: [full.name], filter: 'x' }, false);
    agree({ parent, maxConcurrent: 501 }, false);
    agree({ parent, maxConcurrent: 1.5 }, false);
    agree({ parent, notFoundGrace: '1s' }, false);
  });
});

describe('answers of workflows are valid by their schemas, and have no other fields', () => {
  let world: World;
  let isResult: ValidateFunction;
  let isStatus: ValidateFunction;
  before(async () => {
    isResult = compiled('result.json', { isClosed: true });
    isStatus = compiled('status.json', { isClosed: true });
    world = await startWorld();
  });
  after(() => world?.close());

  const cases: [string, Omit<OperationScript, 'name'>, Record<string, unknown>][] = [
    ['CANCELLED', { onCancel: { kind: 'wins', afterMs: 200 } }, { reason: 'budget', requestedBy: 'me' }],
    ['COMPLETED', { completesAfterMs: 0 }, { reason: 'too late' }],
    ['FAILED', { onCancel: { kind: 'fails', code: 10, message: 'conflict' } }, {}],
    ['NOT_CANCELLABLE', { onCancel: { kind: 'refused' } }, {}],
    ['STILL_RUNNING', { onCancel: { kind: 'ignored' } }, { timeout: '2s' }],
    ['LOST', { onCancel: { kind: 'ignored' } }, { notFoundGrace: '200ms' }],
  ];
  for (const [outcome, script, input] of cases) {
    test(outcome, async () => {
      const name = world.operation(script);
      const handle = await world.start('cancelOperation', { name, ...input });
      conforms(isStatus, await world.status(handle));
      if (outcome === 'LOST') {
        await answered(world, name, 'cancel');
        world.emulator.expire(name);
      }
      const result = await handle.result();
      assert.equal(result.outcome, outcome);
      conforms(isResult, result);
      const status = await world.status(handle);
      assert.equal(status.outcome, outcome);
      conforms(isStatus, status);
    });
  }

  test('the status that an abort answers', async () => {
    const handle = await world.start('watchOperation', { name: world.operation() });
    const status = await handle.executeUpdate<OperationStatus, [object]>('abort', {
      args: [{ reason: 'enough' }],
    });
    conforms(isStatus, status);
    await handle.result();
  });

  test('the result and the progress of many', async () => {
    const names = [world.operation(), world.operation({ completesAfterMs: 0 }), 'projects/p/operations/none'];
    const handle = await world.startRaw('cancelOperations', { names, timeout: '1s' });
    conforms(compiled('progress.json', { isClosed: true }), await handle.query('progress'));
    conforms(compiled('cancelOperationsResult.json', { isClosed: true }), await handle.result());
  });
});
