import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../devserver/port.js';
import { startTemporal } from '../../devserver/index.js';
import { startWorld } from '../support/world.js';
import { start } from './support/command.js';

test('a cancel that is being shown survives a crash of Temporal', { timeout: 300_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'outage-test-'));
  const options = { port: await freePort('127.0.0.1'), dbFile: join(dir, 'temporal.db') };
  let temporal = await startTemporal(options);
  const world = await startWorld({}, { address: temporal.address, stop: () => temporal.stop() });
  const name = world.operation({ onCancel: { kind: 'ignored' } });
  const command = start(['cancel', name, '--address', temporal.address, '--task-queue', world.taskQueue]);
  try {
    await command.waitFor('stderr', 'cancel accepted');
    await temporal.kill();
    await command.waitFor('stderr', `Temporal at ${temporal.address} does not answer; trying again.`);
    temporal = await startTemporal(options);
    await command.waitFor('stderr', 'A worker answers now.');
    world.emulator.complete(name);
    assert.equal(await command.ended, 3);
    assert.match(command.written.stdout, /COMPLETED: the operation won, despite the cancel/);
  } finally {
    command.child.kill('SIGKILL');
    await world.close();
    await rm(dir, { recursive: true, force: true });
  }
});
