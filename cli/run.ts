import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.js';
import { printableLines } from './output/printable.js';
import { say } from './output/terminal.js';

/**
 * Runs `temporal-lro` with the arguments of a process, the first two of which are not looked at.
 *
 * @returns the exit code: the command's own, 0 after `--help` and `--version`, 1 for bad usage and for anything thrown,
 * whose message goes to stderr without its stack.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  leaveQuietlyWithTheReader();
  let code = 0;
  const program = createProgram((ended) => (code = ended));
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function createProgram(finish: (code: number) => void): Command {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const program = new Command('temporal-lro')
    .description(
      'Cancels Google long-running operations durably on Temporal, and records which won: the cancellation or the operation.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    // It quotes the arguments, and those may come from a list that somebody else wrote.
    .configureOutput({ writeErr: (text) => void process.stderr.write(printableLines(text)) })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', '\nTo see what it does, on this machine alone:\n  temporal-lro demo')
    // Inherited by the commands, which are added below.
    .exitOverride();
  for (const add of commands) add(program, finish);
  return program;
}

// `temporal-lro demo | head -1` is no mistake of anybody's.
function leaveQuietlyWithTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
}
