import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CancelOperationsResult } from '../../contract/index.js';
import { until } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';
import { copyExample, installPacked } from './support/package.js';
import { demand } from './support/process.js';

const TSC = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');
const PARENT = 'projects/guarded/locations/us-central1';
const [OLD, YOUNG] = [`${PARENT}/customJobs/1`, `${PARENT}/customJobs/2`];
const HOUR_MS = 3_600_000;

describe('the Schedule of the guard example', () => {
  let project: string;
  let world: World;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'guard-'));
    await installPacked(project, ['@types/node', 'undici-types']);
    await copyExample('guard', project);
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', type: 'module' }));
    world = await startWorld();
  });
  after(async () => {
    await world?.close();
    await rm(project, { recursive: true, force: true });
  });

  test('cancels at once the job that is older than twelve hours, and no other', async () => {
    const created = (hoursAgo: number) => ({ createTime: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString() });
    world.emulator.add({ name: OLD, metadata: created(13) });
    world.emulator.add({ name: YOUNG, metadata: created(11) });
    await demand({ file: process.execPath, args: [TSC, '-p', '.'], cwd: project });
    const env = { PATH: process.env['PATH'], TEMPORAL_ADDRESS: world.address, TEMPORAL_TASK_QUEUE: world.taskQueue };
    const args = [join(project, 'dist', 'guard.js'), PARENT];
    const scheduleId = (await demand({ file: process.execPath, args, cwd: project, env })).trim();
    const schedule = world.client.schedule.getHandle(scheduleId);
    try {
      const { info, policies } = await until(
        () => schedule.describe(),
        ({ info: { recentActions } }) => recentActions.length > 0,
      );
      assert.deepEqual([policies.overlap, policies.catchupWindow], ['ALLOW_ALL', HOUR_MS]);
      const workflowId = info.recentActions[0]?.action.workflow.workflowId ?? '';
      const run = world.client.workflow.getHandle<() => Promise<CancelOperationsResult>>(workflowId);
      const { matched, results } = await run.result();
      assert.deepEqual([matched, results], [1, [{ name: OLD, outcome: 'CANCELLED', won: true }]]);
      assert.deepEqual([world.cancels(OLD), world.cancels(YOUNG)], [1, 0]);
    } finally {
      await schedule.delete();
    }
  });
});
