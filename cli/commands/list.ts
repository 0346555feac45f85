import { addCommonFlags, parseText } from '../input/flags.js';
import type { ListFlags } from '../list/running-operations.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro list`: the operations that run at Google. */
export const addList: AddCommand = (program, finish) => {
  const command = program
    .command('list')
    .summary('list running operations with their age')
    .description(
      'Lists the operations that run under a parent. It asks Google directly, with your own credentials (gcloud auth ' +
        'application-default login) and Google variables; it does not need Temporal.',
    )
    .requiredOption('--parent <parent>', 'such as projects/p/locations/us-central1', parseText)
    .option('--filter <filter>', "passed on unchanged to Google's operations.list", parseText);
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nThe exit code is 1 if Google could not reach a place, which is then missing.\n' +
        '\nExample:\n  temporal-lro list --parent projects/p/locations/us-central1',
    )
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      finish(await runList(flags));
    });
};
