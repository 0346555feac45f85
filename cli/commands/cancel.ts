import type { Command } from 'commander';
import type { AddCommand } from './add-command.js';
import { addCommonFlags, parseDurationFlag, parseText } from '../input/flags.js';
import type { FollowFlags } from '../cancel/start-and-follow.js';
import { outcomesHelp } from '../output/help.js';

/** `temporal-lro cancel`: cancels operations and shows what comes of it. */
export const addCancel: AddCommand = (program, finish) => {
  const command = program
    .command('cancel')
    .summary('cancel operations, and show who won')
    .description(
      'Cancels operations durably: Temporal sends the cancel and follows each operation to its end, whether this ' +
        'command stays or not. An operation that is watched already is aborted; the options of its watcher stay.',
    )
    .argument('<name...>', 'full name, //service/name or URL')
    .option('--reason <text>', 'why, for the record');
  addFollowFlags(command);
  addCommonFlags(command)
    .addHelpText(
      'after',
      `\n${outcomesHelp}\n` +
        'With several names 1 wins, then the highest. Of a name that could not be done,\n' +
        'json and jsonl hold { name, error: { type, message } }.\n' +
        '\nExample:\n' +
        "  temporal-lro cancel --reason 'over budget' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (names: string[], flags: FollowFlags) => {
      const { runFollow } = await import('../cancel/start-and-follow.js');
      finish(await runFollow('cancel', names, flags));
    });
};

/** The flags that `cancel` and `watch` share. */
export function addFollowFlags(command: Command): Command {
  return command
    .option('--requested-by <who>', 'who wants it, for the record (default: your login)', parseText)
    .option('--timeout <duration>', 'stop following after this long, such as 2h', parseDurationFlag)
    .option('--resend-cancel-after <duration>', 'cancel again after this long; 0 never', parseDurationFlag)
    .option('--when-not-cancellable <what>', 'return or follow it to its end')
    .option('--no-wait', 'start, print the status and end with 0');
}
