import type { AddCommand } from './add-command.js';
import { addCommonFlags, parseDurationFlag } from '../input/flags.js';
import type { FollowFlags } from '../cancel/start-and-follow.js';
import { outcomesHelp } from '../output/help.js';
import { addFollowFlags } from './cancel.js';

/** `temporal-lro watch`: follows an operation to its end, for an abort to cancel it. */
export const addWatch: AddCommand = (program, finish) => {
  const command = program
    .command('watch')
    .summary('follow an operation to its end, ready to abort it')
    .description(
      'Follows an operation to its end and cancels it when it is aborted: by temporal-lro abort, or by --abort-after. ' +
        'Where a workflow follows it already, that one is shown, and its options stay.',
    )
    .argument('<name>', 'full name, //service/name or URL')
    .option('--abort-after <duration>', 'cancel it when it runs longer than this', parseDurationFlag)
    .option('--reason <text>', 'why, where an abort brings no reason');
  addFollowFlags(command);
  addCommonFlags(command)
    .addHelpText(
      'after',
      `\n${outcomesHelp}\n` +
        '\nExample:\n' +
        '  temporal-lro watch --abort-after 4h \\\n' +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (name: string, flags: FollowFlags) => {
      const { runFollow } = await import('../cancel/start-and-follow.js');
      finish(await runFollow('watch', [name], flags));
    });
};
