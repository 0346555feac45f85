import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { GoogleOperations } from '../../client/index.js';
import { GuardedProcess } from '../../devserver/guarded-process.js';
import { freePort } from '../../devserver/port.js';
import { startEmulator } from '../../emulator/index.js';
import { run } from '../examples/support/process.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import { logged } from '../support/worker-process.js';
import { DOCKERFILE, jsonForm, stagesOf, variablesOf } from './support/dockerfile.js';
import { buildImage } from './support/image.js';

/** An unprivileged user, if the tests run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {};

const final = stagesOf(DOCKERFILE).at(-1) ?? assert.fail('there is no stage');

function commandOf(keyword: 'ENTRYPOINT' | 'HEALTHCHECK'): string[] {
  const step = final.steps.findLast((candidate) => candidate.keyword === keyword);
  const [file, ...args] = jsonForm(step?.text ?? '') ?? [];
  assert.equal(file, '/nodejs/bin/node');
  return args;
}

describe('the image that the Dockerfile builds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  let temporal: TestTemporal;
  let app: string;
  before(async () => {
    chmodSync(folder, 0o755);
    const { root, cwd } = await buildImage(DOCKERFILE, folder);
    app = join(root, cwd);
    temporal = await testTemporal();
  });
  after(async () => {
    await temporal.stop();
    rmSync(folder, { recursive: true });
  });

  it('contains no compiler, no bundler and no development dependency', () => {
    const modules = join(app, 'node_modules');
    for (const name of ['typescript', 'terser', 'terser-webpack-plugin', 'swc-loader', 'acorn', '@swc', 'ajv'])
      assert.equal(existsSync(join(modules, name, 'package.json')), false, name);
    const { devDependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    // Dependencies of Temporal's packages.
    const shared = ['@types/node', 'ms'];
    for (const name of Object.keys(devDependencies).filter((name) => !shared.includes(name)))
      assert.equal(existsSync(join(modules, name)), false, name);
    assert.deepEqual(readdirSync(join(modules, 'webpack')).toSorted(), ['index.js', 'package.json']);
    const natives = readdirSync(app, { recursive: true }).filter((file) => String(file).endsWith('.node'));
    assert.equal(natives.length, 1, natives.join());
    assert.equal(existsSync(join(app, 'dist', 'test')), false);
  });

  it('runs read-only as any user, cancels an operation, is healthy, and ends with 0', async (t) => {
    const emulator = await startEmulator();
    t.after(() => emulator.close());
    const elsewhere = join(folder, 'elsewhere');
    const scratch = join(folder, 'tmp');
    mkdirSync(elsewhere, { mode: 0o555 });
    mkdirSync(scratch);
    chmodSync(scratch, 0o777);
    const port = await freePort('127.0.0.1');
    const taskQueue = `image-${randomUUID()}`;
    const env = {
      ...variablesOf(final),
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      OPERATIONS_EMULATOR_HOST: emulator.host,
      HEALTH_ADDRESS: `127.0.0.1:${port}`,
      METRICS_ADDRESS: `127.0.0.1:${await freePort('127.0.0.1')}`,
      TMPDIR: scratch,
    };
    const [main = '', ...args] = commandOf('ENTRYPOINT');
    const worker = new GuardedProcess(process.execPath, [join(app, main), ...args], { env, cwd: elsewhere, ...NOBODY });
    t.after(() => worker.kill());
    await logged(worker, /^ready/);

    const connection = await Connection.connect({ address: temporal.address });
    const name = 'projects/p/locations/us-central1/operations/in-a-container';
    emulator.add({ name, onCancel: { kind: 'wins', afterMs: 200 } });
    try {
      const cancelling = await new GoogleOperations(new Client({ connection }), { taskQueue }).cancel({
        name,
      });
      assert.equal((await cancelling.result()).outcome, 'CANCELLED');
    } finally {
      await connection.close();
    }

    const probe = commandOf('HEALTHCHECK').map((word) => word.replace(':8080/', `:${port}/`));
    assert.equal((await run({ file: process.execPath, args: probe, env: {} })).code, 0);
    assert.equal((await worker.stop()).code, 0, worker.output);
    assert.notEqual((await run({ file: process.execPath, args: probe, env: {} })).code, 0);
  });
});
