// In the order in which gaxios, the HTTP client, reads them.
const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** As Google's library names it, with and without the dot. The address is also that of AWS and Azure. */
const METADATA_HOSTS = ['metadata.google.internal', 'metadata.google.internal.', '169.254.169.254'];

/**
 * The name of the environment variable that the HTTP client takes its proxy from, or `undefined` where there is none.
 */
export function proxyVariable(): string | undefined {
  return VARIABLES.find((name) => process.env[name]);
}

/**
 * Keeps requests to a metadata server from the proxy, which would not reach it or would answer with the token of
 * its own machine. The HTTP client reads NO_PROXY alone, and compares whole hosts without the port.
 */
export function exemptMetadataServers(env: NodeJS.ProcessEnv = process.env): void {
  const own = ['GCE_METADATA_HOST', 'GCE_METADATA_IP'].map((name) => env[name] ?? '');
  const hosts = [...METADATA_HOSTS, ...own.map((host) => host.replace(/^https?:\/\//, '').replace(/[:/][^\]]*$/, ''))];
  const given = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((host) => host.trim());
  env['NO_PROXY'] = [...new Set([...given, ...hosts])].filter((host) => host !== '').join(',');
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
