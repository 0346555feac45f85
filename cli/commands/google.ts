import { type Command, Option } from 'commander';
import type { CancelAllFlags } from '../cancel/cancel-all.js';
import {
  addCommonFlags,
  type CommonFlags,
  NAMES_HELP,
  parseDurationFlag,
  parseOnce,
  parseSeveral,
  parseText,
  parseWholeNumber,
} from '../input/flags.js';
import { namesHelp, runOnNames } from '../input/names.js';
import { addCancelFlags } from '../input/follow-flags.js';
import type { ListFlags } from '../list/list.js';

const PARENT_HELP = 'such as projects/p/locations/us-central1, or a collection in it, such as …/customJobs';

/** Adds the commands about what Google lists or serves. Each calls `finish` with its exit code. */
export function addGoogleCommands(program: Command, finish: (code: number) => void): void {
  const list = program
    .command('list')
    .summary('list running operations and jobs with their age')
    .description(
      'Lists the operations and jobs that run under parents. It asks Google directly, with your own credentials (gcloud auth ' +
        'application-default login) and Google variables; it does not need Temporal.',
    )
    .requiredOption('--parent <parent>', `${PARENT_HELP}; repeatable`, parseSeveral);
  addSelectionFlags(list);
  const service = new Option('--service <service>', 'Google API; repeatable (default: aiplatform.googleapis.com)');
  addCommonFlags(list, service.argParser(parseSeveral))
    .addHelpText(
      'after',
      '\nThe exit code is 1 if a list was refused, which the other lists do not suffer\n' +
        'from, or if Google could not reach a place. What runs there is missing; a list\n' +
        'that was refused is { service, kind, parent, error } in json and jsonl.\n' +
        '\nExample:\n' +
        '  temporal-lro list --kind all --parent projects/p/locations/us-central1 \\\n' +
        '    --service aiplatform.googleapis.com --service dataflow.googleapis.com',
    )
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      finish(await runList(flags));
    });

  const cancelAll = program
    .command('cancel-all')
    .summary('cancel every operation or job that runs under a parent')
    .description(
      'With your own Google credentials, lists the operations or jobs that run under a parent; shows them, asks, and starts ' +
        'one workflow that cancels exactly those, each as temporal-lro cancel would.',
    )
    .requiredOption('--parent <parent>', PARENT_HELP, parseOnce);
  addSelectionFlags(cancelAll)
    .option('--dry-run', 'only show what would be cancelled; does not need Temporal')
    .option('--yes', 'do not ask')
    .option('--max-concurrent <number>', 'how many to cancel at once (default: 20)', parseWholeNumber);
  addCancelFlags(cancelAll);
  addCommonFlags(cancelAll)
    .addHelpText(
      'after',
      '\nHow each ended is printed at once: a line, or in jsonl an object. After Ctrl-C\n' +
        'the cancellations go on: status, watch and abort take the id that is printed.\n' +
        'The exit code is 0 when everything has an outcome, whichever it is, and 1 if\n' +
        'something could not be listed or done, or a place could not be reached: see\n' +
        'failures and unreachable in the output. If there are more than 10,000 names,\n' +
        'the workflow lists them again, with the credentials of the worker. Of more than\n' +
        '1,000 the first that end have a line; temporal-lro ls shows the others.\n' +
        '\nExample:\n' +
        '  temporal-lro cancel-all --parent projects/p/locations/us-central1 \\\n' +
        '    --kind customJobs,pipelineJobs --older-than 12h --dry-run',
    )
    .action(async (flags: CancelAllFlags) => {
      const { runCancelAll } = await import('../cancel/cancel-all.js');
      finish(await runCancelAll(flags));
    });

  const resolve = program
    .command('resolve')
    .summary('print the URLs and the workflow id of operations and jobs')
    .description(
      'Prints the kind, the host, the URLs, how it is cancelled, and the workflow id of operations and jobs. It calls nothing. ' +
        'GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN and OPERATIONS_EMULATOR_HOST apply as they do to a worker.',
    )
    .argument('<name...>', NAMES_HELP);
  addCommonFlags(resolve)
    .addHelpText(
      'after',
      `\n${namesHelp}\n\nExample:\n  temporal-lro resolve -o json projects/p/locations/us-central1/operations/123`,
    )
    .action(async (words: string[], flags: CommonFlags) => {
      const { runResolve } = await import('../resolve.js');
      finish(await runOnNames(words, flags, (names) => runResolve(names, flags)));
    });
}

/** Adds the flags that select what to list under a parent. */
function addSelectionFlags(command: Command): Command {
  return command
    .option(
      '--kind <kind>',
      'operation, a kind of the service such as customJobs, or all; repeatable (default: operation, or that of the parent)',
      parseSeveral,
    )
    .option(
      '--older-than <duration>',
      'only what was created longer ago, such as 12h; what tells no time of creation is passed over',
      parseDurationFlag,
    )
    .option('--filter <filter>', 'passed on unchanged to each list', parseText);
}
