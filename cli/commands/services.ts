import { Argument, type Command, Option } from 'commander';
import { completionScript, shells } from '../completion.js';
import type { EmulatorFlags } from '../dev/emulator.js';
import type { DevFlags } from '../dev/run.js';
import { parsePort, parseText } from '../input/flags.js';

const DEFAULT_PORT = 8470;

/** Adds the commands that run services here. Each calls `finish` with its exit code. */
export function addServiceCommands(program: Command, finish: (code: number) => void): void {
  program
    .command('demo')
    .summary('show on this machine what temporal-lro does, in half a minute')
    .description(
      'Starts a Temporal server, a worker and an emulator of Google on this machine, cancels one operation for each ' +
        'outcome, kills the worker in between, and shows what was recorded. It needs no Google account and no Temporal ' +
        'server, and never uses the one of TEMPORAL_ADDRESS. If there is no Temporal CLI, it downloads or builds one first.',
    )
    .option('--exit', 'end after the table, on a terminal too')
    .addHelpText(
      'after',
      '\nOn a terminal it keeps running after the table until Ctrl-C, so that you can\n' +
        'open the Temporal UI. The exit code is 1 if a record is wrong.\n' +
        '\nExample, the table alone:\n  temporal-lro demo --exit 2>/dev/null',
    )
    .action(async ({ exit = false }: { exit?: boolean }) => {
      const { runDemo } = await import('../demo/run.js');
      finish(await runDemo(exit));
    });

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
    .option('--http-port <port>', "of Temporal's HTTP API (default: 7243, or a free one)", parsePort)
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

  program
    .command('worker')
    .summary('run the worker that executes the workflows')
    .description(
      'Runs a worker until SIGTERM or Ctrl-C. Its environment configures it: TEMPORAL_ADDRESS and the other TEMPORAL_* ' +
        'variables for Temporal, GOOGLE_SERVICES and ALLOWED_OPERATIONS for what it may touch at Google.',
    )
    .addHelpText(
      'after',
      '\nExample, with a Temporal server and an emulator of Google on this machine:\n' +
        '  temporal server start-dev &\n' +
        '  temporal-lro emulator &\n' +
        '  OPERATIONS_EMULATOR_HOST=127.0.0.1:8470 temporal-lro worker',
    )
    .action(async () => {
      const { runWorkerProcess } = await import('../../worker/index.js');
      finish(await runWorkerProcess(process.env));
    });

  program
    .command('emulator')
    .summary('run an emulator of Google operations and jobs')
    .description(
      'Runs an emulator of google.longrunning, and of the jobs of its services, until Ctrl-C. Over HTTP you add operations ' +
        'and jobs, say how each reacts to a cancel (it is cancelled, completes, fails, refuses or ignores it) and which ' +
        'requests fail; it prints the routes for that.',
    )
    .option('--port <port>', 'where to listen; 0 for any free port', parsePort, DEFAULT_PORT)
    .option('--host <host>', 'address of this machine to listen on', '127.0.0.1')
    .addHelpText(
      'after',
      '\nExample, an operation that completes although a cancel was accepted:\n' +
        '  temporal-lro emulator &\n' +
        `  curl http://127.0.0.1:${DEFAULT_PORT}/emulator/operations \\\n` +
        '    -d \'{"name":"operations/1","onCancel":{"kind":"loses","afterMs":3000}}\'\n' +
        `  curl -X POST http://127.0.0.1:${DEFAULT_PORT}/v1/operations/1:cancel\n` +
        `  curl http://127.0.0.1:${DEFAULT_PORT}/v1/operations/1\n\n` +
        'A job, which is queued before it runs; those of Vertex AI need no service:\n' +
        `  curl http://127.0.0.1:${DEFAULT_PORT}/emulator/operations \\\n` +
        '    -d \'{"name":"projects/p/locations/l/jobs/1",\n' +
        '         "service":"batch.googleapis.com",\n' +
        '         "states":[{"state":"QUEUED"},{"afterMs":3000,"state":"RUNNING"}]}\'\n' +
        `  curl -X POST http://127.0.0.1:${DEFAULT_PORT}/v1/projects/p/locations/l/jobs/1:cancel`,
    )
    .action(async (flags: EmulatorFlags) => {
      const { runEmulator } = await import('../dev/emulator.js');
      await runEmulator(flags);
    });

  program
    .command('completion')
    .summary('print a script that completes commands and flags in a shell')
    .description('Prints a script for a shell, which then completes commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', '\nExample, for ~/.bashrc:\n  source <(temporal-lro completion bash)')
    .action((shell: (typeof shells)[number]) => void process.stdout.write(completionScript(shell, program)));
}
