import { exitCodesHelp } from '../exit-code.js';
import { addCommonFlags, parseDurationFlag } from '../input/flags.js';
import { addFollowFlags, type FollowFlags } from '../input/follow-flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro watch`: follows an operation to its end, so that it can be aborted. */
export const addWatch: AddCommand = (program, finish) => {
  const command = program
    .command('watch')
    .summary('follow an operation to its end, ready to abort it')
    .description(
      'Follows an operation to its end, and cancels it when it is aborted: by temporal-lro abort, or by --abort-after. If a ' +
        'workflow follows the operation already, its progress is shown and its options stay as they are.',
    )
    .argument('<name>', 'full name, //service/name or URL')
    .option('--abort-after <duration>', 'cancel it if it runs longer than this', parseDurationFlag);
  addFollowFlags(command, 'follow', 'why, if an abort gives no reason');
  addCommonFlags(command)
    .addHelpText(
      'after',
      `\n${exitCodesHelp}\n` +
        '\nExample:\n' +
        '  temporal-lro watch --abort-after 4h \\\n' +
        '    projects/p/locations/us-central1/operations/123',
    )
    .action(async (name: string, flags: FollowFlags) => {
      const { runWatch } = await import('../follow/start-and-follow.js');
      finish(await runWatch(name, flags));
    });
};
