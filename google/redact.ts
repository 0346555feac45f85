import { stripVTControlCharacters } from 'node:util';

const MAX_LENGTH = 500;

// Bearer and Basic credentials, Google access and refresh tokens, JWTs, API keys, OAuth client secrets, private keys.
const SECRETS = [
  /-----BEGIN [^-]+-----[^]*?(?:-----END [^-]+-----|$)/g,
  /(?<=\b(?:bearer|basic) )[\w.~+/=-]{4,}/gi,
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
export function redact(text: string, maxLength = MAX_LENGTH): string {
  // A secret is never longer than this margin, so cutting first cannot cut one into something unrecognisable.
  const cut = text.slice(0, maxLength + 8_192);
  const plain = stripVTControlCharacters(cut).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  const safe = SECRETS.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), plain).trim();
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}
