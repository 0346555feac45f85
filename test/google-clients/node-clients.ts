import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { installNodeClient } from './support/install.js';

const PARENT = 'projects/p/locations/us-central1';
const NAME = `${PARENT}/operations/1`;
const NESTED = `${PARENT}/indexes/7/operations/2`;

interface Operation {
  name: string;
  done: boolean;
  error?: { code: number; message: string };
}

/** The part that is called here of a client of @google-cloud/aiplatform. */
interface Client {
  getOperation(request: { name: string }): Promise<[Operation]>;
  cancelOperation(request: { name: string }): Promise<unknown>;
  deleteOperation(request: { name: string }): Promise<unknown>;
  listOperationsAsync(request: { name: string; filter?: string; pageSize?: number }): AsyncIterable<Operation>;
  checkDeleteIndexProgress(name: string): Promise<{ done: boolean; error?: { code: number } }>;
  close(): Promise<void>;
}

/** An error of gaxios, which is what the client's calls of google.longrunning throw over REST. */
interface RestError extends Error {
  status: number;
}

for (const version of ['v1', 'v1beta1'] as const) {
  describe(`the Node client of Vertex AI ${version} and the emulator`, () => {
    let emulator: Emulator;
    let client: Client;
    before(async () => {
      const require = createRequire(await installNodeClient());
      const { IndexServiceClient } = require('@google-cloud/aiplatform')[version] as {
        IndexServiceClient: new (options: object) => Client;
      };
      const { PassThroughClient } = require('google-auth-library') as { PassThroughClient: new () => object };
      emulator = await startEmulator();
      const { hostname, port } = new URL(emulator.url);
      client = new IndexServiceClient({
        fallback: true,
        protocol: 'http',
        apiEndpoint: hostname,
        port: Number(port),
        authClient: new PassThroughClient(),
        projectId: 'p',
      });
    });
    beforeEach(() => emulator.reset());
    after(async () => {
      await client?.close();
      await emulator?.close();
    });

    const statusOf = async (name: string): Promise<number> => {
      const error = await client.getOperation({ name }).then(
        () => assert.fail('there is no error'),
        (reason: RestError) => reason,
      );
      return error.status;
    };

    it('gets, cancels and deletes an operation, nested ones too', async () => {
      for (const name of [NAME, NESTED]) {
        emulator.add({ name });
        const [running] = await client.getOperation({ name });
        assert.deepEqual([running.name, running.done], [name, false]);
        await client.cancelOperation({ name });
        assert.equal(emulator.operation(name).cancelsAccepted, 1);
        const [cancelled] = await client.getOperation({ name });
        assert.deepEqual([cancelled.done, cancelled.error?.code], [true, 1]);
        await client.deleteOperation({ name });
        assert.equal(await statusOf(name), 404);
      }
      assert.ok(emulator.log.every(({ url }) => url.startsWith('/ui/')));
    });

    it('follows an operation to a response, and to its cancellation', async () => {
      emulator.add({ name: NAME, completesAfterMs: 0 });
      emulator.add({ name: NESTED });
      const completed = await client.checkDeleteIndexProgress(NAME);
      assert.deepEqual([completed.done, completed.error], [true, undefined]);
      assert.equal((await client.checkDeleteIndexProgress(NESTED)).done, false);
      await client.cancelOperation({ name: NESTED });
      assert.equal((await client.checkDeleteIndexProgress(NESTED)).error?.code, 1);
    });

    it('lists every page once, with a filter', async () => {
      for (const id of [0, 1, 2, 3])
        emulator.add({ name: `${PARENT}/operations/${id}`, ...(id === 2 && { completesAfterMs: 0 }) });
      const names: string[] = [];
      for await (const { name } of client.listOperationsAsync({ name: PARENT, filter: 'done=false', pageSize: 1 }))
        names.push(name);
      assert.deepEqual(
        names,
        [0, 1, 3].map((id) => `${PARENT}/operations/${id}`),
      );
      assert.ok(emulator.requests(PARENT, 'list').length >= 3);
    });

    it('understands each error as the one it is, and the page of a proxy', async () => {
      emulator.add({ name: NAME });
      for (const [code, status] of [
        ['PERMISSION_DENIED', 403],
        ['FAILED_PRECONDITION', 400],
        ['UNIMPLEMENTED', 501],
        ['UNAVAILABLE', 503],
      ] as const) {
        emulator.fail({ kind: 'status', code });
        assert.equal(await statusOf(NAME), status);
        emulator.clearFaults();
      }
      emulator.fail({ kind: 'too-many-requests', retryDelay: '1.5s' });
      assert.equal(await statusOf(NAME), 429);
      emulator.clearFaults();
      emulator.fail({ kind: 'html', status: 502 });
      assert.equal(await statusOf(NAME), 502);
    });
  });
}
