import { addCommonFlags, type CommonFlags } from '../input/flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro status`: the status of an operation's workflow. */
export const addStatus: AddCommand = (program, finish) => {
  const command = program
    .command('status')
    .summary('show the status of a cancellation or a watch')
    .description(
      'Prints the status of the workflow that follows or followed an operation: its state, what Google answered, the ' +
        'attempt, next poll and last error of the pending activity, and the outcome once there is one.',
    )
    .argument('<name>', 'full name, //service/name or URL');
  addCommonFlags(command)
    .addHelpText('after', '\nExample:\n  temporal-lro status -o json projects/p/locations/us-central1/operations/123')
    .action(async (name: string, flags: CommonFlags) => {
      const { runStatus } = await import('../status/status.js');
      finish(await runStatus(name, flags));
    });
};
