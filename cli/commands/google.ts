import type { Command } from 'commander';
import type { CancelAllFlags } from '../cancel/cancel-all.js';
import { addCommonFlags, type CommonFlags, NAME_HELP, parseText, parseWholeNumber } from '../input/flags.js';
import { addCancelFlags } from '../input/follow-flags.js';
import type { ListFlags } from '../list/running-operations.js';

/** Adds the commands about what Google lists or serves. Each calls `finish` with its exit code. */
export function addGoogleCommands(program: Command, finish: (code: number) => void): void {
  const list = program
    .command('list')
    .summary('list running operations with their age')
    .description(
      'Lists the operations that run under a parent. It asks Google directly, with your own credentials (gcloud auth ' +
        'application-default login) and Google variables; it does not need Temporal.',
    )
    .requiredOption('--parent <parent>', 'such as projects/p/locations/us-central1', parseText)
    .option('--filter <filter>', "passed on unchanged to Google's operations.list", parseText);
  addCommonFlags(list)
    .addHelpText(
      'after',
      '\nThe exit code is 1 if Google could not reach a place, which is then missing.\n' +
        '\nExample:\n  temporal-lro list --parent projects/p/locations/us-central1',
    )
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../list/list.js');
      finish(await runList(flags));
    });

  const cancelAll = program
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
  addCancelFlags(cancelAll);
  addCommonFlags(cancelAll)
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

  const resolve = program
    .command('resolve')
    .summary('print the URLs and the workflow id of operations and jobs')
    .description(
      'Prints the kind, the host, the URLs, how it is cancelled, and the workflow id of operations and jobs. It calls nothing. ' +
        'GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN and OPERATIONS_EMULATOR_HOST apply as they do to a worker.',
    )
    .argument('<name...>', NAME_HELP);
  addCommonFlags(resolve)
    .addHelpText('after', '\nExample:\n  temporal-lro resolve -o json projects/p/locations/us-central1/operations/123')
    .action(async (names: string[], flags: CommonFlags) => {
      const { runResolve } = await import('../resolve.js');
      runResolve(names, flags);
    });
}
