import { exitCodesHelp } from '../exit-code.js';
import { addCommonFlags } from '../input/flags.js';
import { addFollowFlags, type FollowFlags } from '../input/follow-flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro cancel`: cancels operations and shows their outcomes. */
export const addCancel: AddCommand = (program, finish) => {
  const command = program
    .command('cancel')
    .summary('cancel operations and show their outcomes')
    .description(
      'Cancels operations durably: Temporal sends the cancel and follows each operation to its end, even if this command is ' +
        'interrupted. An operation that is being watched is aborted; the options of its watch stay as they are.',
    )
    .argument('<name...>', 'full name, //service/name or URL');
  addFollowFlags(command, 'return');
  addCommonFlags(command)
    .addHelpText(
      'after',
      `\n${exitCodesHelp}\n` +
        'With several names it is 1 if any could not be done, otherwise the highest.\n' +
        'For a name that could not be done, json and jsonl have\n' +
        '{ name, error: { type, message } }.\n' +
        '\nExample:\n' +
        "  temporal-lro cancel --reason 'over budget' \\\n" +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (names: string[], flags: FollowFlags) => {
      const { runCancel } = await import('../follow/start-and-follow.js');
      finish(await runCancel(names, flags));
    });
};
