import type { AbortFlags } from '../cancel/abort.js';
import { addCommonFlags } from '../input/flags.js';
import { addRequestFlags } from '../input/follow-flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro abort`: has a running workflow cancel the operation that it follows. */
export const addAbort: AddCommand = (program, finish) => {
  const command = program
    .command('abort')
    .summary('cancel an operation that is being watched')
    .description(
      'Asks the workflow that follows an operation to cancel it, and prints the status at once. If the operation is final ' +
        'already, the status has the outcome. It starts no workflow: if none follows the operation, use temporal-lro cancel.',
    )
    .argument('<name>', 'full name, //service/name or URL');
  addRequestFlags(command);
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n' +
        "  temporal-lro abort --reason 'worse recall' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (name: string, flags: AbortFlags) => {
      const { runAbort } = await import('../cancel/abort.js');
      finish(await runAbort(name, flags));
    });
};
