import { randomUUID } from 'node:crypto';
import type { LogEntry, OperationScript, OperationTruth } from '../emulator/index.js';

/** The name of a location of a new project, which shares no rate limit and no list of operations. */
export function newLocation(): string {
  return `projects/p${randomUUID().slice(0, 13)}/locations/us-central1`;
}

/** An emulator in another process, through its admin API. @param host - `host:port` */
export function remoteEmulator(host: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://${host}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  };
  const byName = (name?: string): string => (name === undefined ? '' : `?name=${encodeURIComponent(name)}`);
  return {
    host,
    add: (scripts: readonly OperationScript[]) => call('POST', 'emulator/operations', scripts),
    operation: (name: string) => call('GET', `emulator/operations${byName(name)}`) as Promise<OperationTruth>,
    /** The requests with a name, or all requests. */
    requests: (name?: string) => call('GET', `emulator/log${byName(name)}`) as Promise<LogEntry[]>,
    /** Ends a running operation. */
    complete: (name: string) => call('POST', 'emulator/complete', { name }),
    clearRequests: () => call('DELETE', 'emulator/log'),
    /** Deletes all operations, requests and faults. */
    reset: () => call('POST', 'emulator/reset', {}),
    /** Measures a GET of an operation over an open connection, in ms. */
    async roundTrip(name: string): Promise<number> {
      const startedAt = performance.now();
      await call('GET', `v1beta1/${name}`);
      return performance.now() - startedAt;
    },
  };
}
