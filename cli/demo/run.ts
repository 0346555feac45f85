import { errorMessage } from '../command-error.js';
import { Cleanup } from '../../devserver/cleanup.js';
import { EXIT_ERROR } from '../exit-code.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { createEnvironment } from './environment.js';
import { DemoLog } from './log.js';
import { report } from './report.js';
import { runScenarios } from './run-scenarios.js';

const TIMEOUT_MS = 120_000;

/**
 * Runs the demonstration: events go to stderr, the table and the link to stdout. It ends everything that it has
 * started.
 *
 * @param exit whether to end after the table, on a terminal too
 * @returns the exit code: 0; 1 if a record is wrong or something could not be started; if it was interrupted
 * before the table, 130 (SIGINT) or 143 (SIGTERM)
 */
export async function runDemo(exit: boolean): Promise<number> {
  const log = new DemoLog();
  const staysOpen = !exit && process.stdout.isTTY;
  const cleanup = new Cleanup();
  const ctrlC = listenForCtrlC();
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
    const environment = await createEnvironment(log, cleanup, fail, staysOpen);
    const timer = setTimeout(() => fail(new Error(TIMED_OUT)), TIMEOUT_MS);
    const finished = await runScenarios(environment, AbortSignal.any([ctrlC.signal, failure.signal]));
    clearTimeout(timer);
    return report(finished, environment);
  };

  try {
    const exitCode = await Promise.race([runToReport(), failed, ctrlC.exitCode]);
    if (ctrlC.signal.aborted) {
      log.error('Interrupted: ending everything that was started.');
    } else if (staysOpen) {
      await Promise.race([failed, ctrlC.exitCode]);
    } else {
      log.paragraph('On a terminal, without --exit, the Temporal UI shows all of it until Ctrl-C.');
    }
    return exitCode;
  } catch (error) {
    log.error(errorMessage(error));
    return EXIT_ERROR;
  } finally {
    await cleanup.run();
  }
}

const INTRODUCTION =
  'Cancelling a Google long-running operation promises nothing: the call is answered, and the operation may complete all ' +
  'the same. temporal-lro sends the cancel, polls the operation until it is final, and records its outcome.';

const TIMED_OUT = `The demonstration did not end within ${TIMEOUT_MS / 60_000} minutes: an outcome is missing.`;
