import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTemporal } from '../../devserver/index.js';
import { startWorld, TOGETHER, type World } from '../support/world.js';

describe('a Temporal server with narrow limits', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld({}, await startTemporal({ dynamicConfig: { 'limit.maxIDLength': 150 } }));
  });
  after(() => world.close());

  test('a bulk with one impossible name ends, says which and why, and cancels the others', async () => {
    const name = world.operation();
    const impossible = world.operation({}, { collection: 'x'.repeat(100) });
    const bulk = await world.operations.cancelAll({ names: [impossible, name] });
    const { outcomes, failures } = await bulk.result();
    assert.deepEqual(outcomes, { CANCELLED: 1 });
    assert.deepEqual(
      failures.map((failure) => [failure.name, failure.type]),
      [[impossible, 'INVALID_ARGUMENT']],
    );
    assert.match(failures[0]?.message ?? '', /Temporal refuses the request: .*length exceeds limit/i);
  });
});
