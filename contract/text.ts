// For text from outside: from a caller, Google or a file. Pure, because the workflow sandbox uses it too. Each
// pattern is one class of characters, so that a text of any length takes time in proportion to its length.

/**
 * Blanks, control characters (Cc: C0, DEL, C1) and format characters (Cf: zero-width ones, bidirectional
 * marks and overrides, tags). General categories of Unicode, UAX #44.
 */
const BLANK_OR_INVISIBLE = /[\s\p{Cc}\p{Cf}]+/gu;

/**
 * Characters that control a terminal or make one text look like another, except line ends. They are not all of
 * Cf, because emoji and several scripts join letters by zero-width characters.
 */
const OBEYED = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The control, format and line-separating characters that JSON.stringify leaves as they are: it escapes C0 alone. */
const UNESCAPED_IN_JSON = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** The text on one line: each run of blanks, control and invisible characters becomes one blank. */
export function oneLine(text: string): string {
  return text.replaceAll(BLANK_OR_INVISIBLE, ' ');
}

/**
 * The text as it is up to `maxLength` UTF-16 units; of a longer one the beginning and `…`. Half a surrogate
 * pair is left out.
 */
export function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** The text with `?` for every character that could control a terminal. Line ends stay. */
export function maskControls(text: string): string {
  return text.replaceAll(OBEYED, '?');
}

/**
 * A text for use in a message: in the quotes of JSON, cut after 80 characters, control and invisible
 * characters escaped or `?`.
 */
export function quoted(text: string): string {
  return maskJson(JSON.stringify(cut(text, 80)));
}

/** A text that JSON.stringify made, with `?` for every control and invisible character that it did not escape. */
export function maskJson(json: string): string {
  return json.replaceAll(UNESCAPED_IN_JSON, '?');
}

/** A text that JSON.stringify made, with every control and invisible character escaped: JSON of the same value. */
export function escapeJson(json: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replaceAll(UNESCAPED_IN_JSON, (character) => character.split('').map(escaped).join(''));
}

/** A text as one word of a POSIX shell, quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[\w\-./:@%+,][\w\-./:=@%+,~]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
