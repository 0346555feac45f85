import type { EmulatorFlags } from '../dev/emulator.js';
import { parsePort } from '../input/flags.js';
import type { AddCommand } from './add-command.js';

const DEFAULT_PORT = 8470;

/** `temporal-lro emulator`: the emulator alone. */
export const addEmulator: AddCommand = (program) => {
  program
    .command('emulator')
    .summary('run an emulator of Google operations')
    .description(
      'Runs an emulator of google.longrunning until Ctrl-C. Over HTTP you add operations, say how each reacts to a cancel ' +
        '(it is cancelled, completes, fails, refuses or ignores it) and which requests fail; it prints the routes for that.',
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
        `  curl http://127.0.0.1:${DEFAULT_PORT}/v1/operations/1`,
    )
    .action(async (flags: EmulatorFlags) => {
      const { runEmulator } = await import('../dev/emulator.js');
      await runEmulator(flags);
    });
};
