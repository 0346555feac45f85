import { stripVTControlCharacters } from 'node:util';

const MAX_LENGTH = 500;

// Bearer and Basic credentials, Google access and refresh tokens, JWTs, API keys, OAuth client secrets, private keys.
const SECRETS = [
  /-----BEGIN [^-]+-----[^]*?(?:-----END [^-]+-----|$)/g,
  /(?<=\b(?:bearer|basic)\s{1,8})[\w.~+/=-]{4,}/gi,
  /\bya29\.[\w.-]+/g,
  /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g,
  /\b1\/\/[\w-]{10,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bGOCSPX-[\w-]+/g,
];

/**
 * Text from outside, made fit for a message: ANSI escapes and control, bidirectional and invisible characters out, what
 * looks like a secret replaced, one line, at most `maxLength` characters.
 */
export function scrub(text: string, maxLength = MAX_LENGTH): string {
  // A secret is never longer than this margin, so cutting first cannot cut one into something unrecognisable.
  const cut = text.slice(0, maxLength + 8_192);
  const plain = stripVTControlCharacters(cut).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  const safe = SECRETS.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), plain).trim();
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}

/** An error reduced to its scrubbed message and its code. HTTP clients' errors carry the request, its headers included. */
export function plainError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const plain = new Error(scrub(message));
  const code = codeOf(error);
  if (code !== undefined) Object.assign(plain, { code });
  // A stack begins with the message, as it was before scrubbing.
  plain.stack = `${error instanceof Error ? error.name : 'Error'}: ${plain.message}`;
  return plain;
}

/** The first textual `code` in an error and its causes, such as `"ECONNREFUSED"`. */
export function codeOf(error: unknown): string | undefined {
  for (const link of causes(error)) {
    if ('code' in link && typeof link.code === 'string' && /^\w{1,60}$/.test(link.code)) return link.code;
  }
  return undefined;
}

/** An error and its causes, outermost first. */
export function causes(error: unknown): object[] {
  const chain: object[] = [];
  let link = error;
  while (typeof link === 'object' && link !== null && chain.length < 8) {
    chain.push(link);
    link = 'cause' in link ? link.cause : undefined;
  }
  return chain;
}
