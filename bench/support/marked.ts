export const BEGIN = '<!-- The tables between these marks are written by `npm run bench`. -->';
export const END = '<!-- End of what `npm run bench` writes. -->';

/** Replaces the texts between the marks of a document, in order. @throws Error if a mark is missing */
export function replaceMarked(document: string, texts: readonly string[]): string {
  let result = '';
  let rest = document;
  for (const text of texts) {
    const [from, to] = [rest.indexOf(BEGIN), rest.indexOf(END)];
    if (from === -1 || to < from) throw new Error(`The document does not have the marks ${BEGIN} and ${END}`);
    result += `${rest.slice(0, from)}${BEGIN}\n\n${text}\n\n${END}`;
    rest = rest.slice(to + END.length);
  }
  return result + rest;
}
