import { quoted } from '../contract/text.js';

const SEGMENT = /^(?:[A-Za-z0-9\-._~=+@,():*]|%2F)+$/i;

/**
 * A pattern for names: `*` is any text within a segment but `%2F`, which a proxy may decode into a slash; `**` as a
 * whole segment is any number of segments, none included.
 */
export interface Glob {
  matches(name: string): boolean;
  /** Whether some name under `parent` matches. */
  matchesUnder(parent: string): boolean;
}

/**
 * Reads a pattern such as `projects/my-project/**`. Only `*` is special, so that rules about access are
 * simple: no braces, classes, negation or escapes.
 *
 * @throws Error with a clause that follows the pattern, such as `has an empty segment`.
 */
export function parseGlob(pattern: string): Glob {
  const segments = pattern.split('/').map(parseSegment);
  return {
    matches: (name) => walk(segments, name.split('/'), (rest) => rest.every((one) => one === 'ANY_DEPTH')),
    matchesUnder: (parent) => walk(segments, parent.split('/'), (rest) => rest.length > 0),
  };
}

/** The texts between the `*` of a segment; a single text has to be the whole segment. */
type Segment = readonly string[] | 'ANY_DEPTH';

function parseSegment(text: string): Segment {
  if (text === '**') return 'ANY_DEPTH';
  if (text.includes('**')) throw new Error('has a ** that is not a segment of its own');
  if (text === '') throw new Error('has an empty segment');
  if (!SEGMENT.test(text)) throw new Error(`has the segment ${quoted(text)}, and only * is special`);
  return text.split('*');
}

/**
 * Whether a text is the parts in their order with anything but `%2F` between them. A regular expression would try
 * every way to split it.
 */
function matchesSegment([first = '', ...others]: readonly string[], text: string): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (slashesIn(text) > slashesIn([first, ...others, last].join('*'))) return false;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

function slashesIn(text: string): number {
  return text.split(/%2F/i).length;
}

/**
 * Matches the path against all positions in the pattern at once, and calls `accepts` with each rest of the
 * pattern at the end.
 */
function walk(pattern: Segment[], path: string[], accepts: (rest: Segment[]) => boolean): boolean {
  let positions = new Set([0]);
  for (const part of path) {
    const next = new Set<number>();
    for (const position of withSkippedSegments(pattern, positions)) {
      const segment = pattern[position];
      if (segment === 'ANY_DEPTH') next.add(position);
      else if (segment !== undefined && matchesSegment(segment, part)) next.add(position + 1);
    }
    positions = next;
  }
  return [...positions].some((position) => accepts(pattern.slice(position)));
}

/** `**` may stand for no segment at all. */
function withSkippedSegments(pattern: Segment[], positions: Set<number>): Set<number> {
  const all = new Set(positions);
  for (const position of all) {
    if (pattern[position] === 'ANY_DEPTH') all.add(position + 1);
  }
  return all;
}
