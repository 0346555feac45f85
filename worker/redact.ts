// Google's access tokens (ya29.…), JWTs, anything behind Bearer or Basic, PEM keys: in any text, whatever field it is in.
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)(\s+)[\w\-.~+/=]{8,}/gi, '$1$2[redacted]'],
  [/\bya29\.[\w\-.]+/g, '[redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\w+/=\\\s]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, '[redacted]'],
  [
    /((?:access_token|refresh_token|id_token|client_secret|private_key)\W{1,6})[\w\-.~+/=]{8,}/gi,
    '$1[redacted]',
  ],
];

/** The text with everything that looks like a token or a key taken out. */
export function redactLogLine(text: string): string {
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}
