import type { AddCommand } from './add-command.js';
import { addCommonFlags, type CommonFlags } from '../input/flags.js';

/** `temporal-lro resolve`: where an operation lives, without asking anybody. */
export const addResolve: AddCommand = (program) => {
  const command = program
    .command('resolve')
    .summary('print the URLs and the workflow id of operations')
    .description(
      'Prints where operations are looked for and cancelled, and the id of the workflow that follows each. It calls ' +
        'nothing; GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN and OPERATIONS_EMULATOR_HOST count as for a worker.',
    )
    .argument('<name...>', 'full name, //service/name or URL');
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  temporal-lro resolve -o json projects/p/locations/us-central1/operations/123',
    )
    .action(async (names: string[], flags: CommonFlags) => {
      const { runResolve } = await import('../status/resolve.js');
      runResolve(names, flags);
    });
};
