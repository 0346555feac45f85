import type { Command } from 'commander';

/**
 * Adds one command to the program. Its action calls `finish` with an exit code other than 0, or throws an
 * error whose message is for people. Runners are imported inside the action, so that `--help` stays quick.
 */
export type AddCommand = (program: Command, finish: (code: number) => void) => void;
