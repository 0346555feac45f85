/** The parts of an operation or a job that a text names. */
export type ParsedName = { name: string; service?: string | undefined; apiVersion?: string };

/** The error of a text that names no operation and no job; the message follows the text. */
export class BadName extends Error {
  override readonly name = 'BadName';
}
