import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { WorkerProcess } from '../../devserver/worker-process.js';
import { eventsOf, until } from '../support/history.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { WorkerHarness } from '../support/worker-harness.js';
import { logged } from '../support/worker-process.js';
import type { Handle } from '../support/world.js';
import { run, start } from '../cli/support/command.js';

/** Worker processes as versions of one deployment. */
class Deployment {
  readonly name = `lro-${randomUUID()}`;

  private constructor(readonly harness: WorkerHarness) {}

  static async on(address: string): Promise<Deployment> {
    return new Deployment(await WorkerHarness.create(address));
  }

  startVersion(buildId: string): Promise<WorkerProcess> {
    return this.harness.workers.start({ WORKER_DEPLOYMENT_NAME: this.name, WORKER_BUILD_ID: buildId });
  }

  /** Does the same as `temporal worker deployment set-current-version`. */
  async makeCurrent(buildId: string): Promise<void> {
    const request = { namespace: 'default', deploymentName: this.name, buildId, identity: 'test' };
    // Temporal knows a version only shortly after its first poll.
    await until(
      () =>
        this.harness.client.workflowService.setWorkerDeploymentCurrentVersion(request).then(
          () => 'done',
          (error: unknown) => String(error),
        ),
      (answer) => answer === 'done',
    );
  }
}

/** The versions that completed workflow tasks, in order; `none` is an unversioned worker. */
async function versionsOf(handle: Handle): Promise<string[]> {
  const versions = (await eventsOf(handle)).flatMap(({ workflowTaskCompletedEventAttributes: task }) =>
    task ? [task.deploymentVersion?.buildId ?? 'none'] : [],
  );
  return [...new Set(versions)];
}

describe('Worker Versioning', { concurrency: true }, () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await testTemporal();
  });
  after(() => temporal.stop());

  test('an execution that began on version 1 ends on version 2 once that is current', async (t) => {
    const deployment = await Deployment.on(temporal.address);
    const { harness } = deployment;
    t.after(() => harness.close());
    const first = await deployment.startVersion('1');
    await deployment.makeCurrent('1');
    const { name, handle } = await harness.start('cancelOperation', { onCancel: { kind: 'ignored' } });
    await harness.untilRequested(name, 'wait');

    await deployment.startVersion('2');
    await deployment.makeCurrent('2');
    const since = Date.now();
    assert.equal((await first.stop()).code, 0, first.output);
    await harness.nextRequest(name, undefined, since);
    await handle.signal('abort', { reason: 'on version 2' });
    harness.emulator.complete(name, { error: { code: 1 } });
    const result = await handle.result();
    assert.equal(result.outcome, 'CANCELLED');
    assert.equal(result.cancellation.won, true);
    assert.equal(harness.emulator.requests(name, 'cancel').length, 1);
    assert.deepEqual(await versionsOf(handle), ['1', '2']);
  });

  test('an execution that began on an unversioned worker ends on version 1', async (t) => {
    const deployment = await Deployment.on(temporal.address);
    const { harness } = deployment;
    t.after(() => harness.close());
    const unversioned = await harness.workers.start();
    const { name, handle } = await harness.start('watchOperation', {
      onCancel: { kind: 'wins', afterMs: 100 },
    });
    await harness.untilRequested(name, 'wait');

    await deployment.startVersion('1');
    await deployment.makeCurrent('1');
    await unversioned.stop();
    await handle.signal('abort', {});
    assert.equal((await handle.result()).outcome, 'CANCELLED');
    assert.deepEqual(await versionsOf(handle), ['none', '1']);
  });

  test('a version that gets no work logs how to make it current, and then that it gets work', async (t) => {
    const deployment = await Deployment.on(temporal.address);
    t.after(() => deployment.harness.close());
    const worker = await deployment.startVersion('1');
    const { msg } = await logged(worker, /gets no work/);
    assert.ok(
      msg.includes(
        `temporal worker deployment set-current-version --yes --deployment-name ${deployment.name} --build-id 1 ` +
          `--address ${temporal.address} --namespace default`,
      ),
      msg,
    );
    await deployment.makeCurrent('1');
    await logged(worker, /gets work/);
  });

  test('a command that waits prints how to make the version current, too', async (t) => {
    const deployment = await Deployment.on(temporal.address);
    const { harness } = deployment;
    t.after(() => harness.close());
    await deployment.startVersion('1');
    const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
    harness.emulator.add({ name, onCancel: { kind: 'wins' } });
    const flags = ['--address', temporal.address, '--task-queue', harness.taskQueue];
    const env = { TEMPORAL_ADDRESS: undefined, TEMPORAL_TASK_QUEUE: undefined };
    const command = start(['cancel', name, ...flags], env);
    t.after(() => command.child.kill('SIGKILL'));
    await command.waitFor('stderr', `--build-id 1`);
    assert.ok(
      command.written.stderr.includes(
        `version ${deployment.name}.1 polls it and is not the current version of its deployment. ` +
          'Temporal has stored the cancellation; it begins once a worker is running. ' +
          'Make it current: temporal worker deployment set-current-version --yes ' +
          `--deployment-name ${deployment.name} --build-id 1 --address ${temporal.address}`,
      ),
      command.written.stderr,
    );
    const status = await run(['status', name, ...flags], env);
    assert.match(status.stderr, /Make it current: temporal worker deployment/);
    await deployment.makeCurrent('1');
    assert.equal(await command.ended, 0, command.written.stderr);
  });
});
