import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { freePort } from '../../devserver/port.js';
import { SERVICE, startWorld, type World } from '../support/world.js';
import { run } from './support/command.js';
import { type Printed, runJson } from './support/json.js';

const NAME = 'projects/p/locations/us-central1/operations/1';

describe('names', { concurrency: 3, timeout: 300_000 }, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  const flags = () => ['--address', world.address, '--task-queue', world.taskQueue, '-o', 'json'];

  test('come from stdin, one a line, without blanks around them, and give an array', async () => {
    const names = [world.operation({ onCancel: { kind: 'wins' } }), world.operation({ onCancel: { kind: 'wins' } })];
    const input = `\n  ${names[0]}\r\n\n${names[1]}\t`;
    const { code, stdout, stderr } = await run(['cancel', '-', ...flags()], {}, input);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      (JSON.parse(stdout) as Printed[]).map(({ name, outcome }) => [name, outcome]),
      names.map((name) => [name, 'CANCELLED']),
    );
    const one = await run(['status', '-', ...flags()], {}, names[0]);
    assert.deepEqual(
      (JSON.parse(one.stdout) as Printed[]).map(({ name }) => name),
      [names[0]],
    );
  });

  test('may be workflow ids', async () => {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const { code, data } = await runJson(['cancel', ` ${workflowIdOf(SERVICE, name)} `, ...flags()]);
    assert.deepEqual([code, data.name, data.outcome], [0, name, 'CANCELLED']);
  });

  test('of status, watch and abort are several; one that cannot be done does not stop the others, and the exit code is 1', async () => {
    const names = [world.operation({ onCancel: { kind: 'wins' } }), world.operation({ onCancel: { kind: 'wins' } })];
    const watched = await runJson<Printed[]>(['watch', '--no-wait', ...names, ...flags()]);
    assert.deepEqual([watched.code, watched.data.length], [0, 2]);
    for (const command of ['abort', 'status']) {
      const { code, data, stderr } = await runJson<Printed[]>([
        command,
        names[0] ?? '',
        NAME,
        names[1] ?? '',
        ...flags(),
      ]);
      assert.equal(code, 1);
      assert.deepEqual(
        data.map(({ name, error, state }) => [name, error?.type, typeof state]),
        [
          [names[0], undefined, 'string'],
          [NAME, 'NOT_FOUND', 'undefined'],
          [names[1], undefined, 'string'],
        ],
      );
      assert.match(stderr, /operations\/1: NOT_FOUND: /);
    }
  });

  test('that cannot be used have their errors in json, nothing is done, and the exit code is 2', async () => {
    const name = world.operation();
    const { code, data } = await runJson<Printed[]>(['cancel', name, 'foo', ...flags()]);
    assert.equal(code, 2);
    assert.deepEqual(
      data.map((one) => [one.name, one.error?.type]),
      [
        [name, 'BAD_USAGE'],
        ['foo', 'BAD_USAGE'],
      ],
    );
    assert.match(data[0]?.error?.message ?? '', /another name cannot be used/);
    assert.match(data[1]?.error?.message ?? '', /^"foo" /);
    assert.equal(world.emulator.requests(name).length, 0);
    const bulk = await run(['cancel', 'cancel-operations-1', ...flags()]);
    assert.equal(bulk.code, 2);
    assert.match(bulk.stderr, /"cancel-operations-1" is the id of a bulk, which only status, watch and abort take/);
    const alone = await runJson(['resolve', 'foo']);
    assert.deepEqual([alone.code, alone.data.name, alone.data.error?.type], [2, 'foo', 'BAD_USAGE']);
  });

  test('have their errors in json and jsonl without a Temporal server', async () => {
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
    for (const command of ['cancel', 'watch', 'abort', 'status']) {
      const { code, stdout } = await run([command, NAME, `${NAME}2`, '--address', address, '-o', 'jsonl']);
      assert.equal(code, 1);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Printed);
      assert.deepEqual(
        lines.map(({ name, error }) => [name, error?.type]),
        [NAME, `${NAME}2`].map((name) => [name, 'NO_CONNECTION']),
      );
    }
  });

  test('are missing where stdin has none: bad usage, with a word on stderr, and an empty array in json', async () => {
    for (const command of ['cancel', 'status', 'watch', 'abort'])
      for (const [output, expected] of Object.entries({ text: '', json: '[]\n', jsonl: '' })) {
        const { code, stdout, stderr } = await run([command, '-', '-o', output], {}, ' \n');
        assert.deepEqual([code, stdout, stderr], [2, expected, 'There is no name on stdin.\nNothing was done.\n']);
      }
  });

  test('differ from one name in --help, which says what -o json prints', async () => {
    for (const command of ['cancel', 'watch', 'abort', 'status', 'resolve']) {
      const { stdout } = await run([command, '--help']);
      assert.match(stdout, /one name gives an object; several, or -, give an\s+array/);
      assert.match(stdout, /<name\.\.\.>/);
    }
  });
});
