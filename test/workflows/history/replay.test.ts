import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../../worker/index.js';
import { packageVersion } from '../../../config/package-version.js';
import { historyFromJson } from '../../support/history-json.js';
import { readRun, recordedRuns, recordedVersions } from '../../support/recorded.js';
import { scenarios } from '../../support/scenarios/index.js';
import { quietRuntime, TOGETHER } from '../../support/world.js';

/** Replays a recorded history on the workflows as they are now. @throws where they would have done something else */
function replay(history: unknown): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { codePath: workflowBundlePath() } },
    historyFromJson(history),
  );
}

// A change that breaks one of these breaks executions that run when it is deployed: it needs `patched()`.
describe('executions that began on earlier code go on with this one', TOGETHER, () => {
  before(quietRuntime);

  const version = packageVersion();

  test(`${version} has a history of every way through the workflows`, () => {
    assert.ok(recordedVersions().includes(version), `no histories of ${version}: npm run record`);
    const recorded = recordedRuns(version);
    const missing = scenarios
      .map(({ name }) => name)
      .filter((name) => !recorded.includes(name) && !recorded.includes(`${name}-1`));
    assert.deepEqual(missing, [], 'npm run record');
  });

  for (const version of recordedVersions()) {
    for (const run of recordedRuns(version)) {
      test(`${version}/${run} replays`, () => replay(readRun(version, run)));
    }
  }

  test('a history of other code does not', async () => {
    const history = readRun(version, 'cancelled');
    const scheduled = history.events.find((event) => 'activityTaskScheduledEventAttributes' in event);
    assert.ok(scheduled, 'the history has an activity');
    Object.assign(scheduled['activityTaskScheduledEventAttributes'] as object, {
      activityType: { name: 'somethingElse' },
    });
    await assert.rejects(replay(history), /[Nn]ondeterminism/);
  });
});
