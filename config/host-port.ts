import { isIPv6 } from 'node:net';

/** A host, without the brackets of an IPv6 address, and a port. */
export interface HostPort {
  host: string;
  port: number;
}

const HOST_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)):(\d{1,5})$/;

/** Reads `host:port` (`localhost:8080`, `0.0.0.0:8080`, `[::1]:8080`), or `undefined` where it is something else. */
export function parseHostPort(text: string, minPort = 1): HostPort | undefined {
  const [, ipv6, name, digits] = HOST_PORT.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < minPort || port > 65_535) return undefined; // An address that no host can have, such as 256.256.256.256 or [1:2], would fail at the first call only.
  if (ipv6 === undefined ? !URL.canParse(`http://${host}`) : !isIPv6(ipv6)) return undefined;
  return { host, port };
}

/** Writes `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
