import type { LogFormat } from '../config/worker-config.js';

/** What JSON lets through and a terminal obeys or hides: DEL and C1, line separators, bidirectional and invisible characters. */
const RAW = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;
/** An escape in JSON; the first alternative is a backslash that stands for itself. */
const ESCAPED = /\\(?:\\|u00[01][\da-fA-F]|[bfrt]|n(?! ))/g;

/**
 * A line of the log, one JSON object, that no terminal obeys. As JSON it says the same, every such character escaped. What is
 * made pretty is unescaped again, so there the characters are replaced; line ends are kept, and what follows one is indented,
 * so that no message can begin a line of its own.
 */
export function escapeControl(line: string, format: LogFormat): string {
  if (format === 'json') return line.replaceAll(RAW, escaped);
  return line.replaceAll(RAW, '?').replaceAll(ESCAPED, (escape) => {
    if (escape === '\\\\') return escape;
    if (escape === '\\n') return '\\n    ';
    return escape === '\\t' ? ' ' : '?';
  });
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
