import type { AddCommand } from './add-command.js';

/** `temporal-lro worker`: the worker, as its environment says. */
export const addWorker: AddCommand = (program, finish) => {
  program
    .command('worker')
    .summary('run a worker, which does what the workflows ask')
    .description(
      'Runs a worker until SIGTERM or Ctrl-C. It takes everything from its environment: TEMPORAL_ADDRESS and the other ' +
        'TEMPORAL_* variables for Temporal, GOOGLE_SERVICES and ALLOWED_OPERATIONS for what it may touch at Google.',
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
