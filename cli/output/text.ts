import { printable } from './printable.js';

/** The width in columns that all text is written for. */
export const WIDTH = 80;

/** The width of a terminal, which some report as 0. */
export function columnsOf({ columns }: { columns: number }): number {
  return columns > 0 ? columns : WIDTH;
}

/** Breaks a text at blanks into lines of at most `width` characters; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Each text that is there beside its label, printable and wrapped to {@link WIDTH}. */
export function labelledLines(rows: Readonly<Record<string, string | undefined>>): string[] {
  const labelWidth = Math.max(...Object.keys(rows).map(({ length }) => length));
  return Object.entries(rows).flatMap(([label, text]) => {
    const lines = text === undefined ? [] : wrap(printable(text), WIDTH - labelWidth - 4);
    return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}  ${line}`);
  });
}
