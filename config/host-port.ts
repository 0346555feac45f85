import { isIPv6 } from 'node:net';

/** A host, without the brackets of an IPv6 address, and a port. */
export interface HostPort {
  host: string;
  port: number;
}

const HOST_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)):(\d{1,5})$/;

/** Reads `host:port` (`localhost:8080`, `0.0.0.0:8080`, `[::1]:8080`), or returns `undefined` for any other text. */
export function parseHostPort(text: string, minPort = 1): HostPort | undefined {
  const [, ipv6, name, digits] = HOST_PORT.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < minPort || port > 65_535) return undefined;
  // An impossible address such as 256.256.256.256 or [1:2] would otherwise fail only at the first call.
  if (ipv6 === undefined ? !URL.canParse(`http://${host}`) : !isIPv6(ipv6)) return undefined;
  return { host, port };
}

/** Reads the address of a Temporal server: `host:port`, or a host alone, which has port 7233. */
export function parseTemporalAddress(text: string): HostPort | undefined {
  return parseHostPort(text) ?? parseHostPort(`${text}:7233`);
}

/** Writes `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
