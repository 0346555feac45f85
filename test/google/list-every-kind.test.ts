import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultApiVersion } from '../../contract/api-version.js';
import { jobSecret } from '../../emulator/index.js';
import { ALL_KINDS, collectionsOf } from '../../google/kinds/collections.js';
import { nameOfKind } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';
import { emulatorFor } from '../emulator/support.js';
import { clientOf, errorFrom } from './support/client.js';

describe('the list of every kind, as the emulator answers it', () => {
  for (const kind of KINDS)
    for (const pattern of kind.names)
      it(`${kind.service} ${pattern}`, async (t) => {
        const emulator = await emulatorFor(t);
        const { service } = kind;
        const apiVersion = defaultApiVersion(service);
        const segments = pattern.split('/');
        const named = (id: string): string =>
          [...segments.slice(0, -1).map((one, i) => (one === '*' ? `x${i}` : one)), id].join('/');
        const parent = named('').split('/').slice(0, -2).join('/');
        const client = clientOf(emulator.host, undefined, ['*']);
        const none = kind.list?.none;
        if (none !== undefined) {
          const collection = named('').slice(0, -1);
          assert.match(
            (await errorFrom(client.list({ service, apiVersion, parent: collection }))).message,
            new RegExp(none),
          );
          assert.throws(() => collectionsOf({ service, parent }, [nameOfKind(kind)]), {
            kind: 'ARGUMENT',
            message: new RegExp(none),
          });
          assert.ok(collectionsOf({ service, parent }, [ALL_KINDS]).every((one) => one.kind !== nameOfKind(kind)));
          assert.deepEqual(emulator.requests(parent), []);
          return;
        }
        emulator.add({ service, name: named('running') });
        emulator.add({ service, name: named('done'), completesAfterMs: 0 });
        const [collection] = collectionsOf({ service, parent }, [nameOfKind(kind)]);
        assert.ok(collection);
        const page = await client.list(
          { service, apiVersion, parent: collection.parent, pageSize: 10 },
          { withDisplayName: true },
        );
        const running = page.operations.filter(({ done }) => !done);
        assert.deepEqual(
          running.map(({ name }) => name),
          [named('running')],
        );
        assert.equal(running[0]?.metadata?.['displayName'] !== undefined, kind.list?.displayName !== undefined);
        if (kind.list?.running !== undefined) assert.equal(page.operations.length, 1, 'only what runs is asked for');
        assert.ok(!JSON.stringify(page).includes(jobSecret));
      });

  it('the executions of all jobs of a location are one list', async (t) => {
    const emulator = await emulatorFor(t);
    const service = 'run.googleapis.com';
    const parent = 'projects/p/locations/l';
    const names = ['a', 'b'].map((job) => `${parent}/jobs/${job}/executions/1`);
    for (const name of names) emulator.add({ service, name });
    const [collection] = collectionsOf({ service, parent }, ['executions']);
    const page = await clientOf(emulator.host, undefined, ['*']).list({
      service,
      apiVersion: 'v2',
      parent: collection?.parent ?? '',
    });
    assert.deepEqual(
      page.operations.map(({ name }) => name),
      names,
    );
  });

  it('the BigQuery jobs of a project are one list, of which a location has its own', async (t) => {
    const emulator = await emulatorFor(t);
    const service = 'bigquery.googleapis.com';
    const names = ['US', 'EU'].map((location) => `projects/bq/locations/${location}/jobs/1`);
    for (const name of names) emulator.add({ service, name });
    const list = async (parent: string) => {
      const [collection] = collectionsOf({ service, parent }, ['jobs']);
      const page = await clientOf(emulator.host, undefined, ['*']).list({
        service,
        apiVersion: 'v2',
        parent: collection?.parent ?? '',
      });
      return page.operations.map(({ name }) => name);
    };
    assert.deepEqual(await list('projects/bq'), names);
    assert.deepEqual(await list('projects/bq/locations/eu'), [names[1]]);
  });
});
