import type { AddCommand } from './add-command.js';
import { addCommonFlags, parseDurationFlag, parseText, parseWhole } from '../input/flags.js';
import type { CancelAllFlags } from '../cancel/cancel-all.js';

/** `temporal-lro cancel-all`: cancels everything that runs under a parent. */
export const addCancelAll: AddCommand = (program, finish) => {
  const command = program
    .command('cancel-all')
    .summary('cancel every operation that runs under a parent')
    .description(
      'Lists what runs under a parent with your own Google credentials, shows it, asks, and has one workflow cancel exactly ' +
        'that. Each operation is the cancellation that temporal-lro cancel would start or join.',
    )
    .requiredOption('--parent <parent>', 'such as projects/p/locations/us-central1', parseText)
    .option('--filter <filter>', "passed on to Google's operations.list as it is", parseText)
    .option('--dry-run', 'only show what would be cancelled; Temporal is not needed')
    .option('--yes', 'do not ask')
    .option('--max-concurrent <number>', 'how many are under way at once (default: 20)', parseWhole)
    .option('--reason <text>', 'why, for the record')
    .option('--requested-by <who>', 'who wants it, for the record (default: your login)', parseText)
    .option('--timeout <duration>', 'stop following each after this long', parseDurationFlag)
    .option('--resend-cancel-after <duration>', 'cancel again after this long; 0 never', parseDurationFlag);
  addCommonFlags(command)
    .addHelpText(
      'after',
      '\nIt ends with 0 when all have an outcome, whichever, and with 1 when something\n' +
        'could not be done: see failures in the output. What is more than 10,000\n' +
        'operations the workflow lists again itself, with the credentials of the worker.\n' +
        '\nExample:\n' +
        '  temporal-lro cancel-all --parent projects/p/locations/us-central1 --dry-run',
    )
    .action(async (flags: CancelAllFlags) => {
      const { runCancelAll } = await import('../cancel/cancel-all.js');
      finish(await runCancelAll(flags));
    });
};
