import type { AddCommand } from './add-command.js';

/** `temporal-lro demo`: the demonstration. */
export const addDemo: AddCommand = (program, finish) => {
  program
    .command('demo')
    .summary('show on this machine what temporal-lro does, in half a minute')
    .description(
      'Starts a Temporal server, a worker and an emulator of Google on this machine, cancels one operation for each ' +
        'outcome, kills the worker in between, and shows what was recorded. It needs no Google account and no Temporal ' +
        'server, and never uses the one of TEMPORAL_ADDRESS. If there is no Temporal CLI, it downloads or builds one first.',
    )
    .option('--exit', 'end after the table, on a terminal too')
    .addHelpText(
      'after',
      '\nOn a terminal it keeps running after the table until Ctrl-C, so that you can\n' +
        'open the Temporal UI. The exit code is 1 if a record is wrong.\n' +
        '\nExample, the table alone:\n  temporal-lro demo --exit 2>/dev/null',
    )
    .action(async ({ exit = false }: { exit?: boolean }) => {
      const { runDemo } = await import('../demo/run.js');
      finish(await runDemo(exit));
    });
};
