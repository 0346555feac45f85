import { Command, CommanderError } from 'commander';
import { packageVersion } from '../config/package-version.js';
import { CommandError, errorMessage } from './command-error.js';
import { addGoogleCommands } from './commands/google.js';
import { addOperationCommands } from './commands/operations.js';
import { addRecordCommands } from './commands/records.js';
import { addServiceCommands } from './commands/services.js';
import { EXIT_ERROR, EXIT_USAGE } from './exit-code.js';
import { commandHelp, programHelp } from './help.js';
import { printableLines } from './output/printable.js';
import { withProgram } from './output/program.js';
import { say } from './output/terminal.js';

/**
 * Runs `temporal-lro` with the arguments of a process; the first two, node and the script, are ignored.
 *
 * @returns the exit code: the command's own, 0 after `--help` and `--version`, 2 for bad usage, and 1 for
 * other errors; an error's message goes to stderr without its stack.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  exitWhenThePipeCloses();
  let exitCode = 0;
  const program = createProgram((code) => (exitCode = code));
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    say(errorMessage(error));
    return error instanceof CommandError && error.code === 'BAD_USAGE' ? EXIT_USAGE : EXIT_ERROR;
  }
}

function createProgram(finish: (code: number) => void): Command {
  const program = new Command('temporal-lro')
    .description(
      'Cancels Google long-running operations durably on Temporal, and records which won: the cancellation or the operation.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    // Commander quotes the arguments in its errors, and these may come from outside.
    .configureOutput({
      writeOut: (text) => void process.stdout.write(printableLines(withProgram(text))),
      writeErr: (text) => say(withProgram(text).trimEnd()),
    })
    .showHelpAfterError('(add --help to see the usage)')
    .addHelpText(
      'after',
      `\n${programHelp}\n\nTo try it on this machine, without a Google account:\n  temporal-lro demo`,
    )
    // Set before the commands are added, because they inherit it.
    .exitOverride();
  // An error's message is for people. Actions import what they run, so that --help stays quick.
  for (const add of [addOperationCommands, addRecordCommands, addGoogleCommands, addServiceCommands])
    add(program, finish);
  for (const command of program.commands) command.addHelpText('after', `\n${commandHelp(command.name())}`);
  return program;
}

/** Ends without a message when the reader of a pipe has closed it, as in `temporal-lro demo | head -1`. */
function exitWhenThePipeCloses(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : EXIT_ERROR);
    });
  }
}
