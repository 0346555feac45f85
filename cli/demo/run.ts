import { errorMessage } from '../command-error.js';
import { Cleanup } from '../dev/cleanup.js';
import { EXIT_ERROR } from '../exit-code.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { type Screen, styleFor } from '../output/style.js';
import { createEnvironment } from './environment.js';
import { DemoLog } from './log.js';
import { report } from './report.js';
import { runScenarios } from './run-scenarios.js';

/** How the demonstration runs. */
export interface DemoOptions {
  /** End after the table, on a terminal too. */
  exit: boolean;
  env: NodeJS.ProcessEnv;
  /** Gets the table and the links. */
  stdout: Screen & { write(text: string): unknown };
  /** Gets the events as they happen. */
  stderr: Screen & { write(text: string): unknown };
}

const TIMEOUT_MS = 120_000;

/**
 * Runs the demonstration. It ends everything that it has started.
 *
 * @returns the exit code: 0; 1 if a record is wrong or something could not be started; if it was interrupted
 * before the table, 130 (SIGINT) or 143 (SIGTERM)
 */
export async function runDemo({ exit, env, stdout, stderr }: DemoOptions): Promise<number> {
  const log = new DemoLog((text) => void stderr.write(text), styleFor(stderr, env));
  const cleanup = new Cleanup();
  const ctrlC = listenForCtrlC();
  const interrupted = ctrlC.exitCode.then((exitCode) => ({ exitCode }));
  const failure = new AbortController();
  const fail = (error: Error): void => failure.abort(error);
  const failed = new Promise<never>((_, reject) => {
    failure.signal.addEventListener('abort', () => reject(failure.signal.reason as Error), { once: true });
  });
  // It may fail while nothing waits for it.
  failed.catch(() => undefined);

  const runToReport = async (): Promise<number> => {
    log.paragraph(INTRODUCTION);
    log.heading('Setting up: everything runs on this machine, and nothing leaves it');
    const environment = await createEnvironment({ env, log, cleanup, onFailure: fail });
    const timer = setTimeout(() => fail(new Error(TIMED_OUT)), TIMEOUT_MS);
    cleanup.add(async () => clearTimeout(timer));
    const signal = AbortSignal.any([ctrlC.signal, failure.signal]);
    const finished = await runScenarios(environment, log, { signal, onFailure: fail });
    clearTimeout(timer);
    const output = { write: (text: string) => stdout.write(text), style: styleFor(stdout, env) };
    return report(finished, environment, log, output);
  };

  try {
    const result = await Promise.race([runToReport(), failed, interrupted]);
    if (typeof result !== 'number') {
      log.error('Interrupted: ending everything that was started.');
      return result.exitCode;
    }
    if (exit || stdout.isTTY !== true) {
      log.paragraph('These links end now. On a terminal, without --exit, they stay open until Ctrl-C.');
    } else {
      log.paragraph('These links stay open until Ctrl-C.');
      await Promise.race([failed, interrupted]);
    }
    return result;
  } catch (error) {
    log.error(errorMessage(error));
    return EXIT_ERROR;
  } finally {
    await cleanup.run();
    ctrlC.release();
  }
}

const INTRODUCTION =
  'Cancelling a Google long-running operation promises nothing: the call is answered, and the operation may complete all ' +
  'the same. temporal-lro sends the cancel, polls the operation until it is final, and records the outcome: who won.';

const TIMED_OUT = `The demonstration did not end within ${TIMEOUT_MS / 60_000} minutes: an outcome is missing.`;
