import { fileURLToPath } from 'node:url';
import { NodeProcess } from './node-process.js';

const WORKER_MAIN = fileURLToPath(new URL('../worker/main.js', import.meta.url));

/** This build's worker in a process of its own, with a log in JSON. */
export class WorkerProcess extends NodeProcess {
  constructor(env: NodeJS.ProcessEnv) {
    super([WORKER_MAIN], { env: { ...env, LOG_FORMAT: 'json' } });
  }

  /** Waits until it takes work. @throws Error that says how it ended, where it ends before */
  async ready(): Promise<void> {
    await this.waitForLine(isReady);
  }
}

/** Whether a line of a worker's log in JSON says that it takes work. */
export function isReady(line: string): true | undefined {
  return line.includes('"msg":"ready"') || undefined;
}
