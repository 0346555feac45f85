import { oneLine } from '../contract/text.js';

/**
 * The limit of Temporal's server for a workflow's summary (`static_summary` of its user metadata), in bytes.
 */
const MAX_SUMMARY_BYTES = 200;

/**
 * One line for the page and the history of a workflow in the Temporal UI, which renders it as Markdown: what
 * callers wrote must not become a link, a picture, HTML or a command to a terminal.
 */
export function summaryLine(text: string): string {
  const inert = text.replaceAll(/:\/\/|\bwww\./gi, ' ').replaceAll(/[\p{Cs}<>[\]`*|\\~&!]/gu, ' ');
  const line = oneLine(inert).trim();
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_SUMMARY_BYTES) return line;
  // A decoder that expects more leaves out the character that the cut broke.
  return `${new TextDecoder().decode(bytes.subarray(0, MAX_SUMMARY_BYTES - 3), { stream: true })}…`;
}
