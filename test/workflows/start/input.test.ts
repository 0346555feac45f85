import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/client';
import { closeChecked, kindsOf } from '../../support/history.js';
import { failureOf, signalWithStart, startWith, updateWithStart } from '../../support/starts.js';
import { startWorld, TOGETHER, type World } from '../../support/world.js';

const NAME = 'projects/p/locations/us-central1/operations/never-polled';

/** Invalid values by the field that the message must name. */
const BAD_FIELDS: [string, unknown[]][] = [
  [
    'name',
    [
      undefined,
      null,
      7,
      true,
      [],
      {},
      '',
      'operations',
      '/projects/p/operations/1',
      'projects/p/operations/1/',
      'projects//operations/1',
      'projects/../operations/1',
      'projects/./operations/1',
      'projects/p/operations/1?alt=media',
      'projects/p/operations/1#x',
      'projects/p/operations/1:cancel',
      'projects/p/operations/%2e%2e',
      'projects\\p\\operations\\1',
      'projects/p/operations/1\n',
      'projects/p/operations/ 1',
      `projects/p/operations/${'1'.repeat(2_000)}`,
      'https://evil.example/projects/p/operations/1',
    ],
  ],
  [
    'service',
    [null, 7, '', 'AIPLATFORM.googleapis.com', 'evil.example/x', 'a.b:443', 'a b.com', 'user@host.com', 'localhost'],
  ],
  ['apiVersion', [null, 1, '', 'V1', '1', 'v1/../v2', 'v1?x', 'latest']],
  ['reason', [null, 7, {}, 'x'.repeat(1_025)]],
  ['requestedBy', [null, 7, ['a'], 'x'.repeat(257)]],
  ['timeout', [null, true, '', 'soon', '5', '5 fortnights', '-1s', -1, '11y', Number.MAX_VALUE, {}, ['1s'], '1e3s']],
  ['resendCancelAfter', [null, 'never', '-5m', -5, {}, false]],
  ['whenNotCancellable', [null, 'Follow', 'stop', '', true, 1]],
  ['notFoundGrace', [null, 'long', -1, '-1s', {}]],
  ['polling', [null, 'fast', 7, []]],
  [
    'polling.initialInterval',
    [{ initialInterval: 'x' }, { initialInterval: -1 }, { initialInterval: 0 }].map((polling) => ({
      polling,
    })),
  ],
  [
    'polling.backoffCoefficient',
    [{ backoffCoefficient: 0.5 }, { backoffCoefficient: '2' }, { backoffCoefficient: -1 }].map((polling) => ({
      polling,
    })),
  ],
  [
    'polling.maximumInterval',
    [{ maximumInterval: 'x' }, { initialInterval: '10s', maximumInterval: '1s' }].map((polling) => ({
      polling,
    })),
  ],
  ['polling.maximumAttempts', [{ polling: { maximumAttempts: 3 } }]],
  ['cancelAfter', ['1h']],
  ['Name', ['x']],
  ['__proto__x', ['x']],
];

describe('invalid input fails the workflow at once, and nothing is sent to Google', TOGETHER, () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(async () => {
    const { log } = world.emulator;
    await closeChecked(world);
    assert.deepEqual(log, [], 'no request of any kind');
  });

  async function assertRejected(
    type: 'cancelOperation' | 'watchOperation',
    args: unknown[],
    field: string,
  ): Promise<void> {
    const what = JSON.stringify(args).slice(0, 200);
    const handle = await startWith(world, type, args);
    const failure = await failureOf(handle);
    assert.equal(failure.type, 'INVALID_ARGUMENT', what);
    assert.equal(failure.nonRetryable, true, what);
    assert.ok(failure.message.includes(field), `${what} names ${field}: ${failure.message}`);
    assert.ok(failure.message.length < 1_000, what);
    assert.deepEqual(
      await kindsOf(handle),
      [
        'workflowExecutionStarted',
        'workflowTaskScheduled',
        'workflowTaskStarted',
        'workflowTaskCompleted',
        'workflowExecutionFailed',
      ],
      what,
    );
  }

  for (const [field, values] of BAD_FIELDS) {
    test(`${field}: ${values.length} invalid values`, async () => {
      for (const value of values) {
        const given = field.includes('.') ? (value as object) : { [field]: value };
        // With a grace of 0, a value that is accepted by mistake fails at once too, in another way.
        const input = { name: NAME, notFoundGrace: 0, ...given };
        // JSON leaves a field with undefined out.
        const absent = field !== 'name' && value === undefined;
        if (!absent) await assertRejected('cancelOperation', [input], field);
      }
    });
  }

  for (const type of ['cancelOperation', 'watchOperation'] as const) {
    test(`${type}: anything but one object with a name`, async () => {
      for (const args of [[], [null], ['projects/p/operations/1'], [7], [true], [[]], [[{ name: NAME }]], [{}]]) {
        const handle = await startWith(world, type, args);
        const failure = await failureOf(handle);
        assert.equal(failure.type, 'INVALID_ARGUMENT', JSON.stringify(args));
        assert.match(failure.message, /name|object|input/, JSON.stringify(args));
        assert.equal((await kindsOf(handle)).length, 5);
      }
    });
  }

  test('abortAfter is for watchOperation only', async () => {
    await assertRejected('cancelOperation', [{ name: NAME, abortAfter: '1h' }], 'abortAfter');
  });

  test('watchOperation validates its own fields', async () => {
    for (const abortAfter of [null, 'x', -1, true]) {
      await assertRejected('watchOperation', [{ name: NAME, abortAfter }], 'abortAfter');
    }
    await assertRejected('watchOperation', [{ name: NAME, unknown: 1 }], 'unknown');
    await assertRejected('watchOperation', [{ name: NAME, whenNotCancellable: 'x' }], 'whenNotCancellable');
  });

  test('signal-with-start and update-with-start of invalid input fail at once too, and do not hang', async () => {
    const bad = { name: NAME, timeout: 'soon' };
    const handle = await signalWithStart(world, bad, [{}]);
    const failure = await failureOf(handle);
    assert.equal(failure.type, 'INVALID_ARGUMENT');
    assert.match(failure.message, /timeout/);
    await assert.rejects(updateWithStart(world, { ...bad, name: `${NAME}-2` }, [{}]), (error: Error) => {
      const cause = error.cause instanceof ApplicationFailure ? error.cause : assert.fail(String(error));
      assert.deepEqual([cause.type, cause.message], [failure.type, failure.message]);
      return true;
    });
  });

  test('a text with control characters is escaped in the message', async () => {
    const handle = await startWith(world, 'cancelOperation', [{ name: 'projects/\u001b[31m/operations/<b>' }]);
    const failure = await failureOf(handle);
    assert.equal(failure.type, 'INVALID_ARGUMENT');
    assert.doesNotMatch(failure.message, /\p{Cc}/u);
  });
});
