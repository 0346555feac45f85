/** Takes out of a text what was sent as a secret, where a server sends it back. */
export type SecretFilter = (text: string) => string;

/** Headers whose values are secrets: `authorization`, `x-goog-api-key` and the like. */
const SECRET_HEADER = /auth|api-?key|secret|token|cookie/i;
/** What a token request may hold (RFC 6749, 6750, 7523, 8693). */
const SECRET_PARAMETERS: readonly string[] = [
  'actor_token',
  'assertion',
  'client_assertion',
  'client_secret',
  'password',
  'refresh_token',
  'subject_token',
];
/** A shorter text may be an ordinary word. */
const SHORTEST = 6;
/** The beginning of a secret tells it; whatever of it follows goes too, so one that was cut off is found as well. */
const HEAD = 16;

/** A request as far as it may hold secrets. */
export interface Sent {
  headers?: Headers | undefined;
  /** The body; only a form is looked into, which is what token requests are. */
  data?: unknown;
}

/**
 * The filter for the answer to a request. A server that shows what it was sent, in an error, a page, a redirect or an
 * Operation's metadata, would otherwise write the token into logs and histories, whatever the token looks like.
 */
export function secretFilter(sent: Sent): SecretFilter {
  const secrets = [...new Set(secretsIn(sent))].filter((secret) => secret.length >= SHORTEST);
  if (secrets.length === 0) return (text) => text;
  const heads = secrets.map((secret) => secret.slice(0, HEAD).split('').map(spellings).join(''));
  const pattern = new RegExp(`(?:${heads.join('|')})[\\w.~+/=%-]*`, 'g');
  return (text) => text.replaceAll(pattern, '[redacted]');
}

/** The same for a body that may have been parsed already. */
export function filterData(filter: SecretFilter, data: unknown): unknown {
  if (typeof data === 'string') return filter(data);
  if (typeof data !== 'object' || data === null) return data;
  return JSON.parse(filter(JSON.stringify(data)));
}

function secretsIn({ headers, data }: Sent): string[] {
  const found: string[] = [];
  for (const [name, value] of headers ?? []) {
    // Of `Bearer x` the last word.
    if (SECRET_HEADER.test(name)) found.push(value.trim().split(/\s+/).at(-1) ?? '');
  }
  const form = data instanceof URLSearchParams ? data : undefined;
  for (const name of SECRET_PARAMETERS) found.push(...(form?.getAll(name) ?? []));
  return found;
}

/** A UTF-16 unit as it is, and as JSON, a URL and HTML may write it. */
function spellings(unit: string): string {
  const code = unit.charCodeAt(0);
  const hex = (digits: number) =>
    code
      .toString(16)
      .padStart(digits, '0')
      .split('')
      .map((digit) => `[${digit}${digit.toUpperCase()}]`)
      .join('');
  const itself = unit.replace(/\W/, String.raw`\$&`);
  return `(?:\\\\?${itself}|\\\\u${hex(4)}|%${hex(2)}|&#${code};)`;
}
