/** The input of the plain workflow. */
export interface PlainInput {
  name: string;
  /** The factor between a sleep and the one before; the first takes a second. */
  growth: number;
  /** The longest sleep. */
  maxMs: number;
}

/** The field of an Operation that the workflow reads. */
export interface PlainOperation {
  done?: boolean;
}

export type PlainActivities = ReturnType<typeof createPlainActivities>;

/** @param host - `host:port` of the emulator */
export function createPlainActivities(host: string) {
  const call = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(`http://${host}/v1beta1/${path}`, { method });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
  return {
    async cancelOperation(name: string): Promise<void> {
      await call('POST', `${name}:cancel`);
    },
    getOperation: (name: string) => call('GET', name) as Promise<PlainOperation>,
  };
}
