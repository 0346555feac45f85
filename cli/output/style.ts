import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Puts a format on a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** What is known of a stream that is written to. */
export interface Screen {
  isTTY?: boolean;
}

/** The style for a stream: colours on a terminal only, and none with `NO_COLOR` or on a dumb terminal. */
export function styleFor(stream: Screen, env: NodeJS.ProcessEnv): Style {
  const plain = stream.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  // The decision is made: Node's own would look at stdout, whichever stream this is.
  return plain ? (_, text) => text : (format, text) => styleText(format, text, { validateStream: false });
}
