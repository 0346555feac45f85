/** The words that start this program again as it was started: npm sets the variable for `npx` and `npm exec`. */
export const PROGRAM_WORDS: readonly string[] =
  process.env['npm_command'] === 'exec' ? ['npx', 'temporal-lro'] : ['temporal-lro'];

/** {@link PROGRAM_WORDS} as a text. */
export const PROGRAM = PROGRAM_WORDS.join(' ');

/** A text in which the commands that stand at the beginning of a line, or after variables, start as this program was. */
export function withProgram(text: string): string {
  return text.replaceAll(/(?<=^(?:Usage:)? {0,20}(?:\w{1,40}=\S{1,99} ){0,4})temporal-lro(?= )/gm, PROGRAM);
}
