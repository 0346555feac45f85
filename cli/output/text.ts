import { wrapAnsi } from 'fast-wrap-ansi';
import { printable } from './printable.js';
import { PROGRAM } from './program.js';

/** The width in columns that all text is written for. */
export const WIDTH = 80;

/** The width of a terminal, which some report as 0. */
export function columnsOf({ columns }: { columns: number }): number {
  return columns > 0 ? columns : WIDTH;
}

/** Breaks a text at blanks into lines of at most `width` columns; a longer word gets a line of its own, or with `hard` several. */
export function wrap(text: string, width: number, { hard = false } = {}): string[] {
  return wrapAnsi(text.replaceAll(/\s+/g, ' ').trim(), width, { hard }).split('\n');
}

/** A command that ends a line of a message, after a colon. */
const COMMAND_AT_END = new RegExp(String.raw`^(.*:) ((?:\w+=\S+ )*(?:${PROGRAM}|temporal|gcloud) \S.*)$`);

/**
 * A message whose lines are broken between words, so that what it prints to be typed can be copied: a command at the end
 * of a line that is too long gets a line of its own, and an indented line, which is a command, stays in one piece.
 */
export function wrapMessage(text: string, width: number): string {
  const linesOf = (line: string): string[] => {
    if (line.length <= width || line.startsWith(' ')) return [line];
    const [, before = line, command] = COMMAND_AT_END.exec(line) ?? [];
    return [...wrap(before, width), ...(command === undefined ? [] : [`  ${command}`])];
  };
  return text.split('\n').flatMap(linesOf).join('\n');
}

/** Each text that is there beside its label, printable and wrapped to {@link WIDTH}. */
export function labelledLines(rows: Readonly<Record<string, string | undefined>>): string[] {
  const labelWidth = Math.max(...Object.keys(rows).map(({ length }) => length));
  return Object.entries(rows).flatMap(([label, text]) => {
    const lines = text === undefined ? [] : wrap(printable(text), WIDTH - labelWidth - 4);
    return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}  ${line}`);
  });
}
