import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOperationInput } from '../../../contract/input.js';
import { parseFault, parseScript } from '../../../emulator/index.js';
import { kinds } from './operation-kinds.js';
import { planOf } from './plan.js';
import { wireFaults } from './wire-faults.js';

const SHORT = 0.4;
const LONG = 10;

describe('the plan of a fault run', () => {
  it('is the same for the same seed and length, and another for another seed', () => {
    for (const minutes of [SHORT, LONG]) {
      assert.deepEqual(planOf(7, minutes), planOf(7, minutes));
      assert.notDeepEqual(planOf(7, minutes), { ...planOf(8, minutes), seed: 7 });
    }
  });

  it('has every kind of operation, every fault of the wire and every disturbance, however short it is', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { operations, wire, disturbances, bulks } = planOf(seed, SHORT);
      assert.deepEqual(new Set(operations.map(({ kind }) => kind)), new Set(Object.keys(kinds)));
      const certain = wire.filter(({ fault }) => fault.times === 1).map(({ label }) => label);
      assert.deepEqual(new Set(certain), new Set(wireFaults.map(({ label }) => label)));
      assert.deepEqual(new Set(disturbances.map(({ kind }) => kind)).size, 4);
      assert.ok(bulks.some(({ parent }) => parent !== undefined));
      assert.ok(bulks.some(({ names }) => names !== undefined));
    }
  });

  it('has at least 500 operations and 50 kills in ten minutes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { operations, disturbances } = planOf(seed, LONG);
      assert.ok(operations.length >= 500);
      const kills = disturbances.filter((one) => one.kind === 'kill-worker' && one.signal === 'SIGKILL');
      assert.ok(kills.length >= 50, `${kills.length} kills`);
    }
  });

  it('asks only for what the emulator and the workflows take', () => {
    for (const { name, script, input, trouble } of planOf(3, LONG).operations) {
      if (script !== undefined) parseScript({ name, ...script });
      if (trouble !== undefined) parseFault({ ...trouble.fault, name });
      parseOperationInput('watchOperation', { name, ...input });
    }
    for (const { fault } of planOf(3, LONG).wire) parseFault(fault);
  });

  it('begins everything while there are faults', () => {
    for (const minutes of [SHORT, LONG]) {
      const plan = planOf(11, minutes);
      for (const { addAtMs } of plan.operations) assert.ok(addAtMs < plan.faultsMs);
      for (const { atMs } of [...plan.disturbances, ...plan.wire, ...plan.bulks]) {
        assert.ok(atMs >= 0 && atMs <= plan.faultsMs, `${atMs} of ${plan.faultsMs}`);
      }
    }
  });

  it('has operations that all end, whoever follows them', () => {
    for (const { script } of planOf(5, LONG).operations) {
      if (script === undefined || script.completesAfterMs !== undefined) continue;
      assert.equal(script.onCancel?.kind, 'wins');
    }
  });
});
