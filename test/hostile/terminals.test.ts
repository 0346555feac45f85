import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toRunning } from '../../cli/list/running.js';
import { tableOf } from '../../cli/list/table.js';
import { LiveLines } from '../../cli/output/live-lines.js';
import { LineView, LiveView } from '../../cli/output/view.js';
import { textOfResult } from '../../cli/output/words.js';
import { printable, printableLines } from '../../cli/output/printable.js';
import { Results } from '../../cli/output/results.js';
import { textOfStatus } from '../../cli/status/text.js';
import type { LiveStatus } from '../../client/operation-handle.js';
import { summaryLine } from '../../client/summary.js';
import type { CancelOperationsInput } from '../../contract/bulk.js';
import type { ParsedInput } from '../../contract/input.js';
import type { Operation } from '../../contract/operation.js';
import type { OperationResult } from '../../contract/result.js';
import { textOfPage } from '../../google/http/error-of-answer.js';
import { redact } from '../../google/redact.js';
import { createLogger, temporalLogger } from '../../worker/log.js';
import { bulkDetails } from '../../workflows/bulk/details.js';
import { initialBulkProgress } from '../../workflows/bulk/progress.js';
import { detailsOf } from '../../workflows/details.js';
import { initialProgress, type Progress } from '../../workflows/progress.js';
import { NAME } from './support/bodies.js';
import { property } from './support/property.js';
import { anyJson, anyText } from './support/texts.js';

const FILE = 'hostile/terminals';
const TIME = '2026-01-02T03:04:05.000Z';

/** Characters that control a terminal or make one text look like another: C0 but line ends, DEL, C1, bidirectional marks, line separators. */
const TERMINAL_CONTROL = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

function demandInert(text: string): void {
  const found = TERMINAL_CONTROL.exec(text);
  assert.equal(found, null, `U+${found?.[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(text.slice(0, 300))}`);
}

const anyError = fc.record({
  code: fc.integer(),
  message: anyText,
  details: fc.constant<Record<string, unknown>[]>([]),
});
const anyOperation: fc.Arbitrary<Operation> = fc.record({
  name: fc.oneof(fc.constant(NAME), anyText),
  done: fc.boolean(),
  error: anyError,
  metadata: fc.dictionary(anyText, anyJson, { maxKeys: 3 }),
});
// A starter of workflows may give these any content; only our workers keep to the types.
const anyWord = (good: string) => fc.oneof(fc.constant(good), anyText);
const anyCancellation = fc.record({
  status: anyWord('REFUSED'),
  won: fc.boolean(),
  reason: anyText,
  requestedBy: anyText,
  aborts: fc.oneof(fc.nat(), anyText),
  timesSent: fc.oneof(fc.nat(), anyText),
  error: fc.record({ code: fc.nat(), status: anyWord('FAILED_PRECONDITION'), message: anyText }),
});
const anyResult = fc.record({
  name: anyWord(NAME),
  service: anyText,
  outcome: fc.oneof(
    fc.constantFrom('CANCELLED', 'COMPLETED', 'FAILED', 'NOT_CANCELLABLE', 'STILL_RUNNING', 'LOST'),
    anyText,
  ),
  wasAlreadyDone: fc.boolean(),
  cancellation: anyCancellation,
  operation: anyOperation,
  responseOmitted: fc.boolean(),
  polls: fc.oneof(fc.nat(), anyText),
  startedAt: fc.constant(TIME),
  finishedAt: fc.constant(TIME),
}) as unknown as fc.Arbitrary<OperationResult>;
const anyStatus = fc.record({
  state: anyWord('CANCELLING'),
  name: anyWord(NAME),
  service: anyText,
  cancellation: anyCancellation,
  operation: anyOperation,
  polls: fc.oneof(fc.nat(), anyText),
  startedAt: fc.oneof(fc.constant(TIME), anyText),
  pending: fc.record({
    activity: anyText,
    attempt: fc.nat(),
    polls: fc.nat(),
    lastError: fc.record({ type: anyText, message: anyText }),
  }),
}) as unknown as fc.Arbitrary<LiveStatus>;

property(
  FILE,
  'no result, status or line of a list reaches a terminal with a control character; JSON has all of it, escaped',
  fc.record({ result: anyResult, status: anyStatus, operation: anyOperation }),
  ({ result, status, operation }) => {
    const running = toRunning({ service: 'aiplatform.googleapis.com', kind: 'customJobs' }, operation);
    const entries: [unknown, string][] = [
      [result, textOfResult(result)],
      [status, textOfStatus(status, `operation:x:${status.name}`)],
      [running, tableOf([running])],
    ];
    for (const format of ['text', 'json', 'jsonl'] as const) {
      let written = '';
      const results = new Results(format, true, (text) => (written += text));
      for (const [value, text] of entries) results.add(value, text);
      results.end();
      demandInert(written);
      if (format === 'json')
        assert.deepEqual(JSON.parse(written), JSON.parse(JSON.stringify(entries.map(([value]) => value))));
      if (format === 'jsonl') assert.equal(written.trimEnd().split('\n').length, entries.length);
    }
  },
  { short: 400 },
);

property(
  FILE,
  'the live view and the lines of progress show no control character of a status',
  fc.record({ status: anyStatus, columns: fc.integer({ min: 10, max: 200 }), id: anyText }),
  ({ status, columns, id }) => {
    const tracked = {
      target: { name: `projects/p/operations/${id}`, service: 's', apiVersion: 'v1', workflowId: 'w' },
      startedAt: Date.now(),
      isDone: false,
      status,
    };
    let written = '';
    const write = (text: string) => (written += text);
    new LineView(write).update([tracked]);
    assert.ok(written.split('\n').length <= 2, 'a status is one line');
    demandInert(written);
    written = '';
    const live = new LiveView(
      new LiveLines(
        { write, columns, rows: 24 },
        (_, text) => text,
        () => true,
      ),
    );
    live.update([tracked]);
    live.update([tracked]);
    live.end();
    // Apart from what the view itself uses: back to its first line, and clear.
    for (let lines = 1; lines <= 24; lines += 1) written = written.replaceAll(`\r\u001B[${lines}A\u001B[J`, '');
    demandInert(written);
  },
  { short: 300 },
);

property(
  FILE,
  'what is made printable keeps every other character',
  anyText,
  (text) => {
    demandInert(printable(text));
    demandInert(printableLines(text));
    assert.ok(!printable(text).includes('\n'));
    assert.equal(printableLines(text).split('\n').length, text.split('\n').length);
    if (!TERMINAL_CONTROL.test(text)) assert.equal(printableLines(text), text);
  },
  { short: 300 },
);

property(
  FILE,
  'the text of an error or a title from Google is one line without terminal control characters',
  fc.tuple(anyText, anyText),
  ([before, text]) => {
    for (const shown of [redact(text), textOfPage(`${before}<title>${text}</title>`), textOfPage(text)]) {
      demandInert(shown);
      assert.ok(!shown.includes('\n') && shown.length <= 501);
    }
  },
  { short: 300 },
);

for (const format of ['json', 'pretty'] as const) {
  property(
    FILE,
    `no line of the log controls a terminal or imitates another line (${format})`,
    fc.record({ message: anyText, key: anyText, value: anyJson, error: anyText }),
    async ({ message, key, value, error }) => {
      const lines: string[] = [];
      const log = await createLogger({ level: 'trace', format }, { write: (line) => lines.push(line) });
      const failure = new Error(error, { cause: new Error(error) });
      log.warn({ [key]: value, workflowId: error }, message);
      temporalLogger(log).error(message, { error: failure, [key]: value });
      assert.equal(lines.length, 2);
      for (const line of lines) {
        demandInert(line);
        if (format === 'json') {
          assert.equal(line.indexOf('\n'), line.length - 1);
          JSON.parse(line);
        } else {
          const [, ...others] = line.trimEnd().split('\n');
          assert.ok(
            others.every((other) => other === '' || other.startsWith(' ')),
            JSON.stringify(line),
          );
        }
      }
      if (format === 'json' && !['msg', 'level', 'time', '__proto__'].includes(key)) {
        const entry = JSON.parse(lines[0] ?? '') as { msg?: string };
        assert.equal(
          entry.msg ?? '',
          Buffer.from(message).toString() === message ? redactedOr(message, entry.msg) : entry.msg,
        );
      }
    },
    { short: 150, share: 0.3 },
  );
}

// The log redacts text in the form of a secret, which has its own tests.
function redactedOr(message: string, shown = ''): string {
  return shown.includes('[redacted]') ? shown : message;
}

/** Markdown from outside must have no effect, so no Markdown character is left, except in entities. */
function demandPlain(cell: string): void {
  const text = cell.replaceAll(/&#\d+;/g, '?');
  assert.doesNotMatch(text, /[\\`*_[\]|<>~&]|:\/\/|www\./i, cell);
}

const request: ParsedInput = {
  name: NAME,
  service: 'aiplatform.googleapis.com',
  apiVersion: 'v1',
  resendCancelAfter: 1,
  whenNotCancellable: 'return',
  notFoundGrace: 1,
};

property(
  FILE,
  'the details of a workflow stay the table that they are, without links, pictures or HTML from outside',
  fc.record({
    reason: anyText,
    requestedBy: anyText,
    refusal: anyText,
    failure: anyError,
    filter: anyText,
    ended: fc.boolean(),
  }),
  ({ reason, requestedBy, refusal, failure, filter, ended }) => {
    const progress: Progress = {
      ...initialProgress(request, 0),
      abort: { reason, requestedBy, at: 0 },
      aborts: 1,
      error: { code: 9, status: 'FAILED_PRECONDITION', message: refusal },
      operation: { name: NAME, done: true, error: failure },
      pollState: { polls: 1, failures: 0, seenAt: 1 },
      ...(ended && { end: { outcome: 'FAILED' as const, at: 1 } }),
    };
    const bulk: CancelOperationsInput = { parent: 'projects/p/locations/l', filter, reason, requestedBy };
    const pages = [
      detailsOf(progress, request),
      bulkDetails(
        initialBulkProgress('run'),
        { ...bulk, maxConcurrent: 1, dryRun: false } as Parameters<typeof bulkDetails>[1],
        0,
      ),
    ];
    for (const page of pages) {
      demandInert(page);
      const [headline = '', , top, rule, ...rows] = page.split('\n');
      assert.match(headline, /^\*\*[A-Z_]+(?:: [\w ,.;:()-]+)?\*\*$/);
      assert.deepEqual([top, rule], ['| | |', '| --- | --- |']);
      assert.deepEqual(rows.splice(-2), ['', '\u00a0']);
      for (const row of rows) {
        const [, label = '', cell = ''] = /^\| ([\w ]+) \| ([^|]*) \|$/.exec(row) ?? [];
        assert.notEqual(label, '', `a row is broken: ${JSON.stringify(row)}`);
        demandPlain(cell.replaceAll(/`[^`]*`/g, '').replace(/^[A-Z_]+: /, ''));
      }
    }
  },
  { short: 400 },
);

property(
  FILE,
  'the summary of a workflow is one short line that renders as what it says',
  fc.tuple(anyText, anyText),
  ([requestedBy, reason]) => {
    const line = summaryLine(`Cancel operations/1 for ${requestedBy}: ${reason}`);
    demandInert(line);
    assert.ok(Buffer.byteLength(line) <= 200 && !line.includes('\n'));
    assert.doesNotMatch(line, /[\\`*[\]|<>~&!]|:\/\/|www\./i);
  },
  { short: 400 },
);

test('a summary keeps what people write', () => {
  const line = "Cancel datasets/1/operations/2 for ops@example.com: budget (Q3), 5 % over; ask Zoë - it's urgent";
  assert.equal(summaryLine(line), line);
});
