import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { createGzip } from 'node:zlib';
import { GoogleOperationsError } from '../../client/index.js';
import { run } from '../cli/support/command.js';
import { closeChecked } from '../support/history.js';
import { startWorld, type World } from '../support/world.js';
import { deep } from './support/bodies.js';
import { type Loopback, loopback, type Seen } from './support/google.js';

const MB = 1_000_000;
const ESCAPES = '\u001B]8;;https://evil.com\u0007x\u001B[2J\u009B31m\u202Egpj\r\u0007';
const TERMINAL_CONTROL = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

type Script = (
  request: Seen & { method: string; verb: string; polls: number; query: URLSearchParams },
  response: ServerResponse,
) => void;

describe(
  'a workflow ends and records the truth whatever a server does at the end of an operation',
  { concurrency: 4, timeout: 300_000 },
  () => {
    let world: World;
    let google: Loopback;
    const scripts = new Map<string, Script>();
    const polls = new Map<string, number>();

    before(async () => {
      google = await loopback('http', (seen, response) => {
        const url = new URL(seen.url, 'http://x');
        const [, name = '', verb = ''] = /^\/v1beta1\/([^:]+?)(?:\/operations)?(?::(\w+))?$/.exec(url.pathname) ?? [];
        const key = scripts.has(name) ? name : (url.pathname.slice('/v1beta1/'.length).split(':')[0] ?? '');
        const isPoll = seen.method === 'GET' || verb === 'wait';
        if (isPoll) polls.set(key, (polls.get(key) ?? 0) + 1);
        const script = scripts.get(key);
        if (script === undefined) response.writeHead(404).end('{"error":{"code":404,"status":"NOT_FOUND"}}');
        else script({ ...seen, verb, polls: polls.get(key) ?? 0, query: url.searchParams }, response);
      });
      world = await startWorld({ OPERATIONS_EMULATOR_HOST: google.host });
    });
    after(async () => {
      await closeChecked(world);
      await google.close();
    });

    function operation(script: Script): string {
      const name = `projects/p/locations/us-central1/operations/${randomUUID()}`;
      scripts.set(name, script);
      return name;
    }

    function parent(script: Script): string {
      const name = `projects/p/locations/l${randomUUID().slice(0, 8)}`;
      scripts.set(name, script);
      return name;
    }

    const commandEnv = () => ({ OPERATIONS_EMULATOR_HOST: google.host, TEMPORAL_ADDRESS: world.address });

    for (const [what, headers, packed] of [
      ['with its length', { 'content-length': String(100 * MB) }, false],
      ['without a length', {}, false],
      ['packed by gzip', { 'content-encoding': 'gzip' }, true],
    ] as const) {
      test(`a response of 100 MB ${what} is left out, and what decides is read without it`, async () => {
        const name = operation(({ verb, query }, response) => {
          if (verb === '' && query.has('fields')) {
            response.end(JSON.stringify({ name, done: true, error: { code: 1, message: 'cancelled' } }));
            return;
          }
          // Including the answer to the cancel.
          huge(response.writeHead(200, headers), packed);
        });
        const result = await (await world.start('cancelOperation', { name })).result();
        assert.equal(result.outcome, 'CANCELLED');
        assert.equal(result.responseOmitted, true);
        assert.equal(result.wasAlreadyDone, true);
      });
    }

    test('a response of 100 MB to the cancel is an acceptance by its status line', async () => {
      let isCancelled = false;
      const name = operation(({ verb }, response) => {
        if (verb === 'cancel') {
          isCancelled = true;
          huge(response.writeHead(200), false);
        } else response.end(JSON.stringify(isCancelled ? { name, done: true, error: { code: 1 } } : { name }));
      });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.deepEqual(
        [result.outcome, result.cancellation.status, result.cancellation.won],
        ['CANCELLED', 'ACCEPTED', true],
      );
    });

    test('an Operation nested 100,000 levels deep ends as it says, without what is too deep', async () => {
      const name = operation((_, response) => {
        response.end(`{"name":"${name}","done":true,"response":${deep(100_000)},"metadata":${deep(100_000)}}`);
      });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.equal(result.outcome, 'COMPLETED');
      assert.equal(result.responseOmitted, true);
      assert.deepEqual(result.operation, { name, done: true });
    });

    test('an operation whose name differs from the one asked for is never believed', async () => {
      const name = operation((_, response) => {
        response.end(
          JSON.stringify({
            name: 'projects/p/locations/us-central1/operations/other',
            done: true,
            error: { code: 1 },
          }),
        );
      });
      const handle = await world.start('cancelOperation', { name, timeout: '4s' });
      const result = await handle.result();
      assert.equal(result.outcome, 'STILL_RUNNING');
      assert.equal(result.operation, undefined);
      assert.equal(result.cancellation.timesSent, 0);
    });

    test('a project number in place of its id is the same operation', async () => {
      const name = operation((_, response) => {
        response.end(JSON.stringify({ name: name.replace('projects/p/', 'projects/42/'), done: true }));
      });
      assert.equal((await (await world.start('cancelOperation', { name })).result()).outcome, 'COMPLETED');
    });

    test('a state that goes back from done to running: the first final state is the outcome, and nothing is polled again', async () => {
      const name = operation(({ verb, polls }, response) => {
        if (verb === 'cancel') response.end('{}');
        // Only the second poll shows it as done.
        else response.end(JSON.stringify(polls === 2 ? { name, done: true, error: { code: 1 } } : { name }));
      });
      const handle = await world.start('cancelOperation', { name });
      const result = await handle.result();
      assert.deepEqual([result.outcome, result.cancellation.won, result.operation?.done], ['CANCELLED', true, true]);
      assert.equal(polls.get(name), 2);
      assert.equal((await world.status(handle)).state, 'DONE');
    });

    test('a state that is done at the first poll and running at the next is recorded as done, and no cancel is sent', async () => {
      let cancels = 0;
      const name = operation(({ verb, polls }, response) => {
        if (verb === 'cancel') cancels += 1;
        response.end(JSON.stringify(polls <= 1 ? { name, done: true, response: { '@type': 'x' } } : { name }));
      });
      const result = await (await world.start('cancelOperation', { name })).result();
      assert.deepEqual([result.outcome, result.wasAlreadyDone, cancels, polls.get(name)], ['COMPLETED', true, 0, 1]);
    });

    const circles: Record<string, (page: number) => string> = {
      'that repeats for ever': () => 'again',
      'of two that take turns for ever': (page) => `token ${page % 2}`,
    };
    for (const [what, tokenOf] of Object.entries(circles)) {
      test(`a page token ${what}: what was listed is cancelled once, and the rest is a failure`, async () => {
        const name = operation((_, response) => response.end(JSON.stringify({ name, done: true, error: { code: 1 } })));
        const under = parent(({ polls }, response) =>
          response.end(JSON.stringify({ operations: [{ name }], nextPageToken: tokenOf(polls) })),
        );
        const many = await world.operations.cancelAll({ parent: under });
        const result = await many.result();
        assert.deepEqual([result.matched, result.started, result.outcomes], [1, 1, { CANCELLED: 1 }]);
        assert.deepEqual(
          result.failures.map(({ name, type }) => [name, type]),
          [[under, 'INVALID_ARGUMENT']],
        );
        assert.ok((polls.get(under) ?? 0) < 10);

        const listed = await run(['list', '--parent', under, '-o', 'json'], commandEnv());
        assert.equal(listed.code, 1);
        assert.match(listed.stderr, /gives the same pages again and again/);
        assert.ok((polls.get(under) ?? 0) < 1_100);
      });
    }

    test('a page of names that are none, too long or too many for Temporal is cut, asked for smaller, and reported', async () => {
      const name = operation((_, response) => response.end(JSON.stringify({ name, done: true })));
      const long = `a/${'x'.repeat(3 * MB)}`;
      const under = parent(({ query }, response) => {
        const isSmall = Number(query.get('pageSize')) <= 50;
        const operations = isSmall
          ? [{ name }, { name: long }, { name: ESCAPES }, { name: '../../etc/passwd' }]
          : Array.from({ length: 5_000 }, (_, index) => ({ name: `a/${index}` }));
        response.end(JSON.stringify({ operations }));
      });
      const many = await world.operations.cancelAll({ parent: under });
      const result = await many.result();
      assert.deepEqual([result.matched, result.outcomes], [4, { COMPLETED: 1 }]);
      assert.deepEqual(
        result.failures.map(({ type }) => type),
        ['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
      );
      assert.ok(JSON.stringify(result).length < 10_000);
    });

    test('no escape of a server, of a caller or of a result reaches the terminal of a command', async () => {
      const name = operation(({ verb, polls }, response) => {
        if (verb === 'cancel')
          response
            .writeHead(400)
            .end(JSON.stringify({ error: { code: 400, status: 'FAILED_PRECONDITION', message: ESCAPES } }));
        else if (polls < 3) response.writeHead(503, { 'content-type': 'text/html' }).end(`<title>${ESCAPES}</title>`);
        else
          response.end(
            JSON.stringify({
              name,
              metadata: { [ESCAPES]: ESCAPES },
              ...(polls > 8 && { done: true, error: { code: 9, message: ESCAPES } }),
            }),
          );
      });
      const under = parent((_, response) =>
        response.end(
          JSON.stringify({
            operations: [{ name: `${under}/operations/${ESCAPES}`, metadata: { [ESCAPES]: ESCAPES } }],
          }),
        ),
      );
      const there = ['--task-queue', world.taskQueue];
      const commands = [
        ['cancel', name, '--reason', ESCAPES, '--when-not-cancellable', 'follow', ...there],
        ['status', name, ...there],
        ['status', name, '-o', 'json', ...there],
        ['list', '--parent', under],
        ['list', '--parent', under, '-o', 'jsonl'],
        ['list', '--parent', `projects/p/locations/none`, '--filter', 'x'],
        ['cancel-all', '--parent', under, '--dry-run'],
        ['resolve', `projects/p/${ESCAPES}`],
        ['resolve', name, `--${ESCAPES}`],
        [ESCAPES],
      ];
      for (const args of commands) {
        const { stdout, stderr } = await run(args, commandEnv());
        const found = TERMINAL_CONTROL.exec(stdout + stderr);
        assert.equal(found, null, `${args.join(' ')}: ${JSON.stringify(stdout + stderr)}`);
        assert.notEqual(stdout + stderr, '');
      }
    });

    test('an abort with a reason of 3 MB is refused with the name of the field, and the next one is taken', async () => {
      let isCancelled = false;
      const name = operation(({ verb }, response) => {
        isCancelled ||= verb === 'cancel';
        response.end(JSON.stringify({ name, ...(isCancelled && { done: true, error: { code: 1 } }) }));
      });
      const handle = await world.start('watchOperation', { name });
      await assert.rejects(
        world.operations.getHandle(name).abort({ reason: 'x'.repeat(3 * MB) }),
        (error) =>
          error instanceof GoogleOperationsError &&
          error.code === 'INVALID_ARGUMENT' &&
          error.message.startsWith('reason: '),
      );
      await world.operations.getHandle(name).abort({ reason: 'short' });
      const { outcome, cancellation } = await handle.result();
      assert.deepEqual([outcome, cancellation.reason, cancellation.aborts], ['CANCELLED', 'short', 1]);
    });
  },
);

function huge(response: ServerResponse, packed: boolean): void {
  const target = packed ? createGzip({ level: 1 }) : response;
  if (target !== response) target.pipe(response);
  const chunk = Buffer.alloc(250_000, ' ');
  let left = 100 * MB;
  const pump = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!target.write(chunk)) {
        target.once('drain', pump);
        return;
      }
    }
    target.end();
  };
  pump();
}
