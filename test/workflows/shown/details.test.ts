import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOperationInput } from '../../../contract/input.js';
import type { Outcome } from '../../../contract/outcome.js';
import { detailsOf } from '../../../workflows/details.js';
import { code, plain, table, time } from '../../../workflows/markdown.js';
import { initialProgress, type Progress } from '../../../workflows/progress.js';

const T0 = Date.UTC(2030, 0, 1);
const name = 'projects/p/locations/l/operations/1';

function shown(fields: Partial<Progress> = {}, input: object = {}) {
  const parsed = parseOperationInput('watchOperation', { name, ...input });
  const details = detailsOf({ ...initialProgress(parsed, T0), ...fields }, parsed);
  const [headline = '', , ...rest] = details.split('\n');
  const rows = rest.slice(2, -2).map((line) => /^\| (\w+) \| (.*) \|$/.exec(line)?.slice(1) ?? [line]);
  return { headline, rows: Object.fromEntries(rows) as Record<string, string> };
}

const abort = { at: T0 + 1_000 };
const seen = { polls: 0, failures: 0, seenAt: T0 + 5_000 };
const endsAs = (outcome: Outcome) => ({ end: { outcome, at: T0 + 9_000 } });

describe('the headline', () => {
  test('has the state and what it means', () => {
    assert.match(shown().headline, /^\*\*PENDING: .*not been seen yet/);
    assert.match(shown({ pollState: seen }).headline, /^\*\*WATCHING: .*nobody has asked/);
    const cancelling = { pollState: seen, abort, aborts: 1 };
    assert.match(shown(cancelling).headline, /^\*\*CANCELLING: no answer to the cancel is known/);
    const sent = { ...cancelling, timesSent: 1 };
    assert.match(shown({ ...sent, status: 'ACCEPTED' }).headline, /^\*\*CANCELLING: Google accepted the cancel/);
    assert.match(shown({ ...sent, status: 'REFUSED' }).headline, /^\*\*CANCELLING: the service will not cancel/);
    const refused = { ...sent, status: 'REFUSED' } as const;
    assert.match(
      shown({ ...refused, meaning: 'BEING_CANCELLED' }).headline,
      /: it is being cancelled, but by no cancel/,
    );
    assert.match(shown({ ...refused, meaning: 'NOT_YET' }).headline, /: the service will not cancel it yet/);
    const unanswered = { ...refused, pollState: { ...seen, cancelUnanswered: true as const } };
    assert.match(shown(unanswered).headline, /may have taken one before that got no answer/);
  });

  test('has the outcome and what is known of the part of the cancel in it', () => {
    const accepted = { status: 'ACCEPTED', acceptedAt: T0 + 8_000 } as const;
    const cases: [Partial<Progress>, RegExp][] = [
      [{ ...endsAs('CANCELLED'), ...accepted }, /^\*\*CANCELLED: the cancel won\.\*\*/],
      [{ ...endsAs('CANCELLED'), status: 'REFUSED' }, /^\*\*CANCELLED: .*not by a cancel that was accepted here/],
      [{ ...endsAs('COMPLETED'), ...accepted }, /^\*\*COMPLETED: .*despite the cancel/],
      [
        { ...endsAs('COMPLETED'), ...accepted, acceptedAt: T0 + 10_000 },
        /^\*\*COMPLETED: the operation completed\.\*\*/,
      ],
      [{ ...endsAs('COMPLETED'), status: 'REFUSED' }, /^\*\*COMPLETED: the operation completed\.\*\*/],
      [{ ...endsAs('FAILED'), ...accepted }, /^\*\*FAILED: the operation failed/],
      [endsAs('NOT_CANCELLABLE'), /^\*\*NOT_CANCELLABLE: .*still running/],
      [endsAs('STILL_RUNNING'), /^\*\*STILL_RUNNING: the timeout passed/],
      [endsAs('LOST'), /^\*\*LOST: Google no longer knows it/],
      [{ ...endsAs('COMPLETED'), wasAlreadyDone: true }, /^\*\*COMPLETED: .*no cancel was sent/],
    ];
    for (const [fields, headline] of cases) assert.match(shown(fields).headline, headline);
  });
});

test('the rows have the title, the progress and the kind, as the metadata has them, and as text', () => {
  const metadata = { displayName: 'nightly [x](http://y.example)', progressPercent: 41.7 };
  const operation = { name, done: false, metadata };
  const { rows } = shown({ operation, pollState: { ...seen, kind: 'operation' } });
  assert.equal(rows['Progress'], '41%');
  assert.equal(rows['Kind'], '`operation`');
  assert.match(rows['Title'] ?? '', /^nightly &#91;x&#93;\(http&#58;/);
  assert.ok(!('Title' in shown({ operation: { name, done: false } }).rows));
});

describe('the rows', () => {
  test('of a workflow that has just started are few', () => {
    assert.deepEqual(shown().rows, {
      Since: '2030-01-01 00:00:00 UTC',
      Name: `\`${name}\``,
      Service: '`aiplatform.googleapis.com` `v1beta1`',
    });
  });

  test('have who asked, when, why and how often', () => {
    assert.equal(shown({ abort, aborts: 1 }).rows['Asked'], '2030-01-01 00:00:01 UTC');
    const rows = shown({ abort: { ...abort, requestedBy: 'a|b', reason: 'x*y' }, aborts: 2 }).rows;
    assert.equal(rows['Asked'], 'by a&#124;b, 2030-01-01 00:00:01 UTC (asked 2 times)');
    assert.equal(rows['Reason'], 'x&#42;y');
  });

  test('have what the cancels were answered', () => {
    const requested = { abort, aborts: 1 };
    assert.equal(shown(requested).rows['Cancels'], 'no answer known yet');
    assert.equal(shown({ ...requested, wasAlreadyDone: true }).rows['Cancels'], 'none sent');
    assert.equal(shown({ ...requested, timesSent: 2 }).rows['Cancels'], '2 answered, none accepted');
    assert.equal(
      shown({ ...requested, timesSent: 1, acceptedAt: T0 + 2_000 }).rows['Cancels'],
      '1 answered, accepted 2030-01-01 00:00:02 UTC',
    );
    const error = { code: 9, status: 'FAILED_PRECONDITION', message: 'too <late>' } as const;
    assert.equal(shown({ error }).rows['Answer'], 'FAILED_PRECONDITION: too &#60;late&#62;');
  });

  test('have the time of the next cancel, once one was answered and while the operation is running', () => {
    const cancelAt = T0 + 60_000;
    assert.match(shown({ cancelAt, timesSent: 1 }).rows['Next'] ?? '', /^cancel again 2030-01-01 00:01:00 UTC/);
    assert.equal(shown({ cancelAt }).rows['Next'], undefined);
    assert.equal(shown({ cancelAt, timesSent: 1, ...endsAs('LOST') }).rows['Next'], undefined);
    assert.equal(shown({ timesSent: 1 }).rows['Next'], undefined);
  });

  test('have when the operation was seen, and after how many polls', () => {
    assert.match(
      shown({ pollState: seen, polls: 1 }).rows['Seen'] ?? '',
      /^running at 2030-01-01 00:00:05 UTC, after 1 poll; newer polls/,
    );
    const operation = { name, done: true };
    assert.equal(
      shown({ pollState: seen, polls: 2, operation, ...endsAs('COMPLETED') }).rows['Seen'],
      'done at 2030-01-01 00:00:05 UTC, after 2 polls',
    );
    assert.match(shown({ pollState: seen, operation: { name, done: false } }).rows['Seen'] ?? '', /^running at/);
  });

  test('have the kind of a job, and none of an operation', () => {
    assert.equal(shown({ pollState: { ...seen, kind: 'customJobs' } }).rows['Kind'], '`customJobs`');
    assert.equal(shown({ pollState: seen }).rows['Kind'], undefined);
  });

  test('have where the outcome was read, and errors where nothing else comes', () => {
    const end = { outcome: 'CANCELLED', evidence: 'metadata.state', at: T0 } as const;
    assert.equal(shown({ end }).rows['Evidence'], '`metadata.state`');
    const failing = { at: '2030-01-01T00:00:07.000Z', status: 'UNAVAILABLE', message: 'HTTP <502>' } as const;
    assert.equal(shown({ failing }).rows['Failing'], 'since 2030-01-01 00:00:07 UTC, UNAVAILABLE: HTTP &#60;502&#62;');
  });

  test('have the error of the operation, with the name of its code where it has one', () => {
    const failed = (error: { code: number; message?: string }, outcome: Outcome = 'FAILED') =>
      shown({ operation: { name, done: true, error }, ...endsAs(outcome) }).rows['Error'];
    assert.equal(failed({ code: 10, message: 'lost a race' }), 'ABORTED: lost a race');
    assert.equal(failed({ code: 99 }), '99: ');
    assert.equal(failed({ code: 1, message: 'cancelled' }, 'CANCELLED'), undefined);
    assert.equal(shown(endsAs('FAILED')).rows['Error'], undefined);
  });

  test('have until when it is followed, and when abortAfter cancels it', () => {
    const both = { timeout: '1h', abortAfter: '10m' };
    assert.equal(shown({}, { timeout: '1h' }).rows['Until'], 'followed until 2030-01-01 01:00:00 UTC');
    assert.equal(
      shown({}, both).rows['Until'],
      'followed until 2030-01-01 01:00:00 UTC; cancelled after 10m, at 2030-01-01 00:10:00 UTC',
    );
    assert.equal(shown({ abort, aborts: 1 }, both).rows['Until'], 'followed until 2030-01-01 01:00:00 UTC');
    assert.equal(shown({ abort, aborts: 1 }, { abortAfter: '10m' }).rows['Until'], undefined);
    assert.equal(shown(endsAs('LOST'), both).rows['Until'], undefined);
  });
});

describe('Markdown', () => {
  test('is a headline and a table of what has a value, with an empty line at the end', () => {
    const rows = [
      ['a', '1'],
      ['b', undefined],
      ['c', ''],
    ] as const;
    assert.equal(table('Head', rows), '**Head**\n\n| | |\n| --- | --- |\n| a | 1 |\n| c |  |\n\n\u00a0');
  });

  test('of a name is code on one line of its row', () => {
    assert.equal(code('a`b|c\nd'), '`a b c d`');
    assert.equal(code('x'.repeat(1_001)), `\`${'x'.repeat(1_000)}\``);
  });

  test('of a text from outside is no link, no picture, no HTML and no row', () => {
    assert.equal(plain('a \n\t b'), 'a b');
    assert.equal(plain('x'.repeat(301)), 'x'.repeat(300));
    assert.equal(plain('\\`*_[]|<>~&'), '&#92;&#96;&#42;&#95;&#91;&#93;&#124;&#60;&#62;&#126;&#38;');
    assert.equal(plain('https://WWW.evil.example: x'), 'https&#58;//WWW&#46;evil.example: x');
    assert.equal(plain('10:30, a.b'), '10:30, a.b');
  });

  test('of a time is to the second', () => {
    assert.equal(time(T0 + 1_999), '2030-01-01 00:00:01 UTC');
  });
});
