import type { Command } from 'commander';
import type { AbortFlags } from '../cancel/abort.js';
import { exitCodesHelp } from '../exit-code.js';
import { addCommonFlags, type CommonFlags, NAMES_HELP, parseDurationFlag } from '../input/flags.js';
import { namesHelp, runOnNames } from '../input/names.js';
import { addFollowFlags, addRequestFlags, type FollowFlags } from '../input/follow-flags.js';

/** Adds the commands about operations. Each calls `finish` with its exit code. */
export function addOperationCommands(program: Command, finish: (code: number) => void): void {
  const cancel = program
    .command('cancel')
    .summary('cancel operations and jobs and show their outcomes')
    .description(
      'Cancels operations and jobs durably: Temporal sends the cancel and follows each to its end, even if this command is ' +
        'interrupted. One that is being watched is aborted, and --timeout and --resend-cancel-after hold for it. One whose end ' +
        'was recorded before gets no cancel: the earlier record is shown.',
    )
    .argument('<name...>', NAMES_HELP);
  addFollowFlags(cancel, 'return');
  addCommonFlags(cancel)
    .addHelpText(
      'after',
      `\n${exitCodesHelp}\n${namesHelp}\n` +
        '\nExample:\n' +
        "  temporal-lro cancel --reason 'over budget' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (words: string[], flags: FollowFlags) => {
      const { runCancel } = await import('../follow/start-and-follow.js');
      finish(await runOnNames(words, flags, (names) => runCancel(names, flags)));
    });

  const watch = program
    .command('watch')
    .summary('follow operations and jobs to their ends, ready to abort them')
    .description(
      'Follows an operation to its end, and cancels it when it is aborted: by temporal-lro abort, or by --abort-after. If a ' +
        'workflow follows the operation already, its progress is shown, and --abort-after, --timeout and ' +
        '--resend-cancel-after hold for it, counted from its start. An end that was recorded before is shown as it is. The id of a bulk, alone, shows that bulk again.',
    )
    .argument('<name...>', NAMES_HELP)
    .option('--abort-after <duration>', 'cancel it if it runs longer than this; 0 for never', parseDurationFlag);
  addFollowFlags(watch, 'follow', 'why, if an abort gives no reason');
  addCommonFlags(watch)
    .addHelpText(
      'after',
      `\n${exitCodesHelp}\n${namesHelp}\n` +
        '\nExample:\n' +
        '  temporal-lro watch --abort-after 4h \\\n' +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (words: string[], flags: FollowFlags) => {
      const { runWatch } = await import('../follow/start-and-follow.js');
      finish(await runOnNames(words, flags, (names) => runWatch(names, flags)));
    });

  const abort = program
    .command('abort')
    .summary('cancel operations that are being watched')
    .description(
      'Asks the workflow that follows an operation to cancel it, and prints the status at once. If the operation is final ' +
        'already, the status has the outcome. It starts no workflow: if none follows the operation, use temporal-lro cancel. A bulk, by its id, starts no more.',
    )
    .argument('<name...>', NAMES_HELP);
  addRequestFlags(abort);
  addCommonFlags(abort)
    .addHelpText(
      'after',
      `\n${namesHelp}\n` +
        '\nExample:\n' +
        "  temporal-lro abort --reason 'worse recall' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (words: string[], flags: AbortFlags) => {
      const { runAbort } = await import('../cancel/abort.js');
      finish(await runOnNames(words, flags, (names) => runAbort(names, flags)));
    });

  const status = program
    .command('status')
    .summary('show the status of cancellations and watches')
    .description(
      'Prints the status of the workflow that follows or followed an operation: its state, what Google answered, the ' +
        'attempt, next poll and last error of the pending activity, and the outcome once there is one. Of a bulk, by its id: what is under way, and whether its task queues have workers.',
    )
    .argument('<name...>', NAMES_HELP);
  addCommonFlags(status)
    .addHelpText(
      'after',
      `\n${namesHelp}\n\nExample:\n  temporal-lro status -o json projects/p/locations/us-central1/operations/123`,
    )
    .action(async (words: string[], flags: CommonFlags) => {
      const { runStatus } = await import('../status/status.js');
      finish(await runOnNames(words, flags, (names) => runStatus(names, flags)));
    });

  const poll = program
    .command('poll')
    .summary('poll at once what is followed')
    .description(
      'Has the workflow that follows an operation poll it at once, although the next poll is due later, and prints the ' +
        'status. Nothing else changes.',
    )
    .argument('<name...>', NAMES_HELP);
  addCommonFlags(poll)
    .addHelpText('after', '\nExample:\n  temporal-lro poll projects/p/locations/us-central1/operations/123')
    .action(async (words: string[], flags: CommonFlags) => {
      const { runPoll } = await import('../status/poll.js');
      finish(await runOnNames(words, flags, (names) => runPoll(names, flags)));
    });
}
