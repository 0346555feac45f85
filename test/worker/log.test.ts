import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger, temporalLogger } from '../../worker/log.js';
import type { LogConfig } from '../../config/worker-config.js';

async function logTo(config: Partial<LogConfig> = {}) {
  const lines: string[] = [];
  const log = await createLogger({ level: 'info', format: 'json', ...config }, { write: (line) => lines.push(line) });
  return { log, lines };
}

describe('the log', () => {
  it('is one JSON object per line, with the level as a word and the time in UTC', async () => {
    const { log, lines } = await logTo();
    log.info({ taskQueue: 'q' }, 'ready');
    const [line = ''] = lines;
    const { time, ...rest } = JSON.parse(line) as Record<string, string>;
    assert.deepEqual(rest, { level: 'info', taskQueue: 'q', msg: 'ready' });
    assert.match(time ?? '', /^\d{4}-.*Z$/);
    assert.ok(line.endsWith('\n'));
  });

  it('drops messages below its level', async () => {
    const { log, lines } = await logTo({ level: 'warn' });
    log.info('dropped');
    assert.deepEqual(lines, []);
  });

  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl';
  for (const format of ['json', 'pretty'] as const) {
    it(`contains no token, in any field or text (${format})`, async () => {
      const { log, lines } = await logTo({ format });
      log.info({ headers: { authorization: 'Bearer abcdefgh12345' } }, 'Authorization: Bearer abcdefgh12345');
      log.error({ error: new Error(`token ya29.A0AfH6SMBx-secret_thing was refused`) }, jwt);
      log.warn({ deep: { access_token: 'abcdefgh12345' }, text: '{"access_token":"abcdefgh12345"}' }, 'x');
      log.warn('-----BEGIN PRIVATE KEY-----\nMIIEabcdefgh12345\n-----END PRIVATE KEY-----');
      const text = lines.join('');
      assert.doesNotMatch(text, /abcdefgh12345|A0AfH6SMBx|c2lnbmF0dXJl/);
      assert.match(text, /\[redacted\]/);
      if (format === 'json') for (const line of lines) JSON.parse(line);
    });
  }

  it('cuts long texts, and leaves out a task that the SDK could not process', async () => {
    const { log, lines } = await logTo();
    const meta = {
      task: '{"input":"secret"}',
      taskEncoded: 'c2VjcmV0',
      error: new Error('x'.repeat(300_000)),
      attempt: 1,
    };
    temporalLogger(log).error('Error while processing ActivityTask.start', meta);
    temporalLogger(log).error(
      'y'.repeat(300_000),
      Object.fromEntries([...Array(1_000).keys()].map((key) => [key, 'z'.repeat(100)])),
    );
    const [task = '', fields = ''] = lines;
    assert.doesNotMatch(task, /secret|c2VjcmV0/);
    assert.match(task, /"attempt":1/);
    assert.match(task, /x{4096}…/);
    assert.deepEqual(Object.keys(JSON.parse(fields) as object), ['level', 'time', 'msg']);
    for (const line of lines) assert.ok(line.length < 70_000 && line.endsWith('\n'));
  });

  it('includes the SDK’s messages, with errors and their causes', async () => {
    const { log, lines } = await logTo();
    const error = new Error('outer', { cause: new Error('inner') });
    temporalLogger(log).warn('Activity failed', { error, attempt: 3n });
    const entry = JSON.parse(lines[0] ?? '') as { level: string; error: { message: string; cause: unknown } };
    assert.equal(entry.level, 'warn');
    assert.equal(entry.error.message, 'outer');
    assert.match(JSON.stringify(entry.error.cause), /inner/);
  });

  it('keeps the stack of a fault of this program, and its level', async () => {
    const { log, lines } = await logTo();
    temporalLogger(log).warn('Activity failed', {
      error: new TypeError('x is undefined'),
      activityType: 'getOperation',
    });
    assert.match(lines[0] ?? '', /"level":"warn".*"stack":"TypeError: x is undefined\\n +at /);
  });
});
