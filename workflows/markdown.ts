import { oneLine } from '../contract/text.js';

// The frame in which the Temporal UI shows the details is one line too low: the last line has to be empty.
const EMPTY_LINE = '\u00a0';

/** A headline and a table of two columns; rows without a value are left out. */
export function table(headline: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const lines = rows.flatMap(([label, value]) => (value === undefined ? [] : [`| ${label} | ${value} |`]));
  return [`**${headline}**`, '', '| | |', '| --- | --- |', ...lines, '', EMPTY_LINE].join('\n');
}

/** A name as it is, set as code; at most 1,000 characters. */
export function code(text: string): string {
  return `\`${oneLine(text).replaceAll(/[`|]/g, ' ').slice(0, 1_000)}\``;
}

/**
 * A text of callers or of Google as it is, at most 300 characters: it must not become a link, a picture, HTML
 * or a new row.
 */
export function plain(text: string): string {
  const line = oneLine(text).slice(0, 300);
  // Without the colon of `://` and the point of `www.` the Temporal UI makes no link of a URL.
  return line.replaceAll(/[\\`*_[\]|<>~&]|:(?=\/\/)|(?<=www)\./gi, (sign) => `&#${sign.codePointAt(0)};`);
}

/** A time, given in ms since 1970, as people read it: to the second, in UTC. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
