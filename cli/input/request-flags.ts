import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { AbortInput } from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { parseText } from './flags.js';

/** Why a cancellation is wanted, and who wants it, for the record. */
export interface RequestFlags {
  reason?: string;
  requestedBy?: string;
}

/** Adds the flags of {@link RequestFlags} to a command. */
export function addRequestFlags(command: Command, reasonHelp: string): Command {
  return command
    .option('--reason <text>', reasonHelp)
    .option('--requested-by <who>', 'who wants it, for the record (default: your login)', parseText);
}

/** The abort that these flags ask for; `requestedBy` is the user's login where the flag is left out. */
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
