import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../worker/index.js';
import { historyFromJson } from '../support/history-json.js';
import { scenarios } from '../support/scenarios.js';
import { quietRuntime, TOGETHER } from '../support/world.js';

const folder = fileURLToPath(new URL('../../../test/histories/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** Replays a recorded history on the workflows as they are now. @throws where they would have done something else */
function replay(history: unknown): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { codePath: workflowBundlePath() } },
    historyFromJson(history),
  );
}

function read(file: string): { events: Record<string, unknown>[] } {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as { events: Record<string, unknown>[] };
}

// A change that breaks one of these breaks executions that run when it is deployed: it needs `patched()`.
// Where no execution can have got there, record anew: node scripts/record-histories.mjs
describe('executions that began on earlier code go on with this one', TOGETHER, () => {
  before(quietRuntime);

  test('there is a history of every way through the workflows', () => {
    assert.ok(files.length > 0, `no history in ${folder}`);
    const missing = scenarios.filter(
      ({ name }) => !files.some((file) => file === `${name}.json` || file === `${name}-1.json`),
    );
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  for (const file of files) {
    test(`${file} replays`, () => replay(read(file)));
  }

  test('a history of other code does not', async () => {
    const history = read(files[0] ?? '');
    const scheduled = history.events.find((event) => 'activityTaskScheduledEventAttributes' in event);
    assert.ok(scheduled, 'the first history has an activity');
    Object.assign(scheduled['activityTaskScheduledEventAttributes'] as object, {
      activityType: { name: 'somethingElse' },
    });
    await assert.rejects(replay(history), /[Nn]ondeterminism/);
  });
});
