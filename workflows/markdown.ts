// The frame in which the Temporal UI shows it is a line too low: the last one has to be empty.
const EMPTY_LINE = '\u00a0';

/** A headline and a table of two columns; rows without a value are left out. */
export function table(headline: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const lines = rows.flatMap(([label, value]) => (value === undefined ? [] : [`| ${label} | ${value} |`]));
  return [`**${headline}**`, '', '| | |', '| --- | --- |', ...lines, '', EMPTY_LINE].join('\n');
}

/** A name as it is, in the type of code. */
export function code(text: string): string {
  return `\`${inert(text).replaceAll(/[`|]/g, ' ').slice(0, 1_000)}\``;
}

/** What callers and Google wrote, as it is: it must not become a link, a picture, HTML or a new row. */
export function plain(text: string): string {
  const line = inert(text).slice(0, 300);
  // Without the colon of `://` and the point of `www.` the Temporal UI makes no link of a URL.
  return line.replaceAll(/[\\`*_[\]|<>~&]|:(?=\/\/)|(?<=www)\./gi, (sign) => `&#${sign.codePointAt(0)};`);
}

// What a terminal would obey, or what shows one text as another: the details are read there too.
function inert(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
}

/** A time as people read it, to the second, in UTC. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
