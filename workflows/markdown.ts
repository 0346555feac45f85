/** A headline and a table of two columns; rows without a value are left out. */
export function table(headline: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const lines = rows.flatMap(([label, value]) => (value === undefined ? [] : [`| ${label} | ${value} |`]));
  return [`**${headline}**`, '', '| | |', '| --- | --- |', ...lines].join('\n');
}

/** A name as it is, in the type of code. */
export function code(text: string): string {
  return `\`${text.replaceAll(/[`|\s]/g, ' ').slice(0, 1_000)}\``;
}

/** What callers and Google wrote, as it is: it must not become a link, a picture, HTML or a new row. */
export function plain(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').slice(0, 300);
  return line.replaceAll(/[\\`*_[\]|<>~&]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
