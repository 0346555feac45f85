import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Puts a format on a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** A stream that may be a terminal. */
export interface Screen {
  isTTY?: boolean;
}

/** The style for a stream: colours on a terminal only, and none with `NO_COLOR` or `TERM=dumb`. */
export function styleFor(stream: Screen, env: NodeJS.ProcessEnv): Style {
  const isPlain = stream.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  // Without validateStream: false Node would check stdout, whichever stream this is.
  return isPlain ? (_, text) => text : (format, text) => styleText(format, text, { validateStream: false });
}
