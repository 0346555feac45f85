/** Replaces secrets of a request by `[redacted]` in texts of the server, which may repeat them. */
export type SecretFilter = (text: string) => string;

/** Headers whose values are secrets, such as `authorization` and `x-goog-api-key`. */
const SECRET_HEADER = /auth|api-?key|secret|token|cookie/i;
/** Parameters of token requests whose values are secrets (RFC 6749, 6750, 7523, 8693). */
const SECRET_PARAMETERS: readonly string[] = [
  'actor_token',
  'assertion',
  'client_assertion',
  'client_secret',
  'password',
  'refresh_token',
  'subject_token',
];
/** In characters. A shorter secret is not searched for: it may be an ordinary word. */
const MIN_SECRET_LENGTH = 6;
/** A secret is found by this many first characters, so that one that the server has cut off is found too. */
const HEAD_LENGTH = 16;
/** The rest of a secret, as it is and as JSON writes it. */
const REST = String.raw`(?:[\w.~+/=%-]|\\/|\\u[0-9a-fA-F]{4})*`;
/** Base64 may be broken into lines (RFC 2045, 6.8), in JSON too. */
const LINE_ENDS = String.raw`(?:[\r\n]|\\[rn])*`;
const BASE64_REST = String.raw`(?:[\w+/=%\r\n-]|\\[/rn])*`;

/** The parts of a request that may hold secrets. */
export interface SentRequest {
  headers?: Headers | undefined;
  /** The body. Only a form is searched, for token requests are forms. */
  data?: unknown;
}

/**
 * The filter for the answer to a request. A server that repeats the request, in an error, a page, a redirect or an
 * Operation's metadata, would otherwise write the token into logs and histories, in any form of token. It finds secrets as
 * they are, as JSON, a URL and HTML write them, and in base64 and base64url; in no other encoding.
 */
export function secretFilter(sent: SentRequest): SecretFilter {
  const secrets = [...new Set(secretsIn(sent))].filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  if (secrets.length === 0) return (text) => text;
  const heads = secrets.map((secret) => secret.slice(0, HEAD_LENGTH));
  const plain = heads.map((head) => head.split('').map(spellings).join(''));
  const encoded = heads.flatMap(base64Patterns);
  const pattern = new RegExp(`(?:${plain.join('|')})${REST}|(?:${encoded.join('|')})${BASE64_REST}`, 'g');
  return (text) => text.replaceAll(pattern, '[redacted]');
}

/** The same for a body that may have been parsed already. */
export function filterData(filter: SecretFilter, data: unknown): unknown {
  if (typeof data === 'string') return filter(data);
  if (typeof data !== 'object' || data === null) return data;
  return JSON.parse(filter(JSON.stringify(data)));
}

function secretsIn({ headers, data }: SentRequest): string[] {
  const found: string[] = [];
  for (const [name, value] of headers ?? []) {
    // The last word of a value such as `Bearer x`.
    if (SECRET_HEADER.test(name)) found.push(value.trim().split(/\s+/).at(-1) ?? '');
  }
  const form = data instanceof URLSearchParams ? data : undefined;
  for (const name of SECRET_PARAMETERS) found.push(...(form?.getAll(name) ?? []));
  return found;
}

/** A pattern for a UTF-16 unit as it is, and as JSON, a URL and HTML may write it. */
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

/**
 * Patterns for a head within a longer text in base64: one for each place that its first byte can have in a group of three.
 * Digits that encode bytes before or after it too are left out.
 */
function base64Patterns(head: string): string[] {
  return [0, 1, 2].map((place) => {
    const bytes = Buffer.from(' '.repeat(place) + head);
    const digits = bytes.toString('base64').slice(Math.ceil((place * 8) / 6), Math.floor((bytes.length * 8) / 6));
    // base64url writes - and _ (RFC 4648, 5).
    const patterns = digits.split('').map((digit) => {
      const url = { '+': '-', '/': '_' }[digit];
      return url === undefined ? spellings(digit) : `(?:${spellings(digit)}|${url})`;
    });
    return patterns.join(LINE_ENDS);
  });
}
