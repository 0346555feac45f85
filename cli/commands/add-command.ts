import type { Command } from 'commander';

/**
 * Adds one command to the program. Its action calls `finish` with the exit code where that is not 0, and throws an error
 * with a message for people where it could not be done. What a command needs is imported in its action: `--help` is quick.
 */
export type AddCommand = (program: Command, finish: (code: number) => void) => void;
