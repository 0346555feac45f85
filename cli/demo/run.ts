import { constants } from 'node:os';
import { onStopSignal } from '../../worker/signals.js';
import { type Screen, styleFor } from '../output/style.js';
import { Cleanup } from '../dev/cleanup.js';
import { DemoLog } from './log.js';
import { runScenarios } from './run-scenarios.js';
import { report } from './report.js';
import { createEnvironment } from './environment.js';

/** Where the demonstration runs. */
export interface DemoOptions {
  /** End after the table, on a terminal too. */
  exit: boolean;
  env: NodeJS.ProcessEnv;
  /** Gets the table and the links. */
  stdout: Screen & { write(text: string): unknown };
  /** Gets what happens as it happens. */
  stderr: Screen & { write(text: string): unknown };
}

const LIMIT_MS = 120_000;

/**
 * Runs the demonstration to its exit code: 0; 1 where an outcome is not the truth or something could not be started; after
 * a signal before the table 130 (SIGINT) or 143 (SIGTERM). Nothing that it starts outlives it.
 */
export async function runDemo({ exit, env, stdout, stderr }: DemoOptions): Promise<number> {
  const narrator = new DemoLog((text) => void stderr.write(text), styleFor(stderr, env));
  const closers = new Cleanup();
  const stop = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
  });
  stopped.catch(() => undefined);
  const fail = (error: Error): void => stop.abort(error);
  const release = onStopSignal((signal) => fail(new Interrupted(signal)));
  let code: number | undefined;

  const perform = async (): Promise<void> => {
    narrator.explain(INTRODUCTION);
    narrator.heading('The stage: everything runs on this machine, and nothing leaves it');
    const stage = await createEnvironment({ env, narrator, closers, onFailure: fail });
    const late = setTimeout(() => fail(new Error(TOO_LATE)), LIMIT_MS);
    closers.add(async () => clearTimeout(late));
    const endings = await runScenarios(stage, narrator, { signal: stop.signal, onFailure: fail });
    clearTimeout(late);
    code = report(endings, stage, narrator, {
      write: (text) => stdout.write(text),
      style: styleFor(stdout, env),
    });
  };

  try {
    await Promise.race([perform(), stopped]);
    if (exit || stdout.isTTY !== true) {
      narrator.explain('These links end now. On a terminal, without --exit, everything stays up for a look.');
    } else {
      narrator.explain('Everything stays up for a look at these links. Ctrl-C ends it.');
      await stopped;
    }
    return code ?? 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      narrator.complain(error instanceof Error ? error.message : String(error));
      return 1;
    }
    if (code !== undefined) return code;
    narrator.complain('Interrupted: ending everything that was started.');
    return 128 + constants.signals[error.signal];
  } finally {
    await closers.close();
    release();
  }
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 'INTERRUPTED';

  constructor(readonly signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}`);
  }
}

const INTRODUCTION =
  'Cancelling a Google long-running operation promises nothing: the call is answered, and the operation may complete all ' +
  'the same. temporal-lro sends the cancel, looks at the operation until it is final, and records the outcome: who won.';

const TOO_LATE = `The demonstration did not end within ${LIMIT_MS / 60_000} minutes: an outcome is missing.`;
