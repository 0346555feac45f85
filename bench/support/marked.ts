export const BEGIN = '<!-- The tables between these marks are written by `npm run bench`. -->';
export const END = '<!-- End of what `npm run bench` writes. -->';

/** Puts texts in the place of those that a document has between its marks, in their order. @throws Error where a mark is missing */
export function withMarked(document: string, texts: readonly string[]): string {
  let done = '';
  let rest = document;
  for (const text of texts) {
    const [from, to] = [rest.indexOf(BEGIN), rest.indexOf(END)];
    if (from === -1 || to < from) throw new Error(`The document lacks the marks ${BEGIN} and ${END}`);
    done += `${rest.slice(0, from)}${BEGIN}\n\n${text}\n\n${END}`;
    rest = rest.slice(to + END.length);
  }
  return done + rest;
}
