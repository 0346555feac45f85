import type { AddCommand } from './add-command.js';
import { addCommonFlags, type CommonFlags } from '../input/flags.js';

/** `temporal-lro status`: how an operation's workflow stands. */
export const addStatus: AddCommand = (program, finish) => {
  const command = program
    .command('status')
    .summary('show how a cancellation or a watch stands')
    .description(
      'Prints how the workflow stands that follows an operation or has followed it: its state, what Google answered, the ' +
        'attempt, next look and last error of the activity that is pending, and the outcome once there is one.',
    )
    .argument('<name>', 'full name, //service/name or URL');
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  temporal-lro status -o json projects/p/locations/us-central1/operations/123',
    )
    .action(async (name: string, flags: CommonFlags) => {
      const { runStatus } = await import('../status/status.js');
      finish(await runStatus(name, flags));
    });
};
