import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { DEFAULT_TASK_QUEUE, type Outcome } from '../../contract/index.js';
import { startTemporal } from '../../devserver/index.js';
import { until } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';
import { copyExample, installPacked } from './support/package.js';
import { demand, type Running, start } from './support/process.js';

const TSC = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');

describe('a project of its own that installs the packed package', () => {
  let project: string;
  let world: World;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'embedding-'));
    await installPacked(project, ['@types/node', 'undici-types']);
    await copyExample('embedding', project);
    await copyExample('nexus', join(project, 'nexus'));
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', type: 'module' }));
    // A server of its own: the example with the plugin polls the default task queue.
    world = await startWorld({}, await startTemporal({ say: (line) => process.stderr.write(`${line}\n`) }));
  });
  after(async () => {
    await world?.close();
    await rm(project, { recursive: true, force: true });
  });

  test('the examples are type-checked and compiled', async () => {
    await demand({ file: process.execPath, args: [TSC, '-p', '.'], cwd: project });
  });

  for (const { title, file, taskQueue, ourTaskQueue } of [
    {
      title: 'with the plugin',
      file: 'worker.js',
      taskQueue: 'training',
      ourTaskQueue: DEFAULT_TASK_QUEUE,
    },
    {
      title: 'with one bundle',
      file: 'own-bundle/worker.js',
      taskQueue: 'own-bundle',
      ourTaskQueue: 'own-bundle',
    },
  ]) {
    describe(`a worker ${title}`, () => {
      let worker: Running | undefined;
      after(() => worker?.stop());

      test('runs our workflows, and one of its own that uses them', async () => {
        worker = start({
          file: process.execPath,
          args: [join(project, 'dist', file)],
          cwd: project,
          env: {
            PATH: process.env['PATH'],
            HOME: project,
            XDG_CONFIG_HOME: project,
            TEMPORAL_ADDRESS: world.address,
            TEMPORAL_TASK_QUEUE: taskQueue,
            OPERATIONS_EMULATOR_HOST: world.emulator.host,
          },
        });
        const failed = worker.ended.then(({ code, stderr }) => {
          throw new Error(`the worker ended with ${code}: ${stderr}`);
        });
        const outcomes = async (): Promise<[Outcome, Outcome]> => {
          const operations = new GoogleOperations(world.client, { taskQueue: ourTaskQueue });
          const handle = await operations.cancel({ name: world.operation() });
          const own = await world.client.workflow.start<(name: string, limit: string) => Promise<Outcome>>(
            'trainModel',
            { workflowId: `train-${randomUUID()}`, taskQueue, args: [world.operation(), '500ms'] },
          );
          return [(await handle.result()).outcome, await own.result()];
        };
        assert.deepEqual(await Promise.race([outcomes(), failed]), ['CANCELLED', 'CANCELLED']);
      });

      test('serves the Nexus service', async () => {
        const { connection } = world.client;
        const { namespace } = world.client.options;
        await until(
          () =>
            connection.workflowService.describeTaskQueue({
              namespace,
              taskQueue: { name: ourTaskQueue },
              // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is in a package that is not ours: TASK_QUEUE_TYPE_NEXUS
              taskQueueType: 3,
            }),
          ({ pollers }) => (pollers ?? []).length > 0,
        );
      });

      test('answers the caller of the Nexus example', async (t) => {
        const { operatorService } = world.client.connection;
        const target = { worker: { namespace: 'default', taskQueue: ourTaskQueue } };
        const { endpoint } = await operatorService.createNexusEndpoint({ spec: { name: 'google-operations', target } });
        t.after(() => operatorService.deleteNexusEndpoint({ id: endpoint?.id, version: endpoint?.version }));
        const env = { PATH: process.env['PATH'], HOME: project, TEMPORAL_ADDRESS: world.address };
        const args = [join(project, 'dist', 'nexus', 'worker.js'), world.operation()];
        assert.equal(await demand({ file: process.execPath, args, cwd: project, env }), 'CANCELLED true\n');
      });

      test('stops when it is asked to', async () => {
        const ended = await worker?.stop();
        assert.equal(ended?.code, 0, ended?.stderr);
      });
    });
  }
});
