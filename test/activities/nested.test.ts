import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createOperationListCache } from '../../activities/listing/operation-list-cache.js';

const LOCATION = 'projects/p/locations/l';

/** Operations of several endpoints of one location, five of each. */
function setUp({ endpoints, threshold }: { endpoints: number; threshold: number }) {
  const clock = { now: 1_000_000 };
  const cache = createOperationListCache({
    listThreshold: threshold,
    clock: () => clock.now,
    random: () => 0,
  });
  const tails = Array.from({ length: endpoints * 5 }, (_, at) => `endpoints/${at % endpoints}/operations/${at}`);
  const refs = tails.map((tail) => ({
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    name: `${LOCATION}/${tail}`,
  }));
  const parentsRead: string[] = [];
  const trackAll = () => refs.map((ref) => cache.track(ref));
  trackAll();
  clock.now += 11_000;
  /** The list that shows each operation, if that of the location has these. */
  const askAll = async (inLocation: readonly string[]) => {
    const shown: (boolean | undefined)[] = [];
    for (const ref of refs) {
      const isListed = cache.track(ref);
      const isShown =
        isListed &&
        (await cache.isListedAsRunning(ref, 30_000, async ({ parent }) => {
          parentsRead.push(parent);
          const own = tails.filter((tail) => `${LOCATION}/${tail}`.startsWith(`${parent}/`));
          const listed = parent === `${LOCATION}/operations` ? inLocation : own;
          // As Vertex AI does: by the project's number.
          return {
            operations: listed.map((tail) => ({ name: `projects/123456/locations/l/${tail}`, done: false })),
          };
        }));
      shown.push(isShown);
      if (isShown !== true) cache.recordPoll(ref, false);
    }
    return shown;
  };
  return { clock, tails, parentsRead, trackAll, askAll };
}

describe('operations below the resources of a location', () => {
  test('are covered by one list of the location, where it has them', async () => {
    const { askAll, tails, parentsRead } = setUp({ endpoints: 20, threshold: 50 });
    assert.deepEqual(
      await askAll(tails),
      tails.map(() => true),
    );
    assert.deepEqual(parentsRead, [`${LOCATION}/operations`]);
  });

  test('are polled directly where the list of the location has none of them and each resource has few', async () => {
    const { askAll, trackAll, tails, parentsRead } = setUp({ endpoints: 20, threshold: 50 });
    const shown = await askAll([]);
    assert.ok(shown.every((isShown) => isShown === false));
    assert.deepEqual(parentsRead, [`${LOCATION}/operations`]);
    assert.deepEqual(
      trackAll(),
      tails.map(() => false),
    );
  });

  test('are covered by the lists of their resources where that of the location has none of them and each has many', async () => {
    const { askAll, tails, parentsRead } = setUp({ endpoints: 2, threshold: 4 });
    assert.deepEqual(
      await askAll([]),
      tails.map(() => true),
    );
    assert.deepEqual(
      new Set(parentsRead),
      new Set(['', 'endpoints/0/', 'endpoints/1/'].map((at) => `${LOCATION}/${at}operations`)),
    );
  });

  test('are covered by the lists of their resources also where that of the location has only others', async () => {
    const { askAll, tails } = setUp({ endpoints: 20, threshold: 4 });
    assert.deepEqual(
      await askAll(tails.slice(5)),
      tails.map(() => true),
    );
  });

  test('cost few direct polls where the list of the location always leaves out one resource', async () => {
    const clock = { now: 0 };
    const cache = createOperationListCache({ clock: () => clock.now });
    const tails = Array.from({ length: 1_000 }, (_, at) => `endpoints/${at < 90 ? 'x' : at % 10}/operations/${at}`);
    const refs = tails.map((tail) => ({
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1',
      name: `${LOCATION}/${tail}`,
    }));
    let directPolls = 0;
    for (const ref of refs) cache.track(ref);
    for (let round = 0; round < 40; round += 1)
      for (const [at, ref] of refs.entries()) {
        clock.now = round * 30_000 + at * 30;
        const isListed =
          cache.track(ref) &&
          (await cache.isListedAsRunning(ref, 30_000, async ({ parent }) => ({
            operations: refs
              .filter(({ name }) =>
                parent === `${LOCATION}/operations` ? !name.includes('/x/') : name.startsWith(`${parent}/`),
              )
              .map(({ name }) => ({ name, done: false })),
          })));
        if (isListed === true) continue;
        if (round >= 20) directPolls += 1;
        cache.recordPoll(ref, false);
      }
    assert.ok(directPolls < 10 * 20, `${directPolls} polls in ten minutes`);
  });

  test('stay apart where two resources have the same id', async () => {
    const clock = { now: 1_000_000 };
    const cache = createOperationListCache({ listThreshold: 1, clock: () => clock.now });
    const refOf = (endpoint: string) => ({
      service: 'aiplatform.googleapis.com',
      apiVersion: 'v1',
      name: `${LOCATION}/endpoints/${endpoint}/operations/7`,
    });
    for (const endpoint of ['a', 'b']) cache.track(refOf(endpoint));
    const read = async () => ({ operations: [{ name: refOf('a').name, done: false }] });
    assert.equal(await cache.isListedAsRunning(refOf('a'), 30_000, read), true);
    assert.equal(await cache.isListedAsRunning(refOf('b'), 30_000, read), false);
  });

  test('are covered by the list of the resource while that of the location is being read', async () => {
    const { ask, lists } = setUpLists();
    lists.location = () => new Promise(() => undefined);
    void ask(0);
    assert.equal(await ask(1), true);
  });

  test('may be missing in a list of the location that is newer than that of the resource', async () => {
    const { ask, lists, clock, reads } = setUpLists();
    lists.location = lists.own = () => [1, 2, 3, 4, 5, 6, 7, 8, 9];
    assert.equal(await ask(0), false);
    clock.now += 4_001;
    // Most have ended since; the list of the resource that shows it is still being read.
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

/** Ten operations of one endpoint, with lists that a test may hold back. */
function setUpLists() {
  const clock = { now: 1_000_000 };
  const cache = createOperationListCache({ listThreshold: 4, clock: () => clock.now, random: () => 0 });
  const ref = (id: number) => ({
    service: 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    name: `${LOCATION}/endpoints/e/operations/${id}`,
  });
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  type List = () => number[] | Promise<number[]>;
  const lists: { location: List; own: List } = { location: () => all, own: () => all };
  const reads: string[] = [];
  for (const id of all) cache.track(ref(id));
  clock.now += 11_000;
  const ask = (id: number) =>
    cache.isListedAsRunning(ref(id), 30_000, async ({ parent }) => {
      const kind = parent === `${LOCATION}/operations` ? 'location' : 'own';
      reads.push(kind);
      const running = await lists[kind]();
      return { operations: running.map((one) => ({ name: ref(one).name, done: false })) };
    });
  return { clock, ask, lists, reads };
}
