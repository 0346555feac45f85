import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BulkStatus } from '../../cli/cancel/bulk-commands.js';
import { retryDelay } from '../../cli/list/running-operations.js';
import type { CancelOperationsResult } from '../../contract/bulk.js';
import type { OperationScript } from '../../emulator/index.js';
import { until } from '../support/history.js';
import { compiled, conforms } from '../support/schemas.js';
import { startWorld, type World } from '../support/world.js';
import { run, start } from './support/command.js';
import { jq, runJson } from './support/json.js';

interface Listed {
  name: string;
  done: boolean;
  createTime: string;
  metadata: object;
}

describe('list and cancel-all', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld({ ALLOWED_OPERATIONS: 'projects/p/**' });
  });
  after(() => world.close());

  const env = () => ({ OPERATIONS_EMULATOR_HOST: world.emulator.host, TEMPORAL_ADDRESS: world.address });
  const queueFlags = () => ['--task-queue', world.taskQueue];

  function location(scripts: Omit<OperationScript, 'name'>[], project = 'p') {
    const parent = `projects/${project}/locations/l${randomUUID().slice(0, 8)}`;
    const names = scripts.map((_, index) => `${parent}/operations/${index}`);
    names.forEach((name, index) => world.emulator.add({ name, ...scripts[index] }));
    return { parent, names };
  }

  test('list prints an array of the running operations of all pages, and no done one', async () => {
    const { parent, names } = location([
      ...Array.from({ length: 120 }, () => ({ metadata: { createTime: new Date().toISOString() } })),
      { completesAfterMs: 0 },
    ]);
    const { code, data, stdout } = await runJson<Listed[]>(['list', '--parent', parent], env());
    assert.equal(code, 0);
    assert.deepEqual(
      data.map(({ name }) => name),
      names.slice(0, 120),
    );
    const [first] = data;
    assert.deepEqual(Object.keys(first ?? {}), ['name', 'service', 'kind', 'createTime', 'done', 'metadata']);
    assert.ok([names[0], undefined].includes(jq('.[0].name', stdout)));
    const lines = (await run(['list', '--parent', parent, '-o', 'jsonl'], env())).stdout.trimEnd().split('\n');
    assert.equal(lines.length, 120);
  });

  test('without credentials, list says that those of the shell are missing, on one line without a warning of Node', async (t) => {
    const HOME = await mkdtemp(join(tmpdir(), 'no-credentials-'));
    t.after(() => rm(HOME, { recursive: true }));
    // Google's library warns of a metadata server that answers like this.
    const server = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const none = {
      HOME,
      CLOUDSDK_CONFIG: HOME,
      GOOGLE_APPLICATION_CREDENTIALS: undefined,
      GCE_METADATA_HOST: `127.0.0.1:${port}`,
    };
    const { code, stdout, stderr } = await run(['list', '--parent', 'projects/p/locations/l'], none);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^list of .* no Google credentials in this shell: [^\n]*[^.]\. Log in with: gcloud auth [^\n]*\n$/,
    );
  });

  test('list in text shows ages; an empty list is [] with exit code 0', async () => {
    const { parent, names } = location([{ metadata: { createTime: new Date(Date.now() - 3_660_000).toISOString() } }]);
    const { stdout } = await run(['list', '--parent', parent], env());
    assert.match(stdout, new RegExp(`^ +AGE {2}NAME\n +1h 1m {2}${names[0]}\n$`));
    const empty = await run(['list', '--parent', `${parent}x`, '-o', 'json'], env());
    assert.deepEqual([empty.code, empty.stdout], [0, '[]\n']);
  });

  test('list asks again with a smaller page size if a page is too large, never asks for responses, and gives up at one operation', async () => {
    const { parent, names } = location(Array.from({ length: 5 }, () => ({ metadataBytes: 3_000_000 })));
    const { code, data } = await runJson<Listed[]>(['list', '--parent', parent], env());
    assert.equal(code, 0);
    assert.deepEqual(
      data.map(({ name }) => name),
      names,
    );
    const urls = world.emulator.requests(parent, 'list').map(({ url }) => new URL(url, 'http://e').searchParams);
    assert.ok(urls.length > 1);
    assert.deepEqual(
      new Set(urls.map((query) => query.get('fields'))),
      new Set(['operations(name,done,metadata),nextPageToken,unreachable']),
    );
    assert.deepEqual(
      urls.map((query) => Number(query.get('pageSize'))).slice(0, 7),
      [100, 50, 25, 12, 6, 3, 1].slice(0, Math.min(7, urls.length)),
    );
    const huge = location([{ metadataBytes: 9_000_000 }]);
    const refused = await run(['list', '--parent', huge.parent], env());
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.equal(world.emulator.requests(huge.parent, 'list').length, 7);
  });

  test('a pause is as long as Google asks for, but never shorter than our own', () => {
    assert.deepEqual(
      [retryDelay(1), retryDelay(3), retryDelay(1, 0), retryDelay(2, 0), retryDelay(1, 3_000), retryDelay(1, 60_000)],
      [500, 2_000, 500, 1_000, 3_000, 10_000],
    );
  });

  test('list and cancel-all use the project id that was asked for, where Google lists the project number', async () => {
    const { parent, names } = location([{ projectNumber: '123456789' }]);
    const { data } = await runJson<Listed[]>(['list', '--parent', parent], env());
    assert.deepEqual(
      data.map(({ name }) => name),
      names,
    );
    const { data: result } = await runJson<CancelOperationsResult>(
      ['cancel-all', '--parent', parent, '--yes', ...queueFlags()],
      env(),
    );
    assert.deepEqual([result.names, result.outcomes, result.failures], [names, { CANCELLED: 1 }, []]);
  });

  test("list retries a temporary error, and prints Google's message for a permanent one", async () => {
    const { parent } = location([{}]);
    world.emulator.fail({
      method: 'list',
      name: `${parent}/**`,
      kind: 'status',
      code: 'UNAVAILABLE',
      times: 1,
    });
    assert.equal((await runJson<Listed[]>(['list', '--parent', parent], env())).data.length, 1);
    const filter = await run(['list', '--parent', parent, '--filter', 'nonsense'], env());
    assert.deepEqual([filter.code, filter.stdout], [1, '']);
    assert.match(filter.stderr, /INVALID_ARGUMENT.*Invalid filter/);
    const bad = await run(['list', '--parent', '../p'], env());
    assert.match(bad.stderr, /^--parent must/);
  });

  test('cancel-all shows the operations, cancels exactly those, and prints the counts', async () => {
    const { parent, names } = location([
      { onCancel: { kind: 'wins', afterMs: 100 } },
      { onCancel: { kind: 'loses', afterMs: 100 } },
      { completesAfterMs: 0 },
    ]);
    const { code, data, stderr } = await runJson<CancelOperationsResult>(
      ['cancel-all', '--parent', parent, '--yes', ...queueFlags()],
      env(),
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(data, {
      matched: 2,
      started: 2,
      outcomes: { CANCELLED: 1, COMPLETED: 1 },
      failures: [],
      results: data.results,
      names: names.slice(0, 2),
      unreachable: [],
      unknownAge: 0,
    });
    assert.deepEqual(
      data.results.toSorted((one, other) => one.name.localeCompare(other.name)),
      [
        { name: names[0], outcome: 'CANCELLED', won: true },
        { name: names[1], outcome: 'COMPLETED', won: false },
      ],
    );
    assert.ok(stderr.includes(`2 operations run under ${parent}:`), stderr);
    assert.equal(world.cancels(names[2] ?? ''), 0);
  });

  test('cancel-all --dry-run changes nothing, and needs no Temporal', async () => {
    const { parent, names } = location([{}, {}]);
    const { code, data } = await runJson<CancelOperationsResult>(
      ['cancel-all', '--parent', parent, '--dry-run', '--address', '127.0.0.1:1'],
      env(),
    );
    assert.equal(code, 0);
    assert.deepEqual(data, {
      matched: 2,
      started: 0,
      outcomes: {},
      failures: [],
      results: [],
      names,
      unreachable: [],
      unknownAge: 0,
    });
    assert.equal(world.cancels(names[0] ?? ''), 0);
  });

  test('list and cancel-all tell which places could not be reached, and exit with 1', async () => {
    const { parent, names } = location([{}, { unreachable: true }]);
    for (const output of ['text', 'json']) {
      const listed = await run(['list', '--parent', parent, '-o', output], env());
      assert.equal(listed.code, 1);
      assert.ok(listed.stdout.includes(names[0] ?? ''), listed.stdout);
      assert.ok(listed.stderr.includes(`could not reach ${parent}.`), listed.stderr);
    }
    const dry = await runJson<CancelOperationsResult>(['cancel-all', '--parent', parent, '--dry-run'], env());
    assert.deepEqual([dry.code, dry.data.names, dry.data.unreachable], [1, [names[0]], [parent]]);
    const cancelled = await runJson<CancelOperationsResult>(
      ['cancel-all', '--parent', parent, '--yes', ...queueFlags()],
      env(),
    );
    assert.deepEqual(
      [cancelled.code, cancelled.data.outcomes, cancelled.data.unreachable],
      [1, { CANCELLED: 1 }, [parent]],
    );
    assert.ok(cancelled.stderr.includes(`could not reach ${parent}.`), cancelled.stderr);
    const nothing = location([{ unreachable: true }]);
    assert.equal((await run(['cancel-all', '--parent', nothing.parent, '--yes', ...queueFlags()], env())).code, 1);
  });

  test('list does without what the service does not know', async () => {
    const { parent, names } = location([{}]);
    world.emulator.fail({
      method: 'list',
      name: parent,
      kind: 'status',
      code: 'INVALID_ARGUMENT',
      message: 'Invalid field selection unreachable',
      times: 1,
    });
    const { code, data } = await runJson<Listed[]>(['list', '--parent', parent], env());
    assert.deepEqual([code, data.map(({ name }) => name)], [0, names]);
  });

  test('cancel-all without a terminal and without --yes cancels nothing', async () => {
    const { parent, names } = location([{}]);
    const { code, stdout, stderr } = await run(['cancel-all', '--parent', parent, ...queueFlags()], env());
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /no terminal to ask on\. Use --yes .* --dry-run/);
    assert.equal(world.cancels(names[0] ?? ''), 0);
  });

  test('cancel-all exits with 1 if something could not be done, and prints what, in jsonl by the schema of failures', async () => {
    const { parent, names } = location([{}], 'forbidden');
    const { code, stdout } = await run(['cancel-all', '--parent', parent, '--yes', ...queueFlags()], env());
    assert.equal(code, 1);
    assert.ok(stdout.includes(`${names[0]}: PERMISSION_DENIED: `), stdout);
    const lines = await run(['cancel-all', '--parent', parent, '--yes', '-o', 'jsonl', ...queueFlags()], env());
    conforms(compiled('failure.json', { isClosed: true }), JSON.parse(lines.stdout));
  });

  test('where there is no terminal cancel and cancel-all write a line each half minute, although nothing changes', async () => {
    const { parent, names } = location([{ onCancel: { kind: 'ignored' } }]);
    // From a signal on the clock of the process is eight times as fast.
    const clock =
      "const%20now=Date.now;process.on('SIGUSR2',()=>{const%20began=now();Date.now=()=>began+(now()-began)*8})";
    for (const [args, line] of [
      [['cancel', ...names], /^.* 0 {2}CANCELLING: cancel accepted, /gm],
      [['cancel-all', '--parent', parent, '--yes'], /^.* 0 of 1 done, 1 under way, waiting for 0/gm],
    ] as const) {
      const command = start([...args, ...queueFlags()], {
        ...env(),
        NODE_OPTIONS: `--import=data:text/javascript,${clock}`,
      });
      const count = () => Promise.resolve(command.written.stderr.match(line)?.length ?? 0);
      await until(count, (lines) => lines === 1);
      command.child.kill('SIGUSR2');
      await until(count, (lines) => lines === 3);
      command.child.kill('SIGKILL');
    }
    world.emulator.complete(names[0] ?? '');
  });

  test('cancel-all writes a line for each as it ends; after Ctrl-C status, watch and abort take the id of the bulk', async () => {
    const { parent, names } = location([{ onCancel: { kind: 'wins' } }, { onCancel: { kind: 'ignored' } }]);
    const [won = '', slow = ''] = names;
    const command = start(['cancel-all', '--parent', parent, '--yes', ...queueFlags()], env());
    await command.waitFor('stdout', `CANCELLED, the cancel won: ${won}\n`);
    await command.waitFor('stderr', '1 under way, 1 CANCELLED, waiting for 1');
    command.child.kill('SIGINT');
    assert.equal(await command.ended, 130);
    const id = / watch (cancel-operations-\S+)/.exec(command.written.stderr)?.[1] ?? '';
    const shown = await run(['status', id, ...queueFlags()], env());
    assert.match(
      shown.stdout,
      /state +CANCELLING\n +matched +2, 2 started[^]*1 CANCELLED; the cancel won 1[^]*under way +1/,
    );
    assert.ok(shown.stdout.includes(`polled      ${world.taskQueue} (1)`), shown.stdout);
    const useless = await run(['watch', id, '--abort-after', '5s', ...queueFlags()], env());
    assert.deepEqual([useless.code, useless.stdout], [2, '']);
    assert.match(useless.stderr, /^--abort-after is not for a bulk/);
    const noWait = await runJson<BulkStatus>(['watch', id, '--no-wait', ...queueFlags()], env());
    assert.deepEqual([noWait.code, noWait.data.underWay], [0, [slow]]);
    const stopped = await runJson<BulkStatus>(['abort', id, ...queueFlags()], env());
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.deepEqual(stopped.data.queues, [{ taskQueue: world.taskQueue, isPolled: true, names: [slow] }]);
    assert.deepEqual([stopped.data.workflowId, stopped.data.underWay], [id, [slow]]);
    const again = start(['watch', id, '-o', 'jsonl', ...queueFlags()], env());
    await again.waitFor('stdout', `{"name":"${won}","outcome":"CANCELLED","won":true}\n`);
    world.emulator.complete(slow);
    assert.equal(await again.ended, 0, again.written.stderr);
    assert.equal(again.written.stdout.trimEnd().split('\n').length, 2);
    for (const line of again.written.stdout.trimEnd().split('\n'))
      conforms(compiled('itemResult.json', { isClosed: true }), JSON.parse(line));
    assert.ok(again.written.stdout.endsWith(`{"name":"${slow}","outcome":"COMPLETED","won":false}\n`));
    const { data } = await runJson<BulkStatus>(['status', id, ...queueFlags()], env());
    assert.deepEqual([data.state, data.results.length, data.queues], ['DONE', 2, []]);
    const unknown = await run(['status', `${id}x`, ...queueFlags()], env());
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /x: NOT_FOUND: Temporal does not know .* To list the bulks: temporal-lro ls --bulks /);
  });
});
