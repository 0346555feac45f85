import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GoogleOperations } from '../../client/index.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { startTemporal } from '../../devserver/index.js';
import { startTarget } from './support/under-attack.js';

const LOCATIONS = 300;
/** For one location. A project has ten times as many, of which half may be for locations in which nothing was seen. */
const REQUESTS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

// A server of its own, because three hundred starts would hold up the other tests.
test('whoever may start workflows cannot stop the cancellations of others by 300 locations that they make up', async (t) => {
  const temporal = await startTemporal();
  t.after(() => temporal.stop());
  const env = { GOOGLE_REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE) };
  const { harness, holdsOut } = await startTarget(t, temporal.address, env);
  const { client, taskQueue, emulator } = harness;
  const attacker = new GoogleOperations(client, { taskQueue });
  const names = Array.from({ length: LOCATIONS }, (_, n) => `projects/attacker/locations/made-up-${n}/operations/1`);
  const sentAt = () => emulator.log.filter(({ url }) => url.includes('/projects/attacker/')).map(({ at }) => at);
  await holdsOut(async () => {
    // Each waits until a worker has taken it: a server and a worker on two cores take thirty starts a second, in their order.
    await forEachConcurrently(names, 25, async (name) => {
      await attacker.cancel({ name, notFoundGrace: '5m' });
    });
    await emulator.waitFor(() => sentAt().length >= 5 * REQUESTS_PER_MINUTE);
  });
  const times = sentAt();
  const mostInAMinute = Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length),
  );
  t.diagnostic(`${times.length} requests for made-up locations, at most ${mostInAMinute} of them in a minute`);
  assert.ok(mostInAMinute <= 10 * REQUESTS_PER_MINUTE, `${mostInAMinute} requests in a minute`);
});
