import type { Command } from 'commander';
import type { Duration } from '../../contract/duration.js';
import { type CommonFlags, parseDurationFlag } from './flags.js';
import { addRequestFlags, type RequestFlags } from './request-flags.js';

/** The flags of `cancel`, and with `abortAfter` those of `watch`. */
export interface FollowFlags extends CommonFlags, RequestFlags {
  timeout?: Duration;
  resendCancelAfter?: Duration;
  whenNotCancellable?: 'return' | 'follow';
  abortAfter?: Duration;
  /** False with `--no-wait`. */
  wait: boolean;
}

/** Adds the flags that `cancel` and `watch` share to a command; the help differs. */
export function addFollowFlags(
  command: Command,
  help: { reason: string; whenNotCancellable: 'return' | 'follow' },
): Command {
  return addRequestFlags(command, help.reason)
    .option('--timeout <duration>', 'stop following after this long, such as 2h', parseDurationFlag)
    .option(
      '--resend-cancel-after <duration>',
      'send the cancel again after this long, 0 for never (default: 5m)',
      parseDurationFlag,
    )
    .option(
      '--when-not-cancellable <what>',
      `if the service will not cancel it: return or follow (default: ${help.whenNotCancellable})`,
    )
    .option('--no-wait', 'do not wait for the outcome: print the status and exit with 0');
}
