import assert from 'node:assert/strict';
import { answered, arrived } from '../moments.js';
import { until } from '../history.js';
import { abortBySignal, adjust } from '../starts.js';
import type { Handle } from '../world.js';
import { CANCELLED, IGNORED, scenario, type Scenario } from './scenario.js';

async function untilContinued(handle: Handle): Promise<void> {
  await until(
    () => handle.describe(),
    ({ raw, runId }) => raw.workflowExecutionInfo?.firstRunId !== runId,
  );
}

/** The scenarios that continue as new. */
export const continueAsNewScenarios: Scenario[] = [
  scenario(
    'continue-as-new',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name, reason: 'budget' });
      await arrived(world, name, 'wait', 2);
      await abortBySignal(handle);
      await until(
        () => world.status(handle),
        ({ cancellation }) => cancellation.aborts === 2,
      );
      await untilContinued(handle);
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
    true,
  ),
  scenario(
    'continue-as-new-resend',
    { onCancel: IGNORED },
    async (world, name) => {
      const handle = await world.start('cancelOperation', { name, resendCancelAfter: '500ms' });
      await answered(world, name, 'cancel', 3);
      world.emulator.complete(name, CANCELLED);
      return handle;
    },
    'CANCELLED',
    true,
  ),
  scenario(
    'continue-as-new-watch',
    { onCancel: { kind: 'refused' } },
    async (world, name) => {
      const handle = await world.start('watchOperation', { name, abortAfter: '2s', timeout: '5s' });
      await arrived(world, name, 'wait');
      await abortBySignal(handle, { reason: 'budget' });
      return handle;
    },
    'STILL_RUNNING',
    true,
  ),
  scenario(
    'continue-as-new-adjust',
    { onCancel: { kind: 'wins' } },
    async (world, name) => {
      const handle = await world.start('watchOperation', { name });
      await arrived(world, name, 'wait');
      for (let times = 0; times < 3; times++) await adjust(handle, { abortAfter: '1h' });
      await untilContinued(handle);
      const { startedAt, abortAt } = await world.status(handle);
      assert.equal(Date.parse(abortAt ?? '') - Date.parse(startedAt), 3_600_000);
      await adjust(handle, { abortAfter: '1ms' });
      return handle;
    },
    'CANCELLED',
    true,
  ),
  scenario(
    'continue-as-new-by-get',
    { onCancel: IGNORED, waitSupported: 'unimplemented' },
    async (world, name) => {
      const handle = await world.start('watchOperation', { name });
      for (const count of [1, 2, 3]) {
        await abortBySignal(handle);
        await until(
          () => world.status(handle),
          ({ cancellation }) => cancellation.aborts === count,
        );
      }
      await untilContinued(handle);
      world.emulator.complete(name, {});
      return handle;
    },
    'COMPLETED',
    true,
  ),
];
