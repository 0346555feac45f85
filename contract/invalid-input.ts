import type { BaseIssue } from 'valibot';
import { quoted } from './text.js';

/** Input that cannot be used. The message names the field, says what is wrong and what is accepted. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly code = 'INVALID_ARGUMENT';
}

/** One sentence on what valibot found wrong: the field by its path, then the message of the schema. */
export function inputProblem(issue: BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.');
  if (path === '') return `input: ${issue.message}`;
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${quotedPath(path)}: is not a field of this input`;
  if (issue.expected !== null && issue.received === 'undefined')
    return `${path}: is missing; it ${issue.message}`;
  return `${quotedPath(path)}: ${issue.message}`;
}

function quotedPath(path: string): string {
  return /^[\w.]{1,80}$/.test(path) ? path : quoted(path);
}
