/** The input of the plain workflow. */
export interface PlainInput {
  name: string;
  /** The factor between a sleep and the one before; the first takes a second. */
  growth: number;
  /** The longest sleep. */
  maxMs: number;
}

/** The fields of an Operation that the workflow reads. */
export interface PlainOperation {
  done?: boolean;
  error?: { code?: number };
}

export interface PlainActivities {
  cancelOperation(name: string): Promise<void>;
  getOperation(name: string): Promise<PlainOperation>;
}

/** @param host - `host:port` of the emulator */
export function createPlainActivities(host: string): PlainActivities {
  const call = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(`http://${host}/v1beta1/${path}`, { method });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
  return {
    async cancelOperation(name) {
      await call('POST', `${name}:cancel`);
    },
    getOperation: (name) => call('GET', name) as Promise<PlainOperation>,
  };
}
