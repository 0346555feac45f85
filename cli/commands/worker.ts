import type { AddCommand } from './add-command.js';

/** `temporal-lro worker`: a worker, configured by its environment. */
export const addWorker: AddCommand = (program, finish) => {
  program
    .command('worker')
    .summary('run the worker that executes the workflows')
    .description(
      'Runs a worker until SIGTERM or Ctrl-C. Its environment configures it: TEMPORAL_ADDRESS and the other TEMPORAL_* ' +
        'variables for Temporal, GOOGLE_SERVICES and ALLOWED_OPERATIONS for what it may touch at Google.',
    )
    .addHelpText(
      'after',
      '\nExample, with a Temporal server and an emulator of Google on this machine:\n' +
        '  temporal server start-dev &\n' +
        '  temporal-lro emulator &\n' +
        '  OPERATIONS_EMULATOR_HOST=127.0.0.1:8470 temporal-lro worker',
    )
    .action(async () => {
      const { runWorkerProcess } = await import('../../worker/index.js');
      finish(await runWorkerProcess(process.env));
    });
};
