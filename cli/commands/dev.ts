import { Option } from 'commander';
import type { DevFlags } from '../dev/run.js';
import { parsePort, parseText } from '../input/flags.js';
import type { AddCommand } from './add-command.js';

/** `temporal-lro dev`: Temporal, a worker and an emulator on this machine. */
export const addDev: AddCommand = (program, finish) => {
  program
    .command('dev')
    .summary('run Temporal, a worker and an emulator on this machine')
    .description(
      'Runs a Temporal development server with its UI and a worker on this machine until Ctrl-C, and prints what to type ' +
        'next. With --emulator the worker calls an emulator of Google, otherwise Google with your credentials.',
    )
    .option('--emulator', 'run an emulator of Google too, with a few operations to cancel')
    .option('--port <port>', 'of Temporal (default: 7233, or a free one)', parsePort)
    .option('--ui-port <port>', 'of the Temporal UI (default: 8233, or a free one)', parsePort)
    .option('--emulator-port <port>', 'of the emulator (default: 8470, or a free one)', parsePort)
    .option('--db-file <file>', 'store everything in this file (default: in memory)', parseText)
    .addOption(
      new Option('--task-queue <queue>', 'task queue of the worker').default('google-operations').argParser(parseText),
    )
    .addHelpText(
      'after',
      '\nIt never uses the server of TEMPORAL_ADDRESS. GOOGLE_SERVICES,\n' +
        'ALLOWED_OPERATIONS and the other variables of the worker apply.\n' +
        '\nExample:\n  temporal-lro dev --emulator',
    )
    .action(async (flags: DevFlags) => {
      const { runDev } = await import('../dev/run.js');
      finish(await runDev(flags));
    });
};
