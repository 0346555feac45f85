/**
 * The most levels of objects and arrays in what Google answers. A protobuf parser takes a hundred levels of messages, and a list
 * between two of them is a level of its own in JSON. What is deeper is nobody's message, and it breaks those who read it: a
 * serialiser runs out of stack, Go stops at 10,000 levels, Python at about 1,000.
 */
export const MAX_LEVELS = 200;

/** Whether a value from JSON has more levels than that. It needs no stack. */
export function isTooDeep(value: unknown, most = MAX_LEVELS): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : [],
    );
    if (next.length > 0 && depth >= most) return true;
    level = next;
  }
  return false;
}
