import { escapeJson, maskControls } from '../../contract/text.js';
import { isAscii, toAscii } from './locale.js';

/** A server's text as one line that cannot control a terminal: blanks for line ends, `?` for other controls. */
export function printable(text: string): string {
  return printableLines(text.replaceAll(/[\r\n\t]+/g, ' '));
}

/** The same for a message of several lines, whose line ends stay. */
export function printableLines(text: string): string {
  const inert = maskControls(text.replaceAll('\t', ' '));
  return isAscii ? toAscii(inert) : inert;
}

/**
 * JSON in which every control and invisible character is escaped, also those that JSON.stringify leaves (DEL,
 * C1, bidirectional).
 */
export function printableJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, undefined, indent));
}
