import type { AddCommand } from './add-command.js';
import { addCommonFlags, type CommonFlags, parseText } from '../input/flags.js';

/** The flags that say what to list. */
export interface ListFlags extends CommonFlags {
  parent: string;
  filter?: string;
}

/** `temporal-lro list`: what runs at Google. */
export const addList: AddCommand = (program, finish) => {
  const command = program
    .command('list')
    .summary('list the operations that run, with their age')
    .description(
      'Lists the operations that run under a parent. It asks Google itself, with your own credentials (gcloud auth ' +
        'application-default login) and Google variables; Temporal is not needed.',
    )
    .requiredOption('--parent <parent>', 'such as projects/p/locations/us-central1', parseText)
    .option('--filter <filter>', "passed on to Google's operations.list as it is", parseText);
  addCommonFlags(command)
    .addHelpText('after', '\nExample:\n  temporal-lro list --parent projects/p/locations/us-central1')
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      finish(await runList(flags));
    });
};
