import type { CancelAllFlags } from '../cancel/cancel-all.js';
import { addCommonFlags, parseText, parseWholeNumber } from '../input/flags.js';
import { addCancelFlags } from '../input/follow-flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro cancel-all`: cancels every operation that runs under a parent. */
export const addCancelAll: AddCommand = (program, finish) => {
  const command = program
    .command('cancel-all')
    .summary('cancel every operation that runs under a parent')
    .description(
      'With your own Google credentials, lists the operations that run under a parent; shows them, asks, and starts one ' +
        'workflow that cancels exactly those, each as temporal-lro cancel would.',
    )
    .requiredOption('--parent <parent>', 'such as projects/p/locations/us-central1', parseText)
    .option('--filter <filter>', "passed on unchanged to Google's operations.list", parseText)
    .option('--dry-run', 'only show what would be cancelled; does not need Temporal')
    .option('--yes', 'do not ask')
    .option('--max-concurrent <number>', 'how many to cancel at once (default: 20)', parseWholeNumber);
  addCancelFlags(command);
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nThe exit code is 0 when every operation has an outcome, whichever it is, and 1\n' +
        'if something could not be done, or a place could not be reached: see failures\n' +
        'and unreachable in the output. If there are more than 10,000 operations, the\n' +
        'workflow lists them again, with the credentials of the worker.\n' +
        '\nExample:\n' +
        '  temporal-lro cancel-all --parent projects/p/locations/us-central1 --dry-run',
    )
    .action(async (flags: CancelAllFlags) => {
      const { runCancelAll } = await import('../cancel/cancel-all.js');
      finish(await runCancelAll(flags));
    });
};
