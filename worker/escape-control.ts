import type { LogConfig } from '../config/worker-config.js';
import { escapeJson, maskJson } from '../contract/text.js';

/** An escape in JSON; the first alternative is a backslash that stands for itself. */
const ESCAPE = /\\(?:\\|u00[01][\da-fA-F]|[bfrt]|n(?! ))/g;

/**
 * A line of the log, one JSON object, that cannot control a terminal. As JSON it has the same value, every control and invisible
 * character escaped. The pretty format unescapes what is escaped, so there the characters are replaced; line ends stay,
 * and the line after one is indented, so that no message can imitate a line of the log.
 */
export function escapeControl(line: string, format: LogConfig['format']): string {
  if (format === 'json') return escapeJson(line);
  return maskJson(line).replaceAll(ESCAPE, (escape) => {
    if (escape === '\\\\') return escape;
    if (escape === '\\n') return '\\n    ';
    return escape === '\\t' ? ' ' : '?';
  });
}
