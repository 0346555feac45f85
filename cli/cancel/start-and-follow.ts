import type { OperationHandle } from '../../client/operation-handle.js';
import {
  type AbortInput,
  type CancelOperationInput,
  parseOperationInput,
  type WatchOperationInput,
} from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { badUsage, type TemporalFlags } from '../input/flags.js';
import type { FollowFlags } from '../input/follow-flags.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { abortInput } from '../input/request-flags.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import { resultsTo, say, viewOn } from '../output/terminal.js';
import { openSession, type Session } from '../temporal/session.js';
import { findWorker } from '../temporal/worker-presence.js';
import { type FollowedOperation, followToOutcome, isUnderWay } from './follow-to-outcome.js';
import { startWithoutWaiting } from './no-wait.js';

/** What `cancel` and `watch` do differently. */
export interface StartCommand {
  workflowType: 'cancelOperation' | 'watchOperation';
  /** What messages call that which goes on in Temporal: one of them, and several. */
  noun: readonly [one: string, several: string];
  /** What messages say about a request that no worker takes. */
  withoutWorker: string;
  /** The abort that comes with the start, if any. */
  abort?: AbortInput;
  /** Starts or joins the workflow of an operation; settles once Temporal has stored the request. */
  start(session: Session, input: CancelOperationInput): Promise<OperationHandle>;
}

/**
 * Starts or joins the workflow of every operation and shows it until its outcome, or with `--no-wait` prints
 * its status.
 *
 * @returns the exit code
 * @throws {CommandError} before anything is started: bad names or flags, no connection
 */
export async function startAndFollow(
  names: readonly string[],
  flags: FollowFlags,
  command: StartCommand,
): Promise<number> {
  const targets = parseNames(names, flags, readGoogleConfig(process.env).endpoints);
  const inputs = targets.map((target) => workflowInput(command, target, flags));
  const results = resultsTo(process.stdout, flags.output, names.length > 1);
  const session = await openSession(flags, process.env);
  const requests = inputs.map(({ target, input }) => ({
    target,
    start: () => command.start(session, input),
  }));
  if (!flags.wait) return startWithoutWaiting(requests, session, results, command);

  // Finds out once, before anything is started, whether the namespace exists and may be used.
  await findWorker(session);
  // Until here Ctrl-C simply ends the process, because nothing has been started.
  const ctrlC = listenForCtrlC();
  const view = viewOn(process.stderr, process.env);
  const following = followToOutcome(requests, {
    session,
    results,
    view,
    tell: (line) => view.aside(() => say(line)),
    withoutWorker: command.withoutWorker,
    signal: ctrlC.signal,
  });
  const exitCode = await Promise.race([following.exitCode, ctrlC.exitCode]);
  view.end();
  if (ctrlC.signal.aborted) say(interruptedMessage(command, following.operations, flags));
  else results.end();
  return exitCode;
}

/** The workflow's input, checked. @throws {CommandError} `BAD_USAGE` */
function workflowInput({ workflowType }: StartCommand, target: OperationArgument, flags: FollowFlags) {
  const { name, service, apiVersion } = target;
  const { timeout, resendCancelAfter, whenNotCancellable, abortAfter } = flags;
  const input: WatchOperationInput = {
    name,
    service,
    apiVersion,
    ...abortInput(flags),
    ...withoutUndefined({ timeout, resendCancelAfter, whenNotCancellable, abortAfter }),
  };
  try {
    parseOperationInput(workflowType, input);
  } catch (error) {
    throw badUsage(error);
  }
  return { target, input };
}

const MAX_LISTED = 5;

/** What goes on after Ctrl-C and how to read its status, and what has to be started again. */
function interruptedMessage(
  { noun: [one, several] }: StartCommand,
  operations: readonly FollowedOperation[],
  flags: TemporalFlags,
): string {
  const running = operations.filter(isUnderWay);
  const unconfirmed = operations.filter(({ workflow, isDone }) => workflow === undefined && !isDone);
  const lines: string[] = [];
  if (running.length > 0) {
    const subject = running.length === 1 ? `The ${one} goes on` : `${running.length} ${several} go on`;
    lines.push(
      `Interrupted. ${subject} in Temporal. To see the status:`,
      ...running.slice(0, MAX_LISTED).map(({ target }) => `  ${commandLine(flags, 'status', ...nameWords(target))}`),
      ...(running.length > MAX_LISTED ? [`  and the same for ${running.length - MAX_LISTED} more`] : []),
    );
  }
  if (unconfirmed.length > 0) {
    lines.push(
      'Interrupted before Temporal confirmed these. Run the command again for them:',
      ...unconfirmed.slice(0, MAX_LISTED).map(({ target }) => `  ${target.name}`),
      ...(unconfirmed.length > MAX_LISTED ? [`  and ${unconfirmed.length - MAX_LISTED} more`] : []),
    );
  }
  return lines.length === 0 ? 'Interrupted.' : lines.join('\n');
}
