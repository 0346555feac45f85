import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../../worker/index.js';
import { packageVersion } from '../../../config/package-version.js';
import { historyFromJson } from '../../support/history-json.js';
import { readRun, recordedRuns, recordedVersions } from '../../support/recorded.js';
import { scenarios } from '../../support/scenarios/index.js';
import { quietRuntime, TOGETHER } from '../../support/world.js';

/** Replays a recorded history with the current workflows. @throws where their commands would differ */
function replay(history: unknown): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { codePath: workflowBundlePath() } },
    historyFromJson(history),
  );
}

// A change that breaks one of these breaks the executions that are running when it is deployed: it needs
// `patched()`.
describe('executions of earlier code continue with this code', TOGETHER, () => {
  before(quietRuntime);

  const version = packageVersion();

  test(`${version} has a history of every scenario`, () => {
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

  test('a history of different code does not replay', async () => {
    const history = readRun(version, 'cancelled');
    const scheduled = history.events.find((event) => 'activityTaskScheduledEventAttributes' in event);
    assert.ok(scheduled, 'the history has an activity');
    Object.assign(scheduled['activityTaskScheduledEventAttributes'] as object, {
      activityType: { name: 'somethingElse' },
    });
    await assert.rejects(replay(history), /[Nn]ondeterminism/);
  });
});
