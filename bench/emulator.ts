import type { LogEntry, OperationScript, OperationTruth } from '../emulator/index.js';

/** The emulator of another process, by its admin API. */
export interface RemoteEmulator {
  /** `host:port`. */
  readonly host: string;
  add(scripts: readonly OperationScript[]): Promise<void>;
  truth(name: string): Promise<OperationTruth>;
  /** The requests, of all names where none is given. */
  requests(name?: string): Promise<LogEntry[]>;
  /** Ends an operation that runs. */
  complete(name: string): Promise<void>;
  forgetRequests(): Promise<void>;
  /** Forgets operations, requests and faults. */
  reset(): Promise<void>;
  /** How long a GET of an operation takes over a connection that is open, in ms. */
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
    truth: (name) =>
      call('GET', `emulator/operations?name=${encodeURIComponent(name)}`) as Promise<OperationTruth>,
    requests: (name) =>
      call('GET', `emulator/log${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`) as Promise<
        LogEntry[]
      >,
    async complete(name) {
      await call('POST', 'emulator/complete', { name });
    },
    async forgetRequests() {
      await call('DELETE', 'emulator/log');
    },
    async reset() {
      await call('POST', 'emulator/reset', {});
    },
    async roundTrip(name) {
      const began = performance.now();
      await call('GET', `v1beta1/${name}`);
      return performance.now() - began;
    },
  };
}
