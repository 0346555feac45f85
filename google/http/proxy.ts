// In the order in which gaxios, the HTTP client, reads them.
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * The name of the environment variable that the HTTP client takes its proxy from, or `undefined` where there is none.
 */
export function proxyVariable(): string | undefined {
  return VARIABLES.find((name) => process.env[name]);
}

/** The problem of the proxy's variable, without its value, which may contain a password; `undefined` if there is none. */
export function problemOfProxy(): string | undefined {
  const variable = proxyVariable();
  if (variable === undefined) return undefined;
  const value = process.env[variable] ?? '';
  // `localhost:3128` can be parsed: it is a URL of the scheme `localhost`, without a host.
  if (URL.canParse(value) && new URL(value).hostname !== '') return undefined;
  return `${variable} must be a URL such as http://proxy.example:3128, and cannot be parsed as one`;
}
