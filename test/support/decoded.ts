/** All strings and bytes in a value, bytes as text: payloads of a history are bytes. */
export function decoded(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value !== 'object' || value === null || depth > 40) return '';
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${decoded(inner, depth + 1)}`)
    .join('\n');
}
