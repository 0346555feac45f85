import type { LogEntry, OperationScript, OperationTruth } from '../emulator/index.js';

/** An emulator in another process, through its admin API. */
export interface RemoteEmulator {
  /** `host:port`. */
  readonly host: string;
  add(scripts: readonly OperationScript[]): Promise<void>;
  operation(name: string): Promise<OperationTruth>;
  /** The requests with a name, or all requests. */
  requests(name?: string): Promise<LogEntry[]>;
  /** Ends a running operation. */
  complete(name: string): Promise<void>;
  clearRequests(): Promise<void>;
  /** Deletes all operations, requests and faults. */
  reset(): Promise<void>;
  /** Measures a GET of an operation over an open connection, in ms. */
  roundTrip(name: string): Promise<number>;
}

export function remoteEmulator(host: string): RemoteEmulator {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://${host}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  };
  return {
    host,
    async add(scripts) {
      await call('POST', 'emulator/operations', scripts);
    },
    operation: (name) => call('GET', `emulator/operations?name=${encodeURIComponent(name)}`) as Promise<OperationTruth>,
    requests: (name) =>
      call('GET', `emulator/log${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`) as Promise<
        LogEntry[]
      >,
    async complete(name) {
      await call('POST', 'emulator/complete', { name });
    },
    async clearRequests() {
      await call('DELETE', 'emulator/log');
    },
    async reset() {
      await call('POST', 'emulator/reset', {});
    },
    async roundTrip(name) {
      const startedAt = performance.now();
      await call('GET', `v1beta1/${name}`);
      return performance.now() - startedAt;
    },
  };
}
