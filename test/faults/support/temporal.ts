import { setTimeout as pause } from 'node:timers/promises';
import { startTemporal, type TemporalServer, TemporalServerError } from '../../../devserver/index.js';

const MAX_TRIES = 80;

/** A Temporal server on a file, which can be stopped and started again on the same port. */
export class RestartableTemporal {
  restarts = 0;
  /** When it did not run, in ms since 1970. */
  readonly outages: { from: number; until: number }[] = [];
  #server: TemporalServer;
  readonly #dbFile: string;
  #restarting: Promise<void> = Promise.resolve();
  #open = true;

  private constructor(server: TemporalServer, dbFile: string) {
    this.#server = server;
    this.#dbFile = dbFile;
  }

  static async start(dbFile: string, say: (line: string) => void): Promise<RestartableTemporal> {
    return new RestartableTemporal(await startTemporal({ dbFile, say }), dbFile);
  }

  get address(): string {
    return this.#server.address;
  }

  /** Ends the server as a crash or in an orderly way, and starts it again; one restart at a time. */
  async restart(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void> {
    const before = this.#restarting;
    this.#restarting = before.then(() => this.#restart(signal, downMs));
    await this.#restarting;
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#restarting.catch(() => undefined);
    await this.#server.kill();
  }

  async #restart(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<void> {
    if (!this.#open) return;
    const from = Date.now();
    const { port } = this.#server;
    await (signal === 'SIGKILL' ? this.#server.kill() : this.#server.stop());
    await pause(downMs);
    for (let attempt = 1; this.#open; attempt++) {
      try {
        this.#server = await startTemporal({ dbFile: this.#dbFile, port, readyTimeoutMs: 60_000 });
        break;
      } catch (error) {
        // A client that tries to connect to a free port of this machine may get that very port, and so take it for a moment.
        const isTaken = error instanceof TemporalServerError && error.code === 'PORT_TAKEN';
        if (!isTaken || attempt >= MAX_TRIES) throw error;
        await pause(250);
      }
    }
    this.restarts += 1;
    this.outages.push({ from, until: Date.now() });
  }
}
