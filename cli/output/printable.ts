const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const UNSAFE_BUT_LINE_ENDS = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A text from a server as one line that a terminal shows and does not obey: blanks for line ends, `?` for other controls. */
export function printable(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(UNSAFE, '?');
}

/** The same for a message of several lines, which stay. */
export function printableLines(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(UNSAFE_BUT_LINE_ENDS, '?');
}

/** JSON in which every control character is escaped, those too that JSON itself lets pass (DEL, C1, bidirectional). */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(
    UNSAFE_BUT_LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
