import type { JsonObject } from '../../contract/operation.js';

/** Whether an operation, with `done` even if it is false, is in a list. */
export type Condition = (operation: JsonObject) => boolean;

const COMPARISON = /^(NOT\s+|-)?([\w.@]+)(?:\s*(<=|>=|!=|[=<>:])\s*("[^"]*"|[^\s"]+))?$/;
/** Not within quotes. */
const [AND, OR] = [/\s+AND\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/, /\s+OR\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/];

/**
 * The condition of a list's filter (AIP-160): comparisons such as `done=false`, `metadata.state = RUNNING` or `NOT done`,
 * joined by AND, and by OR, which binds more tightly. A field that the operation lacks is its metadata's, and if that
 * lacks it too, only `!=` holds. The JSON filter of Storage Transfer selects everything.
 *
 * @param placeOf the path of a field that the filter names, or `undefined` if there is no such field
 * @returns `undefined` if it is malformed, or has an AND in parentheses beside an OR.
 */
export function parseFilter(
  filter: string,
  placeOf: (path: string) => string | undefined = (path) => path,
): Condition | undefined {
  const text = filter.trim();
  if (text === '' || /^\{.*\}$/s.test(text)) return () => true;
  if (OR.test(text) && /\([^()]*\sAND\s/.test(text)) return undefined;
  const all: Condition[] = [];
  for (const part of text.split(AND)) {
    const any = part.split(OR).map((one) => parseComparison(one, placeOf));
    if (!any.every((one) => one !== undefined)) return undefined;
    all.push((operation) => any.some((one) => one(operation)));
  }
  return (operation) => all.every((one) => one(operation));
}

function parseComparison(text: string, placeOf: (path: string) => string | undefined): Condition | undefined {
  const bare = text.trim().replace(/^\(+\s*|\s*\)+$/g, '');
  const [, negation, field, operator, quoted = 'true'] = COMPARISON.exec(bare) ?? [];
  const path = field === undefined ? undefined : placeOf(field);
  if (path === undefined || (operator ?? negation) === undefined) return undefined;
  const value = quoted.replaceAll('"', '');
  return (operation) => {
    const actual = valueAt(operation, path) ?? valueAt(operation['metadata'], path);
    return compare(actual, operator ?? '=', value) === (negation === undefined);
  };
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner as JsonObject | undefined | null)?.[key], value);
}

function compare(actual: unknown, operator: string, value: string): boolean {
  if (actual === undefined) return operator === '!=';
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual);
  const order = text === value ? 0 : Number(text) - Number(value) || (text < value ? -1 : 1);
  if (operator === '!=') return order !== 0;
  if (operator === ':') return value === '*' || text.includes(value);
  return (
    (operator.includes('=') && order === 0) || (operator[0] === '<' && order < 0) || (operator[0] === '>' && order > 0)
  );
}
