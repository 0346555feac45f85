import { fileURLToPath } from 'node:url';
import { GuardedProcess } from './guarded-process.js';

const WORKER_MAIN = fileURLToPath(new URL('../worker/main.js', import.meta.url));

/** The worker of this build in its own process, with a log in JSON. */
export class WorkerProcess extends GuardedProcess {
  constructor(env: NodeJS.ProcessEnv) {
    super(process.execPath, [WORKER_MAIN], { env: { ...env, LOG_FORMAT: 'json' } });
  }

  /** Waits until it accepts work. @throws Error that says how it ended, if it ends before */
  async ready(): Promise<void> {
    await this.waitForLine(isReady);
  }
}

/** Whether a line of a worker's JSON log says that it accepts work. */
export function isReady(line: string): true | undefined {
  return line.includes('"msg":"ready"') || undefined;
}
