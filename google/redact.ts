import { stripVTControlCharacters } from 'node:util';
import { cut, oneLine } from '../contract/text.js';

const DEFAULT_MAX_LENGTH = 500;
/**
 * The number of characters beyond the cut that are searched, so that a secret at the cut is found whole. None is longer.
 */
const MARGIN = 8_192;

/**
 * The forms of secrets. A match succeeds or gives up within a few characters, so that each takes linear time
 * on any text. Quotes and the backslash in front of one stay, so that JSON stays JSON.
 */
const SECRETS: readonly RegExp[] = [
  // Keys and certificates in PEM (RFC 7468), also where the end is missing or the line ends are escaped.
  /-----BEGIN [\w ]{1,60}-----(?:[^"\\-]|\\[^"]|-(?!-)){0,16384}(?:-----END [\w ]{1,60}-----)?/g,
  // Credentials of an Authorization header (RFC 6750, 7617).
  /(?<=\b(?:bearer|basic)\s{1,20})[\w.~+/=-]{4,}/gi,
  // Values by the names that token requests and key files give them (RFC 6749).
  /(?<=(?:access_token|refresh_token|id_token|client_secret|private_key)\W{1,6})(?!redacted\])[\w.~+/=-]{8,}/gi,
  // Google's access tokens, refresh tokens, API keys and OAuth client secrets.
  /\bya29\.[\w.-]+/g,
  /\b1\/\/[\w-]{10,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bGOCSPX-[\w-]+/g,
];

/**
 * A JWT (RFC 7519) once it has a dot in it: a JSON object in base64url begins so. Up to five parts, as in JWE
 * (RFC 7516).
 */
const FROM_JSON_IN_BASE64 = /\beyJ[\w-]+(?:\.[\w-]*){0,4}/g;

/** The text with `[redacted]` for everything with the form of a token or a key. For messages and for the log. */
export function redactSecrets(text: string): string {
  const withoutJwts = text.replaceAll(FROM_JSON_IN_BASE64, (run) => (/\.[\w-]/.test(run) ? '[redacted]' : run));
  return SECRETS.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), withoutJwts);
}

/**
 * A text from outside, safe for a message: without ANSI escapes, control and invisible characters and
 * secrets, on one line, of at most `maxLength` characters and `…`.
 */
export function redact(text: string, maxLength = DEFAULT_MAX_LENGTH): string {
  // Cut first, so that a text of megabytes costs no more than its beginning.
  const start = stripVTControlCharacters(text.slice(0, maxLength + MARGIN));
  return cut(redactSecrets(oneLine(start)).trim(), maxLength);
}
