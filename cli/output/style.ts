import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Puts a format on a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** The style for a stream: colours on a terminal only, and none with `NO_COLOR` or `TERM=dumb`. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const { NO_COLOR = '', TERM } = process.env;
  // Without validateStream: false Node would check stdout instead of this stream.
  return !stream.isTTY || NO_COLOR !== '' || TERM === 'dumb'
    ? (_, text) => text
    : (format, text) => styleText(format, text, { validateStream: false });
}
