import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { shortened, workflowIdOf } from '../../../contract/workflow-id.js';
import type { OperationStatus, OperationResult } from '../../../contract/result.js';
import { until } from '../../support/history.js';
import { SERVICE, startWorld, type World } from '../../support/world.js';
import { type Command, type Ended, run } from './process.js';

/**
 * The promises of an example program in every language. `prepare` makes it ready to run, which may take a while
 * the first time on a machine, and returns how to start it.
 */
export function describeExample(title: string, prepare: (folder: string) => Promise<Command>): void {
  describe(title, () => {
    let world: World;
    let folder: string;
    let command: Command;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'example-'));
      command = await prepare(folder);
      world = await startWorld();
    });
    after(async () => {
      await world?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const example = (...args: string[]): Promise<Ended> =>
      run({
        ...command,
        args: [...command.args, ...args],
        // An environment without the user's own Temporal server and profiles.
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          XDG_CONFIG_HOME: folder,
          TEMPORAL_ADDRESS: world.address,
          TEMPORAL_TASK_QUEUE: world.taskQueue,
        },
      });
    const answer = async <T>(...args: string[]): Promise<T> => {
      const { code, stdout, stderr } = await example(...args);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as T;
    };
    const handleOf = (name: string) => world.client.workflow.getHandle(workflowIdOf(SERVICE, name));
    const stateOf = async (name: string): Promise<string> => {
      try {
        return (await handleOf(name).query<OperationStatus>('status')).state;
      } catch {
        return 'not there yet';
      }
    };

    test('cancel prints the outcome, with who asked and why', async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
      const flags = ['--reason', 'over "budget"', '--requested-by', 'ops@example.com'];
      // After the name, as most people type them; the other tests have them before it.
      const result = await answer<OperationResult>('cancel', name, ...flags);
      assert.equal(result.name, name);
      assert.equal(result.outcome, 'CANCELLED');
      const { status, won, reason, requestedBy, aborts } = result.cancellation;
      assert.deepEqual(
        { status, won, reason, requestedBy, aborts },
        { status: 'ACCEPTED', won: true, reason: 'over "budget"', requestedBy: 'ops@example.com', aborts: 1 },
      );
      assert.equal(world.cancels(name), 1);
    });

    test('what it starts can be found by its name and its outcome', async () => {
      // The workflow id and the attribute of such a name are cut.
      const name = world.operation({}, { project: 'example.com:p', collection: 'x'.repeat(250) });
      await answer('cancel', name);
      const { typedSearchAttributes, memo } = await handleOf(name).describe();
      const attributes = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
      assert.deepEqual(Object.fromEntries(attributes.filter(([key]) => String(key).startsWith('Google'))), {
        GoogleOperationName: shortened(name),
        GoogleOperationOutcome: 'CANCELLED',
      });
      assert.equal(memo?.['operation'], name);
    });

    test('watch follows, status tells where it stands, and abort cancels', async () => {
      const name = world.operation({ onCancel: { kind: 'wins', afterMs: 300 } });
      const watching = answer<OperationResult>('watch', name);
      await until(
        () => stateOf(name),
        (state) => state === 'WATCHING',
        30_000,
      );
      assert.equal((await answer<OperationStatus>('status', name)).state, 'WATCHING');
      assert.equal(world.cancels(name), 0);

      const status = await answer<OperationStatus>('abort', '--reason', 'enough', name);
      assert.equal(status.state, 'CANCELLING');
      assert.equal(status.cancellation.reason, 'enough');
      const result = await watching;
      assert.equal(result.outcome, 'CANCELLED');
      assert.equal(result.cancellation.won, true);

      assert.equal((await answer<OperationStatus>('status', name)).outcome, 'CANCELLED');
      assert.deepEqual(await answer('abort', name), result);
    });

    test('cancel joins the watcher and aborts it', async () => {
      const name = world.operation();
      const handle = await world.start('watchOperation', { name });
      const result = await answer<OperationResult>('cancel', '--reason', 'enough', name);
      assert.equal(result.cancellation.reason, 'enough');
      assert.deepEqual(await handle.result(), result);
    });

    test('what cannot be done exits with 1 and says why, with nothing on stdout', async () => {
      const bad = await example('cancel', 'nonsense');
      assert.deepEqual([bad.code, bad.stdout], [1, '']);
      assert.match(bad.stderr, /^INVALID_ARGUMENT: name: must be a full name/);

      const unknown = await example('abort', 'projects/p/locations/l/operations/unknown');
      assert.deepEqual([unknown.code, unknown.stdout], [1, '']);
      assert.match(unknown.stderr, /not found/);
    });

    test('bad usage exits with 2 and shows the usage', async () => {
      const { code, stderr } = await example('cancel');
      assert.equal(code, 2);
      assert.match(stderr, /usage: operations/);
    });

    test('a bad reason is refused at the door of a watcher too, which watches on', async () => {
      const name = world.operation();
      await world.start('watchOperation', { name });
      for (const command of ['cancel', 'abort']) {
        const { code, stderr } = await example(command, '--reason', 'x'.repeat(1_025), name);
        assert.equal(code, 1);
        assert.match(stderr, /^INVALID_ARGUMENT: reason: /);
      }
      assert.equal(await stateOf(name), 'WATCHING');
      await handleOf(name).terminate();
    });
  });
}
