import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker } from '@temporalio/worker';

/** A worker with workflows that are not this project's. */
export interface OtherWorker {
  taskQueue: string;
  stop(): Promise<void>;
}

/** @param workflowsPath the compiled file of its workflows */
export async function startOtherWorker(address: string, workflowsPath: string): Promise<OtherWorker> {
  const connection = await NativeConnection.connect({ address });
  const taskQueue = `other-${randomUUID()}`;
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  const done = worker.run();
  return {
    taskQueue,
    stop: async () => {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

/** The types and messages of an error and its causes. */
export function errorText(error: unknown): string {
  const lines: string[] = [];
  for (let next: unknown = error; next instanceof Error; next = next.cause) {
    lines.push(`${'type' in next ? String(next.type) : ''} ${next.message}`);
  }
  return lines.join('\n');
}
