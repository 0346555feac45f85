import type { AddCommand } from './add-command.js';
import { addCommonFlags, type CommonFlags, parseText } from '../input/flags.js';

/** `temporal-lro abort`: cancels what a workflow follows. */
export const addAbort: AddCommand = (program, finish) => {
  const command = program
    .command('abort')
    .summary('cancel an operation that is watched')
    .description(
      'Tells the workflow that follows an operation to cancel it, and prints the status at once. Of an operation that is ' +
        'final it prints the outcome. It starts nothing: for what nobody follows there is temporal-lro cancel.',
    )
    .argument('<name>', 'full name, //service/name or URL')
    .option('--reason <text>', 'why, for the record')
    .option('--requested-by <who>', 'who wants it, for the record (default: your login)', parseText);
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n' +
        "  temporal-lro abort --reason 'worse recall' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (name: string, flags: CommonFlags & { reason?: string; requestedBy?: string }) => {
      const { runAbort } = await import('../status/status.js');
      finish(await runAbort(name, flags));
    });
};
