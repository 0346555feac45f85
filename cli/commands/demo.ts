import type { AddCommand } from './add-command.js';

/** `temporal-lro demo`: the demonstration. */
export const addDemo: AddCommand = (program, finish) => {
  program
    .command('demo')
    .summary('show on this machine what temporal-lro does, in half a minute')
    .description(
      'Starts a Temporal server, a worker and an emulator of Google on this machine, cancels one operation for each ' +
        'outcome, kills the worker in the middle, and shows what was recorded. It needs no Google account and no Temporal ' +
        'server, and never uses the one of TEMPORAL_ADDRESS. Where there is no Temporal CLI, it gets one first.',
    )
    .option('--exit', 'end after the table, on a terminal too')
    .addHelpText(
      'after',
      '\nOn a terminal it stays up after the table until Ctrl-C, for a look at the\n' +
        'Temporal UI. It ends with 1 where a record is not what the emulator knows.\n' +
        '\nExample, the table alone:\n  temporal-lro demo --exit 2>/dev/null',
    )
    .action(async ({ exit = false }: { exit?: boolean }) => {
      const { runDemo } = await import('../demo/run.js');
      finish(await runDemo({ exit, env: process.env, stdout: process.stdout, stderr: process.stderr }));
    });
};
