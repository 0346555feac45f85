import { type Command, Option } from 'commander';
import type { LsFlags } from '../history/ls.js';
import {
  addCommonFlags,
  addTemporalFlags,
  type CommonFlags,
  NAME_HELP,
  NO_OUTCOME,
  parseDurationFlag,
  parseOutcomes,
  parseText,
  parseWholeNumber,
} from '../input/flags.js';

/** Adds the commands about what Temporal has recorded. Each calls `finish` with its exit code. */
export function addRecordCommands(program: Command, finish: (code: number) => void): void {
  const ls = program
    .command('ls')
    .summary('list what Temporal follows and has recorded')
    .description(
      'Lists the cancellations and watches that run or have ended, newest first: outcome, whether the cancel won, kind, ' +
        'requester, reason and age. What ended without an outcome, because the workflow failed or was terminated, says so. With --bulks it lists those of cancel-all by their ids.',
    )
    .addOption(new Option('--running', 'only what runs').conflicts('outcome'))
    .addOption(
      new Option('--bulks', 'the bulks of cancel-all, with the ids that status, watch and abort take').conflicts([
        'outcome',
        'parent',
      ]),
    )
    .option('--parent <parent>', 'only what is under it, such as projects/p/locations/us-central1', parseText)
    .option(
      '--outcome <outcome>',
      `only what ended so, such as LOST; ${NO_OUTCOME} for what ended without an outcome; repeatable`,
      parseOutcomes,
    )
    .option('--requested-by <who>', 'only what this one asked for', parseText)
    .option('--since <duration>', 'only what was started within this time, such as 24h', parseDurationFlag)
    .option('--limit <number>', 'how many to show; those that run come first', parseWholeNumber, 100);
  addTemporalFlags(ls, 'only what was started on this task queue')
    .addHelpText(
      'after',
      '\nIn json it is an array. Temporal keeps what has ended for the retention time of\n' +
        'the namespace.\n\nExample:\n  temporal-lro ls --since 24h --outcome FAILED,LOST,NONE',
    )
    .action(async (flags: LsFlags) => {
      const { runLs } = await import('../history/ls.js');
      finish(await runLs(flags));
    });

  const history = program
    .command('history')
    .summary('show every execution that followed an operation')
    .description(
      'Lists the executions that Temporal knows of one operation, newest first: type, start, end, outcome, whether the ' +
        'cancel won, who asked for it and why.',
    )
    .argument('<name>', NAME_HELP);
  addCommonFlags(history)
    .addHelpText('after', '\nExample:\n  temporal-lro history projects/p/locations/us-central1/operations/123')
    .action(async (name: string, flags: CommonFlags) => {
      const { runHistory } = await import('../history/history.js');
      finish(await runHistory(name, flags));
    });
}
