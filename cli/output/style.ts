import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'green' | 'blue' | 'yellow' | 'red' | 'cyan' | 'magenta';

/** Puts a format on a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** The style for a stream: colours on a terminal only, and none with `NO_COLOR` or `TERM=dumb`. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  return (format, text) => styleText(format, text, { stream });
}
