import { OPEN_STATUSES } from '../../client/describe.js';
import { formatDuration } from '../../contract/duration.js';
import { colourOutcomes } from '../output/outcome-colours.js';
import { printable } from '../output/printable.js';
import type { Style } from '../output/style.js';
import { WIDTH, wrap } from '../output/text.js';
import { isBulk, type OperationRecord } from './records.js';

const AGE_WIDTH = 8;
const INDENT = ' '.repeat(AGE_WIDTH + 2);
const TITLES = ['AGE', 'OUTCOME', 'WON', 'KIND', 'BY'];

/**
 * Records for people: a line of facts under a header, then the name and the reason on lines of their own, as the
 * requester where it is long. The age is
 * the time since the start. Only the outcome has a colour.
 */
export function tableOfRecords(records: readonly OperationRecord[], style: Style, now = Date.now()): string {
  const rows = [TITLES, ...records.map((record) => factsOf(record, now))].map((cells) => cells.map(printable));
  const widths = TITLES.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells, row) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padStart(AGE_WIDTH) : cell.padEnd(widths[column] ?? 0),
    );
    const whole = padded.join('  ').trimEnd();
    // A requester that does not fit has a line of its own.
    const by = whole.length > WIDTH ? (cells.at(-1) ?? '') : '';
    const line = (by === '' ? whole : padded.slice(0, -1).join('  ').trimEnd()).slice(0, WIDTH);
    const record = records[row - 1];
    if (record === undefined) return [line];
    return [record.outcome === undefined ? line : colourOutcomes(style, line), ...textsOf(record, by)];
  });
  return lines.flat().join('\n');
}

function factsOf({ startedAt, kind, requestedBy, ...record }: OperationRecord, now: number): string[] {
  const ageMs = Math.max(0, now - Date.parse(startedAt));
  return [
    ageMs < 1_000 ? '0s' : formatDuration(ageMs),
    stateWords(record),
    wonWord(record),
    kind ?? '-',
    requestedBy ?? '-',
  ];
}

/** The outcome; of what runs its state, of a bulk that of its workflow, and of what ended without an outcome the reason. */
function stateWords(record: Pick<OperationRecord, 'outcome' | 'status' | 'state' | 'error' | 'type'>): string {
  const { outcome, status, state, error } = record;
  if (outcome !== undefined) return outcome;
  return OPEN_STATUSES.includes(status) || isBulk(record) ? (state ?? status) : `no outcome: ${error?.type ?? status}`;
}

function wonWord({ outcome, won }: Pick<OperationRecord, 'outcome' | 'won'>): string {
  if (outcome === undefined) return '-';
  return won === true ? 'yes' : 'no';
}

function textsOf({ name, workflowId, reason }: OperationRecord, by: string): string[] {
  const texts = [...(by === '' ? [] : [`by: ${by}`]), ...(reason === undefined ? [] : [`because: ${reason}`])];
  const lines = texts.flatMap((text) => wrap(printable(text), WIDTH - INDENT.length));
  return [printable(name ?? workflowId), ...lines].map((line) => INDENT + line);
}
