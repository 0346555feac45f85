import { formatDuration } from '../../contract/duration.js';
import { DEFAULT_SERVICE } from '../../contract/names.js';
import { cut } from '../../contract/text.js';
import { kindOf } from '../../google/kinds/find-kind.js';
import { withoutPrefix } from '../../google/kinds/kind.js';
import { printable } from '../output/printable.js';
import { WIDTH } from '../output/text.js';
import type { Running } from './running.js';

const AGE_WIDTH = 8;
const MAX_STATE_LENGTH = 24;
const GAP = '  ';

/**
 * What runs, as a table with a header: age, kind where there are several, and state, progress and display name where
 * any has one. Names are last: with `//service/` where there are several services, and on lines of their own where one
 * does not fit into {@link WIDTH}.
 */
export function tableOf(all: readonly Running[], now = Date.now()): string {
  const differ = (of: (running: Running) => string): boolean => new Set(all.map(of)).size > 1;
  const isOfSeveralServices = differ(({ service }) => service);
  const hasKinds = isOfSeveralServices || differ(({ kind }) => kind);
  const facts = [
    ['AGE', all.map((one) => ageOf(one, now))],
    ['KIND', hasKinds ? all.map(({ kind }) => kind) : []],
    ['STATE', all.map(stateOf)],
    ['PROGRESS', all.map(progressOf)],
    ['DISPLAY NAME', all.map(({ displayName }) => displayName)],
  ] as const;
  const columns = facts
    .filter(([, cells]) => cells.some((cell) => cell !== undefined))
    .map(([title, cells]) => padded([title, ...cells.map((cell) => printable(cell ?? '-'))]));
  const lines = ['', ...all].map((_, row) => columns.map((column) => column[row]).join(GAP));
  const names = all.map(({ name, service }) =>
    printable(isOfSeveralServices && service !== DEFAULT_SERVICE ? `//${service}/${name}` : name),
  );
  const longest = Math.max(...names.map(({ length }) => length));
  const isOneLine = columns.length === 1 || (lines[0]?.length ?? 0) + GAP.length + longest <= WIDTH;
  const divider = isOneLine ? GAP : `\n${' '.repeat(AGE_WIDTH)}${GAP}`;
  return ['NAME', ...names]
    .map((name, row) => {
      const line = lines[row] ?? '';
      return (isOneLine ? line : cutToWidth(line)) + divider + name;
    })
    .join('\n');
}

/** The cells with the width of the longest; those of the first column, the ages, to the right. */
function padded(cells: readonly string[]): string[] {
  if (cells[0] === 'AGE') return cells.map((cell) => cell.padStart(AGE_WIDTH));
  const width = Math.max(...cells.map(({ length }) => length));
  return cells.map((cell) => cell.padEnd(width));
}

function ageOf({ createTime }: Running, now: number): string {
  if (createTime === undefined) return '?';
  const ageMs = now - Date.parse(createTime);
  return ageMs < 1_000 ? '0s' : formatDuration(ageMs);
}

function stateOf({ service, name, state }: Running): string | undefined {
  if (state === undefined) return undefined;
  const kind = kindOf({ service, name });
  return cut(kind === undefined ? state : withoutPrefix(kind, state), MAX_STATE_LENGTH);
}

function progressOf({ progressPercent }: Running): string | undefined {
  return progressPercent === undefined ? undefined : `${Math.floor(progressPercent)}%`;
}

/** The line without the blanks at its end, and with `…` for what goes over the width. */
function cutToWidth(line: string): string {
  const text = line.trimEnd();
  return text.length <= WIDTH ? text : cut(text, WIDTH - 1);
}
