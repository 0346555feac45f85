/** What the plain workflow is told. */
export interface PlainInput {
  name: string;
  /** By what each sleep is longer than the one before, from a second on. */
  growth: number;
  longestMs: number;
}

/** As much of an Operation as it looks at. */
export interface PlainOperation {
  done?: boolean;
  error?: { code?: number };
}

export interface PlainActivities {
  cancelOperation(name: string): Promise<void>;
  getOperation(name: string): Promise<PlainOperation>;
}

/** @param host `host:port` of the emulator */
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
