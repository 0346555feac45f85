import { oneLine } from '../contract/text.js';

/** The longest `staticSummary` of a workflow that a Temporal server takes by default, in bytes. */
const MAX_SUMMARY_BYTES = 200;

/**
 * One line for the page and the history of a workflow in the Temporal UI, which renders it as Markdown: text
 * of callers must not become a link, a picture, HTML or a command to a terminal.
 */
export function summaryLine(text: string): string {
  const harmless = text.replaceAll(/:\/\/|\bwww\./gi, ' ').replaceAll(/[\p{Cs}<>[\]`*|\\~&!]/gu, ' ');
  const line = oneLine(harmless).trim();
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_SUMMARY_BYTES) return line;
  // In stream mode the decoder omits the character that the cut broke.
  return `${new TextDecoder().decode(bytes.subarray(0, MAX_SUMMARY_BYTES - 3), { stream: true })}…`;
}
