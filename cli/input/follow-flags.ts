import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type Duration, parseDuration } from '../../contract/duration.js';
import type { AbortInput } from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { type CommonFlags, parseDurationFlag, parseText } from './flags.js';

/** The reason and the requester of a cancellation, for the record. */
export interface RequestFlags {
  reason?: string;
  requestedBy?: string;
}

/** The options of each cancellation. */
export interface CancelFlags extends RequestFlags {
  timeout?: Duration;
  resendCancelAfter?: Duration;
}

/** The flags of `cancel`, and with `abortAfter` those of `watch`. */
export interface FollowFlags extends CommonFlags, CancelFlags {
  whenNotCancellable?: 'return' | 'follow';
  abortAfter?: Duration;
  again?: true;
  /** False with `--no-wait`. */
  wait: boolean;
}

/** Adds the flags of {@link RequestFlags} to a command. */
export function addRequestFlags(command: Command, reasonHelp = 'why, for the record'): Command {
  return command
    .option('--reason <text>', reasonHelp)
    .option('--requested-by <who>', 'who requests it, for the record (default: your login)', parseText);
}

/** Adds the flags of {@link CancelFlags} to a command. */
export function addCancelFlags(command: Command, reasonHelp?: string): Command {
  return addRequestFlags(command, reasonHelp)
    .option(
      '--timeout <duration>',
      'stop following an operation after this long, such as 2h; 0 for never',
      parseDurationFlag,
    )
    .option(
      '--resend-cancel-after <duration>',
      'send the cancel again after this long, 0 for never (default: 5m)',
      parseDurationFlag,
    );
}

/** Adds the flags that `cancel` and `watch` share to a command; the help differs. */
export function addFollowFlags(
  command: Command,
  whenNotCancellable: 'return' | 'follow',
  reasonHelp?: string,
): Command {
  return addCancelFlags(command, reasonHelp)
    .option(
      '--when-not-cancellable <what>',
      `if the service will not cancel it: return or follow (default: ${whenNotCancellable})`,
    )
    .option('--again', 'start anew although its end is recorded: a new job may have the name of an old one')
    .option('--no-wait', 'do not wait for the outcome: print the status and exit with 0');
}

/** A limit for the start of a workflow: 0, which lifts that of one that runs already, is none. */
export function limitAtStart(limit: Duration | undefined): Duration | undefined {
  return parseDuration(limit) === 0 ? undefined : limit;
}

/** The abort that these flags ask for; `requestedBy` is the user's login without the flag. */
export function abortInput({ reason, requestedBy = currentUser() }: RequestFlags): AbortInput {
  return withoutUndefined({ reason, requestedBy });
}

/** The user's login, or `undefined` where the system does not know it. */
function currentUser(): string | undefined {
  try {
    const { username } = userInfo();
    return username === '' || username.length > 256 ? undefined : username;
  } catch {
    // There is no entry in the password file, as in many containers.
    return undefined;
  }
}
