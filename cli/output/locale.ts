/** Whether the locale has only ASCII: one that is set and names another encoding than UTF-8, such as `LC_ALL=C`. POSIX, 8.2. */
export function isAsciiLocale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

/** A text in ASCII: `...` for an ellipsis, and the code of every other character, as in `\u00e9`. */
export function toAscii(text: string): string {
  const code = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replaceAll('…', '...').replaceAll(/[^\0-\x7F]/g, code);
}

/** Whether the text for people is to be ASCII. Data in JSON is UTF-8 always. */
export const isAscii = isAsciiLocale(process.env);
