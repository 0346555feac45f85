import { ApplicationFailure } from '@temporalio/activity';
import type { ReconcileRequest } from '../../../contract/activities.js';
import { reconcileIdOf } from '../../../contract/workflow-id.js';
import { kindsOf, until } from '../history.js';
import { arrived } from '../moments.js';
import { type Handle, SERVICE, type World } from '../world.js';
import { withReplacedActivities } from './replaced-activities.js';
import { allRuns, type Scenario, scenario, startWatch } from './scenario.js';

/** A reconcile loop whose rounds are made up. @param status that of its end */
function loop(name: string, rounds: (() => never | void)[], status: string): Scenario {
  return {
    name,
    continuesAsNew: false,
    run: (world: World) => {
      const left = [...rounds];
      const reconcileOperations = async () => Promise.resolve(left.shift()?.());
      return withReplacedActivities(world, { reconcileOperations }, async (taskQueue) => {
        const collection = `projects/${name}/locations/us-central1/operations`;
        const workflowId = reconcileIdOf(taskQueue, SERVICE, collection);
        const request: ReconcileRequest = { service: SERVICE, apiVersion: 'v1', collection };
        const args = [request];
        await world.client.workflow.start('reconcileOperations', { workflowId, taskQueue, args });
        const handle: Handle = world.client.workflow.getHandle(workflowId);
        await until(
          async () => (await handle.describe()).status.name,
          (now) => now === status,
        );
        return rounds.length > 1 ? allRuns(world, handle) : [handle];
      });
    },
  };
}

/** The next attempt would be after the time limit, so that Temporal ends the activity at once. */
function untilTimeIsUp(): never {
  throw ApplicationFailure.create({ message: 'the next round is far away', nextRetryDelay: '25h' });
}

function refuse(): never {
  throw ApplicationFailure.create({ type: 'FAILED_PRECONDITION', message: 'refused', nonRetryable: true });
}

/** The scenarios of `reconcileOperations`, and of what it hands back. */
export const reconcileScenarios: Scenario[] = [
  loop('loop-few', [() => undefined], 'COMPLETED'),
  loop('loop-continued', [untilTimeIsUp, () => undefined], 'COMPLETED'),
  loop('loop-refused', [refuse], 'FAILED'),
  scenario(
    'handed-back',
    { waitSupported: 'unimplemented' },
    startWatch(
      async (world, name, handle) => {
        const isWaiting = async () =>
          (await handle.describe()).raw.pendingActivities?.[0]?.nextAttemptScheduleTime != null;
        await until(isWaiting, Boolean);
        await handle.signal('resume');
        await until(
          () => kindsOf(handle),
          (kinds) => kinds.filter((kind) => kind === 'activityTaskScheduled').length === 2,
        );
        world.emulator.complete(name, {});
      },
      { polling: { initialInterval: '5s' } },
    ),
    'COMPLETED',
  ),
  scenario(
    'handed-back-in-a-poll',
    {},
    startWatch(async (world, name, handle) => {
      await arrived(world, name, 'wait');
      await handle.signal('resume');
      // The first poll is a local activity, as the question about the pending one is.
      await until(
        () => kindsOf(handle),
        (kinds) => kinds.filter((kind) => kind === 'markerRecorded').length === 2,
      );
      world.emulator.complete(name, {});
    }),
    'COMPLETED',
  ),
];
