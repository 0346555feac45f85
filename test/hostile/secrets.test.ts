import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { GuardedProcess } from '../../devserver/guarded-process.js';
import { freePort } from '../../devserver/port.js';
import { WorkerProcess } from '../../devserver/worker-process.js';
import { decoded } from '../support/decoded.js';
import { type TestTemporal, testTemporal } from '../support/temporal.js';
import {
  certificate,
  credentialsFolder,
  federation,
  type Loopback,
  loopback,
  secret,
  type Seen,
} from './support/google.js';

const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const INDEX = new URL('../../index.js', import.meta.url).href;
const TOKEN = secret('token');
const SUBJECT = secret('subject');
const HEADER = secret('header');
const taskQueue = `secrets-${randomUUID()}`;
const folder = credentialsFolder();
const json = { 'content-type': 'application/json' };

type Handle = WorkflowHandle;
type Reply = { status: number; headers?: Record<string, string>; body: string };

const bearer = ({ headers }: Seen): string => headers.authorization ?? '';
const all = ({ headers }: Seen): string => JSON.stringify(headers);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const rpc = (code: number, status: string, message: string, details: unknown[] = []): Reply => ({
  status: code,
  headers: json,
  body: JSON.stringify({ error: { code, status, message, details } }),
});
const operation = (name: string, more: object): Reply => ({
  status: 200,
  headers: json,
  body: JSON.stringify({ name, ...more }),
});

/** The answers that repeat what the server was sent, by the id of the operation. `polls` counts from 1. */
const faults: Record<string, (seen: Seen, name: string, polls: number) => Reply> = {
  message: (seen, name, polls) => (polls > 2 ? operation(name, { done: true }) : rpc(503, 'UNAVAILABLE', all(seen))),
  details: (seen, name, polls) =>
    polls > 2
      ? operation(name, { done: true })
      : rpc(500, 'INTERNAL', bearer(seen), [
          { '@type': 'x/google.rpc.ErrorInfo', reason: bearer(seen), metadata: seen.headers },
        ]),
  title: (seen, name, polls) =>
    polls > 2
      ? operation(name, { done: true })
      : {
          status: 502,
          headers: { 'content-type': 'text/html' },
          body: `<title>${all(seen)}</title>${bearer(seen).slice(7)}`,
        },
  encoded: (seen, name, polls) =>
    operation(name, {
      done: polls > 2,
      metadata: { one: base64(bearer(seen)), two: base64(all(seen)), three: base64(`.${all(seen)}`) },
      response: { four: base64(`..${all(seen)}`) },
    }),
  redirect: (seen, name, polls) =>
    polls > 2
      ? operation(name, { done: true })
      : { status: 302, headers: { location: `https://evil.example/?${bearer(seen)}` }, body: bearer(seen) },
  page: (seen) => ({ status: 404, headers: { 'content-type': bearer(seen) }, body: bearer(seen).slice(7) }),
  denied: (seen) => rpc(403, 'PERMISSION_DENIED', all(seen)),
  argument: (seen) => rpc(400, 'INVALID_ARGUMENT', `${bearer(seen).slice(7)} is bad`),
  metadata: (seen, name, polls) =>
    operation(name, {
      done: polls > 2,
      metadata: { headers: seen.headers, [bearer(seen)]: 1 },
      response: { echo: all(seen) },
    }),
  failed: (seen, name) =>
    operation(name, {
      done: true,
      error: { code: 13, message: bearer(seen), details: [{ '@type': 'x', headers: seen.headers }] },
    }),
  refused: (seen, name) =>
    seen.url.endsWith(':cancel')
      ? rpc(400, 'FAILED_PRECONDITION', `${all(seen)} ${bearer(seen).slice(7)}`)
      : operation(name, { done: false }),
  renamed: (seen, name, polls) =>
    polls > 2 ? operation(name, { done: true }) : operation(`x/${bearer(seen).slice(7)}`, { done: true }),
  cut: (seen, name, polls) =>
    polls > 2 ? operation(name, { done: true }) : { status: 200, headers: json, body: `{"name":"${bearer(seen)}` },
};

describe('the secrets of a worker', { timeout: 300_000 }, () => {
  let temporal: TestTemporal;
  let connection: Connection;
  let client: Client;
  let google: Loopback;
  let sts: Loopback;
  let worker: WorkerProcess;
  let metricsAddress: string;
  const handles: Handle[] = [];
  const polls = new Map<string, number>();

  before(async () => {
    temporal = await testTemporal();
    connection = await Connection.connect({ address: temporal.address });
    client = new Client({ connection });
    google = await loopback('https', (seen, response) => {
      const name = /^\/v1beta1\/([^:?]+)/.exec(seen.url)?.[1] ?? '';
      const isPoll = seen.method === 'GET' || seen.url.includes(':wait');
      const number = (polls.get(name) ?? 0) + (isPoll ? 1 : 0);
      polls.set(name, number);
      const fault = faults[name.split('/').at(-1) ?? ''];
      const { status, headers = {}, body } = fault?.(seen, name, number) ?? rpc(404, 'NOT_FOUND', 'no');
      response.writeHead(status, headers).end(body);
    });
    let asked = 0;
    sts = await loopback('http', ({ body, headers }, response) => {
      asked += 1;
      // The first exchange fails, with all that was sent.
      if (asked === 1) {
        const description = `${body} ${new URLSearchParams(body).get('subject_token')} ${JSON.stringify(headers)}`;
        response.writeHead(500, json).end(JSON.stringify({ error: 'server_error', error_description: description }));
        return;
      }
      response
        .writeHead(200, json)
        .end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }));
    });
    metricsAddress = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const env = {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: taskQueue,
      GOOGLE_APPLICATION_CREDENTIALS: federation(folder, `http://${sts.host}/token`, SUBJECT, {
        client_id: 'c',
        client_secret: HEADER,
      }),
      GOOGLE_ENDPOINTS: `aiplatform.googleapis.com=https://${google.host}`,
      GOOGLE_SDK_NODE_LOGGING: '*',
      NODE_EXTRA_CA_CERTS: folder.write('ca.pem', certificate.cert),
      METADATA_SERVER_DETECTION: 'none',
      METRICS_ADDRESS: metricsAddress,
      LOG_LEVEL: 'trace',
    };
    worker = new WorkerProcess(env);
    await worker.ready();
  });
  after(async () => {
    await worker.kill();
    await Promise.all([google.close(), sts.close()]);
    await connection.close();
    await temporal.stop();
    folder.close();
  });

  function demandNone(text: string, where: string): void {
    // The beginning of a secret is a leak too.
    for (const [what, value] of Object.entries({ token: TOKEN, subject: SUBJECT, secret: HEADER })) {
      const at = text.indexOf(value.slice(0, 20));
      assert.equal(at, -1, `the ${what} is in ${where}: ${text.slice(Math.max(0, at - 300), at + 60)}`);
      for (const before of ['', '.', '..'])
        assert.ok(!text.includes(base64(before + value).slice(4, 20)), `the ${what} is in ${where}, in base64`);
    }
    const basic = Buffer.from(`c:${HEADER}`).toString('base64').slice(0, 20);
    assert.ok(!text.includes(basic), `the client's secret is in ${where}`);
  }

  test('none is in a log line, a failure, a heartbeat, a history, a status or a metric, whatever Google says back', async () => {
    const descriptions: string[] = [];
    for (const id of Object.keys(faults)) {
      const name = `projects/p/locations/us-central1/operations/${id}`;
      handles.push(
        await client.workflow.start('cancelOperation', {
          workflowId: `secrets-${id}-${randomUUID()}`,
          taskQueue,
          args: [{ name, notFoundGrace: '1s', timeout: '40s' }],
        }),
      );
    }
    const ended = Promise.allSettled(handles.map((handle) => handle.result()));
    const over = ended.then(() => true);
    // A pending activity shows its heartbeat and its last failure; in JSON payloads are base64, so they are decoded.
    while (!(await Promise.race([over, delay(200, false)]))) {
      for (const handle of handles) {
        const { raw } = await handle.describe();
        descriptions.push(decoded(raw));
      }
    }
    const results = await ended;
    const kinds = results.map(({ status }) => status);
    assert.ok(kinds.includes('fulfilled') && kinds.includes('rejected'), 'there are results and failures');
    demandNone(inspect(results, { depth: 15, maxStringLength: null }), 'the results');
    for (const text of descriptions) demandNone(text, 'a description');
    for (const handle of handles) {
      const history = await handle.fetchHistory();
      demandNone(decoded(history), `the history of ${handle.workflowId}`);
    }
    const metrics = await (await fetch(`http://${metricsAddress}/metrics`)).text();
    assert.match(metrics, /google_operation_requests/);
    demandNone(metrics, 'the metrics');
    assert.match(worker.output, /"level":"(?:trace|debug)"/);
    assert.match(worker.output, /"msg":"GOOGLE_SDK_NODE_LOGGING is ignored/);
    demandNone(worker.output, 'the log');
    // It contained them before.
    assert.ok(google.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`));
    assert.ok(google.requests.length > handles.length);
    assert.ok(sts.requests.some(({ body }) => body.includes(SUBJECT)));
  });

  test('a service that the rules refuse makes no label of its own in the metrics', async () => {
    const service = `label-${randomUUID()}.example`;
    const handle = await client.workflow.start('cancelOperation', {
      workflowId: `secrets-label-${randomUUID()}`,
      taskQueue,
      args: [{ name: 'projects/p/operations/1', service }],
    });
    await assert.rejects(handle.result());
    const metrics = await (await fetch(`http://${metricsAddress}/metrics`)).text();
    assert.match(metrics, /google_operation_requests\w*\{[^}]*service="aiplatform\.googleapis\.com"/);
    assert.ok(!metrics.includes(service));
  });

  test("none is printed by Google's own libraries, though their logging was switched on", async (t) => {
    const metadata = await loopback('http', ({ url }, response) => {
      const isKnown = /\/(?:instance|token[^/]*)$/.test(url);
      response
        .writeHead(isKnown ? 200 : 404, { 'metadata-flavor': 'Google', ...json })
        .end(JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }));
    });
    t.after(() => metadata.close());
    const env = {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_TASK_QUEUE: `${taskQueue}-metadata`,
      GCE_METADATA_HOST: metadata.host,
      METADATA_SERVER_DETECTION: 'assume-present',
      GOOGLE_ENDPOINTS: `aiplatform.googleapis.com=https://${google.host}`,
      GOOGLE_SDK_NODE_LOGGING: '*',
      NODE_EXTRA_CA_CERTS: folder.write('ca.pem', certificate.cert),
    };
    const started: GuardedProcess[] = [];
    const begin = (process: GuardedProcess) => {
      t.after(() => process.kill());
      started.push(process);
      return process;
    };
    const before = google.requests.length;
    begin(new WorkerProcess(env));
    const handle = await client.workflow.start('cancelOperation', {
      workflowId: `secrets-metadata-${randomUUID()}`,
      taskQueue: `${taskQueue}-metadata`,
      args: [{ name: 'projects/p/locations/us-central1/operations/failed' }],
    });
    await handle.result();
    const list = ['list', '--parent', 'projects/p/locations/us-central1'];
    await begin(new GuardedProcess(process.execPath, [CLI, ...list], { env })).exited;
    // As in an embedding worker, whose main module is neither of the two.
    const embedded = `
      const { createGoogleClient, readWorkerConfig } = await import(${JSON.stringify(INDEX)});
      const { google } = readWorkerConfig(process.env);
      const name = 'projects/p/locations/us-central1/operations/failed';
      const ref = { service: 'aiplatform.googleapis.com', apiVersion: 'v1', name };
      // The server's answer does not matter here, because the request with the token arrived.
      await createGoogleClient(google).get(ref).catch(() => undefined);`;
    await begin(new GuardedProcess(process.execPath, ['--input-type=module', '-e', embedded], { env })).exited;
    assert.ok(google.requests.length >= before + 3);
    assert.ok(google.requests.slice(before).every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`));
    for (const { output } of started) demandNone(output, 'what a process said');
  });

  test('none is in what a worker says that is stopped', async () => {
    assert.equal((await worker.stop()).code, 0, worker.output.slice(-2_000));
    demandNone(worker.output, 'the log');
  });
});
