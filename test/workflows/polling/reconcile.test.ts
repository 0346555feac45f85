import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { forEachConcurrently } from '../../../contract/for-each-concurrently.js';
import { reconcileIdOf } from '../../../contract/workflow-id.js';
import { closeChecked, until } from '../../support/history.js';
import { SERVICE, startWorld, TOGETHER, type Handle, type World } from '../../support/world.js';

const MANY = 60;

describe('many operations of one collection', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => closeChecked(world));

  async function watchMany(collection: string, count = MANY): Promise<Map<string, Handle>> {
    const handles = new Map<string, Handle>();
    const names = Array.from({ length: count }, (_, index) => `${collection}/${index}`);
    for (const name of names) world.emulator.add({ name, waitSupported: 'unimplemented' });
    await forEachConcurrently(names, 20, async (name) => {
      handles.set(name, await world.start('watchOperation', { name }));
    });
    return handles;
  }

  const loopOf = (collection: string) =>
    world.client.workflow.getHandle(reconcileIdOf(world.taskQueue, SERVICE, collection));

  test('have their ends seen by one loop, while their own polls are half an hour away', async () => {
    const collection = 'projects/p1/locations/us-central1/operations';
    const handles = await watchMany(collection);
    const isCovered = async (handle: Handle) => {
      const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
      return pending?.lastFailure?.message?.includes('watched by the list') === true;
    };
    for (const handle of handles.values()) await until(() => isCovered(handle), Boolean);
    const [[name = '', handle] = []] = handles;
    const t = Date.now();
    world.emulator.complete(name, {});
    assert.equal((await handle?.result())?.outcome, 'COMPLETED');
    console.log('seen after', Date.now() - t, (await handle?.describe())?.historyLength);
    for (const other of handles.keys()) world.emulator.complete(other, {});
    await Promise.all([...handles.values()].map((one) => one.result()));
    await loopOf(collection).result();
  });
});
