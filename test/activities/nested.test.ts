import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';

const LOCATION = 'projects/p/locations/l';

/** Operations of several endpoints of one location, five of each; so many are few. */
function world({ endpoints, few }: { endpoints: number; few: number }) {
  const clock = { now: 1_000_000 };
  const snapshots = createOperationListCache({ listThreshold: few, clock: () => clock.now, random: () => 0 });
  const tails = Array.from(
    { length: endpoints * 5 },
    (_, at) => `endpoints/${at % endpoints}/operations/${at}`,
  );
  const targets = tails.map((tail) => ({
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    name: `${LOCATION}/${tail}`,
  }));
  const asked: string[] = [];
  const followAll = () => targets.map((target) => snapshots.track(target));
  followAll();
  clock.now += 11_000;
  /** What is shown of all of them, where the list of the location has these. */
  const showAll = async (inLocation: readonly string[]) => {
    const shown: (boolean | undefined)[] = [];
    for (const target of targets) {
      const isListed = snapshots.track(target);
      const isShown =
        isListed &&
        (await snapshots.isListedAsRunning(target, 30_000, async ({ parent }) => {
          asked.push(parent);
          const own = tails.filter((tail) => `${LOCATION}/${tail}`.startsWith(`${parent}/`));
          const listed = parent === `${LOCATION}/operations` ? inLocation : own;
          // As Vertex AI does: by the project's number.
          return {
            operations: listed.map((tail) => ({ name: `projects/123456/locations/l/${tail}`, done: false })),
          };
        }));
      shown.push(isShown);
      if (isShown !== true) snapshots.recordPoll(target, false);
    }
    return shown;
  };
  return { clock, tails, asked, followAll, showAll };
}

describe('operations below the resources of a location', () => {
  test('are told of by one list of the location, where it has them', async () => {
    const { showAll, tails, asked } = world({ endpoints: 20, few: 50 });
    assert.deepEqual(
      await showAll(tails),
      tails.map(() => true),
    );
    assert.deepEqual(asked, [`${LOCATION}/operations`]);
  });

  test('are looked at alone where it has them not and each resource has few', async () => {
    const { showAll, followAll, tails, asked } = world({ endpoints: 20, few: 50 });
    const shown = await showAll([]);
    assert.ok(shown.every((isShown) => isShown === false));
    assert.deepEqual(asked, [`${LOCATION}/operations`]);
    assert.deepEqual(
      followAll(),
      tails.map(() => false),
    );
  });

  test('are told of by the lists of their resources where it has them not and each has many', async () => {
    const { showAll, tails, asked } = world({ endpoints: 2, few: 4 });
    assert.deepEqual(
      await showAll([]),
      tails.map(() => true),
    );
    assert.deepEqual(
      new Set(asked),
      new Set(['', 'endpoints/0/', 'endpoints/1/'].map((at) => `${LOCATION}/${at}operations`)),
    );
  });

  test('are told of by the lists of their resources also where the list of the location has the others', async () => {
    const { showAll, tails } = world({ endpoints: 20, few: 4 });
    assert.deepEqual(
      await showAll(tails.slice(5)),
      tails.map(() => true),
    );
  });

  test('cost few looks where the list of the location lacks one resource for good', async () => {
    const clock = { now: 0 };
    const snapshots = createOperationListCache({ clock: () => clock.now });
    const tails = Array.from(
      { length: 1_000 },
      (_, at) => `endpoints/${at < 90 ? 'x' : at % 10}/operations/${at}`,
    );
    const targets = tails.map((tail) => ({
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1',
      name: `${LOCATION}/${tail}`,
    }));
    let alone = 0;
    for (const target of targets) snapshots.track(target);
    for (let round = 0; round < 40; round += 1)
      for (const [at, target] of targets.entries()) {
        clock.now = round * 30_000 + at * 30;
        const isListed =
          snapshots.track(target) &&
          (await snapshots.isListedAsRunning(target, 30_000, async ({ parent }) => ({
            operations: targets
              .filter(({ name }) =>
                parent === `${LOCATION}/operations` ? !name.includes('/x/') : name.startsWith(`${parent}/`),
              )
              .map(({ name }) => ({ name, done: false })),
          })));
        if (isListed === true) continue;
        if (round >= 20) alone += 1;
        snapshots.recordPoll(target, false);
      }
    assert.ok(alone < 10 * 20, `${alone} looks in ten minutes`);
  });

  test('with the same id below two resources are two', async () => {
    const clock = { now: 1_000_000 };
    const snapshots = createOperationListCache({ listThreshold: 1, clock: () => clock.now });
    const targetOf = (endpoint: string) => ({
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1',
      name: `${LOCATION}/endpoints/${endpoint}/operations/7`,
    });
    for (const endpoint of ['a', 'b']) snapshots.track(targetOf(endpoint));
    const read = async () => ({ operations: [{ name: targetOf('a').name, done: false }] });
    assert.equal(await snapshots.isListedAsRunning(targetOf('a'), 30_000, read), true);
    assert.equal(await snapshots.isListedAsRunning(targetOf('b'), 30_000, read), false);
  });

  test('a list that is slow at the location does not hide what the resource has', async () => {
    const { ask, lists } = slow();
    lists.location = () => new Promise(() => undefined);
    void ask(0);
    assert.equal(await ask(1), true);
  });

  test('a newer list of the location is not blamed for what an older one of the resource shows', async () => {
    const { ask, lists, clock, reads } = slow();
    lists.location = lists.own = () => [1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert.equal(await ask(0), false);
    clock.now += 4_001;
    // Most have ended since, and the list of the resource that says so is on its way.
    lists.location = () => [9];
    lists.own = () => new Promise(() => undefined);
    void ask(1);
    await setImmediate();
    for (const id of [2, 3, 4, 5, 6, 7, 8]) assert.equal(await ask(id), false);
    clock.now += 4_001;
    assert.equal(await ask(9), true);
    assert.equal(reads.at(-1), 'location');
  });
});

/** Ten operations of one endpoint, whose lists come when they come. */
function slow() {
  const clock = { now: 1_000_000 };
  const snapshots = createOperationListCache({ listThreshold: 4, clock: () => clock.now, random: () => 0 });
  const target = (id: number) => ({
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    name: `${LOCATION}/endpoints/e/operations/${id}`,
  });
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  type List = () => number[] | Promise<number[]>;
  const lists: { location: List; own: List } = { location: () => all, own: () => all };
  const reads: string[] = [];
  for (const id of all) snapshots.track(target(id));
  clock.now += 11_000;
  const ask = (id: number) =>
    snapshots.isListedAsRunning(target(id), 30_000, async ({ parent }) => {
      const of = parent === `${LOCATION}/operations` ? 'location' : 'own';
      reads.push(of);
      const running = await lists[of]();
      return { operations: running.map((one) => ({ name: target(one).name, done: false })) };
    });
  return { clock, ask, lists, reads };
}
