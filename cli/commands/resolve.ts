import { addCommonFlags, type CommonFlags } from '../input/flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro resolve`: the URLs and the workflow id of operations, without calling anything. */
export const addResolve: AddCommand = (program) => {
  const command = program
    .command('resolve')
    .summary('print the URLs and the workflow id of operations')
    .description(
      'Prints the host, the get, cancel and wait URLs and the workflow id of operations. It calls nothing. ' +
        'GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN and OPERATIONS_EMULATOR_HOST apply as they do to a worker.',
    )
    .argument('<name...>', 'full name, //service/name or URL');
  addCommonFlags(command)
    .addHelpText('after', '\nExample:\n  temporal-lro resolve -o json projects/p/locations/us-central1/operations/123')
    .action(async (names: string[], flags: CommonFlags) => {
      const { runResolve } = await import('../resolve.js');
      runResolve(names, flags);
    });
};
