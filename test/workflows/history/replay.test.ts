import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../../worker/index.js';
import { packageVersion } from '../../../config/package-version.js';
import { historyFromJson } from '../../support/history-json.js';
import { type RecordedJson, readRun, recordedRuns, recordedVersions } from '../../support/recorded.js';
import { scenarios } from '../../support/scenarios/index.js';
import { quietRuntime } from '../../support/world.js';

const version = packageVersion();
const DIFFERENT_CODE = 'different code';

/** A history of which an activity has another type than the workflows schedule. */
function historyOfDifferentCode(): RecordedJson {
  const history = readRun(version, 'cancelled');
  const scheduled = history.events.find((event) => 'activityTaskScheduledEventAttributes' in event);
  assert.ok(scheduled, 'the history has an activity');
  Object.assign(scheduled['activityTaskScheduledEventAttributes'] as object, {
    activityType: { name: 'somethingElse' },
  });
  return history;
}

// A change that breaks one of these breaks the executions that are running when it is deployed: it needs `patched()`.
describe('executions of earlier code continue with this code', () => {
  const recorded = recordedVersions().flatMap((of) => recordedRuns(of).map((run) => ({ of, run })));
  /** By history, the error of its replay with the current workflows; `undefined` if it replays. */
  const errors = new Map<string, Error | undefined>();

  before(async () => {
    await quietRuntime();
    const histories = [
      ...recorded.map(({ of, run }) => ({ id: `${of}/${run}`, json: readRun(of, run) })),
      { id: DIFFERENT_CODE, json: historyOfDifferentCode() },
    ].map(({ id, json }) => ({ workflowId: id, history: historyFromJson(json) }));
    const options = { workflowBundle: { codePath: workflowBundlePath } };
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories))
      errors.set(workflowId, error);
  });

  test(`${version} has a history of every scenario`, () => {
    assert.ok(recordedVersions().includes(version), `no histories of ${version}: npm run record`);
    const runs = recordedRuns(version);
    const missing = scenarios
      .map(({ name }) => name)
      .filter((name) => !runs.includes(name) && !runs.includes(`${name}-1`));
    assert.deepEqual(missing, [], 'npm run record');
  });

  for (const { of, run } of recorded) {
    test(`${of}/${run} replays`, () => {
      assert.ok(errors.has(`${of}/${run}`));
      assert.ifError(errors.get(`${of}/${run}`));
    });
  }

  test('a history of different code does not replay', () => {
    assert.match(String(errors.get(DIFFERENT_CODE)), /[Nn]ondeterminism/);
  });
});
