import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { operationRef } from '../../../contract/api-version.js';
import { type Emulator, jobSecret, type OperationScript } from '../../../emulator/index.js';
import { GoogleApiError } from '../../../google/error.js';
import { type Kind, nameOfKind } from '../../../google/kinds/kind.js';
import { KINDS } from '../../../google/kinds/table.js';
import { meaningOf } from '../../../google/meaning.js';
import { clientOf } from '../../google/support/client.js';
import { emulatorFor } from '../support.js';
import { outcomesOf } from './support.js';

/** A name of a kind. */
function nameOf({ names: [pattern = ''] }: Kind): string {
  let number = 0;
  return pattern.replaceAll('*', () => `x${(number += 1)}`);
}

/** What our own client reads of a job. */
function readerOf(emulator: Emulator, kind: Kind) {
  const name = nameOf(kind);
  const ref = operationRef({ service: kind.service, name });
  const client = clientOf(emulator.host, undefined, ['*']);
  return {
    name,
    cancel: () => client.cancel(ref),
    read: async () => {
      const operation = await client.get(ref);
      assert.ok(!JSON.stringify(operation).includes(jobSecret));
      return { ...meaningOf(operation, ref), operation };
    },
  };
}

for (const kind of KINDS) {
  describe(`a job of ${kind.service}, ${nameOfKind(kind)}`, () => {
    const { service } = kind;
    const outcomes = outcomesOf(kind);
    const add = (emulator: Emulator, script: Omit<OperationScript, 'name'>): void =>
      emulator.add({ service, name: nameOf(kind), ...script });

    it('runs, and completes by itself', async (t) => {
      const emulator = await emulatorFor(t);
      const { name, read } = readerOf(emulator, kind);
      add(emulator, {});
      assert.equal((await read()).verdict, undefined);
      emulator.complete(name);
      assert.equal((await read()).verdict?.outcome, outcomes.completed);
    });

    it('fails', async (t) => {
      const emulator = await emulatorFor(t);
      const { read } = readerOf(emulator, kind);
      add(emulator, { completesAfterMs: 0, result: { error: { code: 13, message: 'broken' } } });
      assert.equal((await read()).verdict?.outcome, 'FAILED');
    });

    if (kind.cancel?.none !== undefined) {
      it('has no cancel', async (t) => {
        const emulator = await emulatorFor(t);
        const { cancel } = readerOf(emulator, kind);
        add(emulator, {});
        await assert.rejects(cancel, (error) => error instanceof GoogleApiError && error.code === 'UNIMPLEMENTED');
      });
      return;
    }

    it('is cancelled after a while, which its word tells if the service has one for it', async (t) => {
      const emulator = await emulatorFor(t);
      const { cancel, read } = readerOf(emulator, kind);
      add(emulator, { onCancel: { kind: 'loses' } });
      const before = await read();
      await cancel();
      const { verdict, isBeingCancelled, operation } = await read();
      assert.equal(verdict, undefined);
      assert.equal(isBeingCancelled, operation.metadata?.['state'] !== before.operation.metadata?.['state']);
      emulator.complete(nameOf(kind), { error: { code: 1, message: 'cancelled' } });
      assert.equal((await read()).verdict?.outcome, outcomes.cancelled);
    });
  });
}
