import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import type { LiveStatus } from '../../client/operation-handle.js';
import type { Outcome } from '../../contract/outcome.js';
import { exitCodes } from '../../cli/exit-code.js';
import { LiveLines } from '../../cli/output/live-lines.js';
import { isAsciiLocale, toAscii } from '../../cli/output/locale.js';
import { colourOutcomes } from '../../cli/output/outcome-colours.js';
import { LineView, LiveView, type ShownOperation } from '../../cli/output/view.js';

const status: LiveStatus = {
  name: 'projects/p/operations/1',
  service: 'a.example',
  state: 'CANCELLING',
  cancellation: { status: 'ACCEPTED', won: false, aborts: 1, timesSent: 1 },
  polls: 3,
  startedAt: '2030-01-01T00:00:00.000Z',
};

function shown(id = '1', fields: Partial<ShownOperation> = {}): ShownOperation {
  const target = { name: `operations/${id}`, service: 's', apiVersion: 'v1', workflowId: `w${id}` };
  return { target, startedAt: Date.now(), isDone: false, status, answeredAt: Date.now(), ...fields };
}

describe('where there is no terminal', () => {
  /** The lines of a view that is updated each half second for a while. */
  function linesOf(operations: ShownOperation[], seconds: number): string[] {
    mock.timers.enable({ apis: ['Date'], now: Date.parse('2030-01-01T00:00:00Z') });
    try {
      let written = '';
      const view = new LineView((text) => (written += text));
      const [startedAt, answeredAt] = [Date.now(), Date.now()];
      for (const operation of operations) Object.assign(operation, { startedAt, answeredAt });
      for (let halves = 0; halves <= seconds * 2; halves += 1) {
        view.update(operations);
        mock.timers.tick(500);
      }
      return written.trimEnd().split('\n');
    } finally {
      mock.timers.reset();
    }
  }

  test('a line comes each half minute, although nothing changes, and says how old the last answer is', () => {
    const lines = linesOf([shown()], 65);
    assert.equal(lines.length, 3, lines.join('\n'));
    assert.equal(lines[0], '  0s  1  CANCELLING: cancel accepted, 3 polls');
    assert.equal(lines[1], ' 30s  1  CANCELLING: cancel accepted, 3 polls, last answer 30s ago');
    assert.match(lines[2] ?? '', /^ +1m  1 .*last answer 1m ago$/);
  });

  test('so it does before the first answer', () => {
    assert.match(linesOf([shown('1', { status: undefined })], 31)[0] ?? '', /^ 30s  1  STARTING/);
  });

  test('of many operations that do not change the first are named, and how many are under way', () => {
    const many = Array.from({ length: 40 }, (_, index) => shown(String(index)));
    const lines = linesOf(many, 30);
    assert.equal(lines.length, 40 + 5 + 1);
    assert.equal(lines.at(-1), '40 of 40 under way');
  });
});

describe('on a terminal', () => {
  function drawn(operations: ShownOperation[], isForeground: () => boolean = () => true) {
    let written = '';
    const screen = { columns: 80, rows: 24, write: (text: string) => (written += text) };
    const view = new LiveView(new LiveLines(screen, (_, text) => text, isForeground), ['*']);
    view.update(operations);
    return { view, written: () => written, end: () => view.end() };
  }
  const pending = { activity: 'awaitOperation', attempt: 9, polls: 2, lastError: { type: 'UNAVAILABLE', message: '' } };

  test('a line is wrapped between words, and nothing of it is cut', () => {
    const message = `${'the backend of this location does not answer '.repeat(6)}at all`;
    const failing = { ...status, pending: { ...pending, lastError: { type: 'UNAVAILABLE', message } } };
    const view = drawn([shown('1', { status: failing })]);
    const lines = view.written().trimEnd().split('\n');
    view.end();
    for (const line of lines) assert.ok(line.length < 80, line);
    assert.ok(lines.length > 3);
    assert.match(lines.map((line) => line.trim()).join(' '), new RegExp(`UNAVAILABLE: ${message}, 3 polls$`));
  });

  test('a word that is wider than the terminal, and one of wide characters, take the rows that they are counted as', () => {
    const cancellation = { ...status.cancellation, status: 'REFUSED' as const };
    const message = `${'x'.repeat(100)} ${'日本'.repeat(60)}`;
    const refused = {
      ...status,
      cancellation: { ...cancellation, error: { code: 9, status: 'FAILED_PRECONDITION' as const, message } },
    };
    const view = drawn([shown('1', { status: refused })]);
    const rows = view.written().trimEnd().split('\n');
    for (const row of rows)
      assert.ok(Array.from(row).reduce((sum, sign) => sum + (sign > '\u00ff' ? 2 : 1), 0) < 80, row);
    view.end();
    assert.ok(view.written().endsWith(`\r\u001B[${rows.length}A\u001B[J`));
  });

  test('more operations than rows leave room for the count', () => {
    const view = drawn(Array.from({ length: 60 }, (_, index) => shown(String(index))));
    const lines = view.written().trimEnd().split('\n');
    view.end();
    assert.equal(lines.length, 21);
    assert.equal(lines.at(-1), '60 of 60 under way');
  });

  test('a line without an answer for two seconds says so', () => {
    const view = drawn([
      shown('1', { answeredAt: Date.now() - 1_900 }),
      shown('2', { answeredAt: Date.now() - 2_100 }),
      shown('3', { startedAt: Date.now() - 9_100, answeredAt: undefined, status: undefined }),
    ]);
    view.end();
    const [fresh, frozen, silent] = view.written().split('\n');
    assert.doesNotMatch(fresh ?? '', /answer/);
    assert.match(frozen ?? '', /, last answer 2s ago$/);
    assert.match(silent ?? '', /^\* 9s 3 STARTING, no answer for 9s$/);
  });

  test('a background job draws and removes nothing, and draws anew once it is in the foreground', () => {
    let isForeground = true;
    const view = drawn([shown()], () => isForeground);
    const before = view.written();
    isForeground = false;
    view.view.update([shown()]);
    view.view.aside(() => undefined);
    assert.equal(view.written(), before);
    isForeground = true;
    view.view.update([shown()]);
    view.end();
    assert.ok(view.written().startsWith(before.repeat(2)), 'the lines of the shell stay');
  });

  test('what was drawn before Ctrl-Z is left alone after fg', () => {
    const view = drawn([shown()]);
    const before = view.written();
    process.emit('SIGCONT', 'SIGCONT');
    view.view.update([shown()]);
    assert.equal(view.written(), before.repeat(2));
    view.end();
  });
});

test('each outcome has a colour of its own, and its word stays', () => {
  const colours = Object.keys(exitCodes).map((outcome) => {
    let used = '';
    assert.equal(
      colourOutcomes((format, text) => ((used = format), `<${text}>`), `a\n  ${outcome}: LOST and FAILED_X\nb`),
      `a\n  <${outcome as Outcome}>: LOST and FAILED_X\nb`,
    );
    return used;
  });
  assert.equal(new Set(colours).size, 6);
});

test('text is ASCII in a locale that has no UTF-8, and there only', () => {
  for (const env of [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, { LC_CTYPE: 'de_DE.ISO-8859-1' }, { LANG: 'POSIX' }])
    assert.equal(isAsciiLocale(env), true, JSON.stringify(env));
  for (const env of [{}, { LC_ALL: '', LANG: 'C.UTF-8' }, { LC_ALL: 'en_US.utf8', LANG: 'C' }])
    assert.equal(isAsciiLocale(env), false, JSON.stringify(env));
  assert.equal(toAscii('é… \u{1F600}'), String.raw`\u00e9... \ud83d\ude00`);
});
