import type { AddCommand } from './add-command.js';
import { parsePort } from '../input/flags.js';
import { WIDTH, wrap } from '../output/text.js';

const DEFAULT_PORT = 8470;

/** `temporal-lro emulator`: the emulator alone. */
export const addEmulator: AddCommand = (program) => {
  program
    .command('emulator')
    .summary('run an emulator of Google operations')
    .description(
      'Runs a google.longrunning server until Ctrl-C. Its operations win, lose, refuse or ignore a cancel as they are told ' +
        'to, and its wire fails on order; both are told over HTTP, by the admin routes that it prints.',
    )
    .option('--port <port>', 'where to listen; 0 is any free port', parsePort, DEFAULT_PORT)
    .option('--host <host>', 'on which address of this machine', '127.0.0.1')
    .addHelpText(
      'after',
      '\nExample, an operation that completes although a cancel was accepted:\n' +
        '  temporal-lro emulator &\n' +
        `  curl http://127.0.0.1:${DEFAULT_PORT}/emulator/operations \\\n` +
        '    -d \'{"name":"operations/1","onCancel":{"kind":"loses","afterMs":3000}}\'\n' +
        `  curl -X POST http://127.0.0.1:${DEFAULT_PORT}/v1/operations/1:cancel\n` +
        `  curl http://127.0.0.1:${DEFAULT_PORT}/v1/operations/1`,
    )
    .action(async ({ port, host }: { port: number; host: string }) => {
      const { adminRoutes, startEmulator } = await import('../../emulator/index.js');
      const { onStopSignal } = await import('../../worker/signals.js');
      const emulator = await startEmulator({ port, host });
      const stopped = new Promise((resolve) => onStopSignal(resolve));
      process.stdout.write(`OPERATIONS_EMULATOR_HOST=${emulator.host}\n\n`);
      process.stdout.write(`Admin routes at ${emulator.url}, with JSON both ways:\n${listOf(adminRoutes)}\n`);
      process.stderr.write('\nThe emulator runs until Ctrl-C.\n');
      await stopped;
      await emulator.close();
    });
};

function listOf(routes: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(routes).map((route) => route.length));
  return Object.entries(routes)
    .flatMap(([route, what]) =>
      wrap(what, WIDTH - width - 4).map((line, at) => `  ${(at === 0 ? route : '').padEnd(width)}  ${line}`),
    )
    .join('\n');
}
