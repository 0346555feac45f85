import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import {
  startTemporal,
  type TemporalServer,
  TemporalServerError,
  type TemporalServerOptions,
} from '../../devserver/index.js';
import { serverArguments } from '../../devserver/start.js';

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'temporal-server-'));
});
after(() => rm(dir, { recursive: true }));

async function withServer(
  options: TemporalServerOptions,
  use: (server: TemporalServer, connection: Connection) => Promise<void>,
): Promise<void> {
  const server = await startTemporal({ say: console.error, ...options });
  const connection = await Connection.connect({ address: server.address });
  try {
    await use(server, connection);
  } finally {
    await connection.close();
    await server.stop();
  }
}

async function errorOf(options: TemporalServerOptions): Promise<TemporalServerError> {
  const error: unknown = await startTemporal(options).then(
    (server) => server.stop(),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TemporalServerError, String(error));
  return error;
}

async function fakeTemporal(name: string, body: string): Promise<string> {
  const path = join(dir, name);
  const version = 'test "$1" = --version && echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)" && exit 0';
  await writeFile(path, `#!/bin/sh\n${version}\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not within 60 s: ${what}`);
    await delay(20);
  }
}

describe('a Temporal development server', () => {
  it('has a free port, the namespace and both search attributes, and ends on stop', async () => {
    let pid = 0;
    await withServer({ namespace: 'team' }, async (server, { operatorService, workflowService }) => {
      pid = server.pid;
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'team' });
      assert.deepEqual(customAttributes, { GoogleOperationName: 2, GoogleOperationOutcome: 2 });
      const { namespaceInfo } = await workflowService.describeNamespace({ namespace: 'team' });
      assert.equal(namespaceInfo?.name, 'team');
      assert.equal(server.uiUrl, undefined);
      assert.match(server.version, /^\d+\.\d+/);
    });
    assert.equal(isAlive(pid), false);
  });

  it('can start without the search attributes and with the web UI', async () => {
    await withServer({ searchAttributes: false, ui: true }, async (server, { operatorService }) => {
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'default' });
      assert.deepEqual(
        Object.keys(customAttributes).filter((name) => name.startsWith('Google')),
        [],
      );
      assert.equal((await fetch(server.uiUrl ?? '')).status, 200);
    });
  });

  it('still has its data after a crash, on the same port and file', async () => {
    const dbFile = join(dir, 'data.db');
    let port = 0;
    await withServer({ dbFile }, async (server, { workflowService }) => {
      port = server.port;
      await workflowService.startWorkflowExecution({
        namespace: 'default',
        requestId: 'once',
        workflowId: 'durable',
        workflowType: { name: 'nobody-runs-this' },
        taskQueue: { name: 'nowhere' },
      });
      await server.kill();
    });
    await withServer({ dbFile, port }, async (server, { workflowService }) => {
      assert.equal(server.port, port);
      const { workflowExecutionInfo } = await workflowService.describeWorkflowExecution({
        namespace: 'default',
        execution: { workflowId: 'durable' },
      });
      assert.equal(workflowExecutionInfo?.type?.name, 'nobody-runs-this');
    });
  });

  it('reports that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const error = await errorOf({ port });
    other.close();
    assert.equal(error.code, 'PORT_TAKEN');
    assert.match(error.message, new RegExp(`Port ${port} .*taken`));
  });

  it('quotes the last output of a server that ends early', async () => {
    const executable = await fakeTemporal('ends', 'echo "unable to open database file" >&2; exit 4');
    const error = await errorOf({ executable });
    assert.equal(error.code, 'EXITED_EARLY');
    assert.match(error.message, /exit code 4[^]*unable to open database file/);
  });

  it('gives up on a server that never becomes ready, and ends it', async () => {
    const executable = await fakeTemporal('hangs', 'echo $$; exec sleep 60');
    const error = await errorOf({ executable, readyTimeoutMs: 300 });
    assert.equal(error.code, 'NOT_READY');
    assert.match(error.message, /within 0\.3 s: its port is closed/);
    assert.equal(isAlive(Number(/\n\s+(\d+)$/.exec(error.message)?.[1])), false);
  });

  it('rejects an executable that is not the Temporal CLI', async () => {
    assert.equal((await errorOf({ executable: process.execPath })).code, 'NO_EXECUTABLE');
  });

  it('ends with its parent, even by SIGKILL', async () => {
    const module = new URL('../../devserver/index.js', import.meta.url).href;
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { startTemporal } = await import(${JSON.stringify(module)});
         console.log((await startTemporal()).pid);
         setInterval(() => undefined, 1_000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = Number(await firstLine(parent));
    assert.ok(isAlive(pid));
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid), 'the server ends after its parent');
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout ?? assert.fail(), 'data')) as [Buffer];
  return chunk.toString().split('\n', 1)[0] ?? '';
}

describe('the arguments of a Temporal server', () => {
  const base = { port: 7233, namespace: 'default', searchAttributes: [] };

  it('make a database file fast, and contain no unused options', () => {
    const args = serverArguments({ ...base, dbFile: 'a.db' }).join(' ');
    assert.match(
      args,
      /--headless --db-filename a\.db --sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=OFF$/,
    );
    assert.doesNotMatch(serverArguments(base).join(' '), /sqlite|search-attribute|ui-port/);
  });

  it('write dynamic configuration as JSON', () => {
    const args = serverArguments({ ...base, dynamicConfig: { 'frontend.namespaceRPS': 5_000, word: 'a b' } });
    assert.deepEqual(args.slice(-4), [
      '--dynamic-config-value',
      'frontend.namespaceRPS=5000',
      '--dynamic-config-value',
      'word="a b"',
    ]);
  });
});
