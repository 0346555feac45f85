import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ScheduleDescription } from '@temporalio/client';
import type { CancelOperationsResult } from '../../contract/index.js';
import { findTemporal } from '../../devserver/find.js';
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

describe('the guard example', () => {
  let project: string;
  let world: World;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'guard-'));
    await installPacked(project, ['@types/node', 'undici-types']);
    await copyExample('guard', project);
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', type: 'module' }));
    await demand({ file: process.execPath, args: [TSC, '-p', '.'], cwd: project });
    world = await startWorld();
  });
  after(async () => {
    await world?.close();
    await rm(project, { recursive: true, force: true });
  });

  /** Creates the Schedule of a parent by the program. @returns its id */
  async function guard(parent: string): Promise<string> {
    const args = [join(project, 'dist', 'guard.js'), parent];
    const env = { PATH: process.env['PATH'], TEMPORAL_ADDRESS: world.address, TEMPORAL_TASK_QUEUE: world.taskQueue };
    return (await demand({ file: process.execPath, args, cwd: project, env })).trim();
  }

  test('cancels at once the job that is older than twelve hours, and no other', async () => {
    const created = (hoursAgo: number) => ({ createTime: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString() });
    world.emulator.add({ name: OLD, metadata: created(13) });
    world.emulator.add({ name: YOUNG, metadata: created(11) });
    const schedule = world.client.schedule.getHandle(await guard(PARENT));
    try {
      const { info } = await until(
        () => schedule.describe(),
        ({ info: { recentActions } }) => recentActions.length > 0,
      );
      const workflowId = info.recentActions[0]?.action.workflow.workflowId ?? '';
      const run = world.client.workflow.getHandle<() => Promise<CancelOperationsResult>>(workflowId);
      const { matched, results } = await run.result();
      assert.deepEqual([matched, results], [1, [{ name: OLD, outcome: 'CANCELLED', won: true }]]);
      assert.deepEqual([world.cancels(OLD), world.cancels(YOUNG)], [1, 0]);
    } finally {
      await schedule.delete();
    }
  });

  const onWindows = process.platform === 'win32' && 'a line of a shell';
  test('is the Schedule that the command in its README creates', { skip: onWindows }, async () => {
    const readme = await readFile(join(project, 'README.md'), 'utf8');
    const [, command = '', id = ''] =
      /```\n(temporal schedule create --schedule-id (\S+) .*?)\n```/s.exec(readme) ?? [];
    const [, parent = ''] = /"parent":"([^"]+)"/.exec(command) ?? [];
    const { path } = await findTemporal();
    const env = { PATH: `${dirname(path)}:${process.env['PATH']}`, HOME: project, TEMPORAL_ADDRESS: world.address };
    await demand({ file: '/bin/sh', args: ['-c', command], cwd: project, env });
    const schedules = [id, await guard(parent)].map((one) => world.client.schedule.getHandle(one));
    try {
      const [theirs, ours] = await Promise.all(schedules.map(async (one) => essence(await one.describe())));
      assert.deepEqual(theirs, ours);
    } finally {
      await Promise.all(schedules.map((one) => one.delete()));
    }
  });
});

/** What a Schedule does, without the task queue of the test. */
function essence({ spec: { intervals, calendars }, action, policies }: ScheduleDescription) {
  const everyMs = intervals?.map(({ every }) => every);
  return { everyMs, calendars, workflowType: action.workflowType, args: action.args, policies };
}
