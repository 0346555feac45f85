import { GoogleOperations } from '../../client/google-operations.js';
import type { OperationHandle } from '../../client/operation-handle.js';
import { readGoogleConfig } from '../../config/google-config.js';
import {
  type AbortInput,
  type CancelOperationInput,
  parseOperationInput,
  type WatchOperationInput,
} from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { bulkIn, watchBulk } from '../cancel/watch-bulk.js';
import { listenForCtrlC } from '../input/ctrl-c.js';
import { checkFlags, type TemporalFlags } from '../input/flags.js';
import { abortInput, type FollowFlags, limitAtStart } from '../input/follow-flags.js';
import type { Names } from '../input/names.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { assertCallable } from '../input/callable.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import { Results } from '../output/results.js';
import { createView, say } from '../output/terminal.js';
import { count } from '../output/words.js';
import { openSession } from '../temporal/session.js';
import { findWorker } from '../temporal/worker-presence.js';
import { adjustJoined } from './adjust-joined.js';
import { type FollowedOperation, followToOutcome, isUnderWay } from './follow-to-outcome.js';
import { startWithoutWaiting } from './no-wait.js';

/** The differences between `cancel` and `watch`. */
interface StartCommand {
  workflowType: 'cancelOperation' | 'watchOperation';
  /** The noun in messages for what continues in Temporal. */
  noun: string;
  /** The text of messages about a request that no worker takes. */
  withoutWorker: string;
  /** The abort that comes with the start, if any. */
  abort?: AbortInput;
  /** Starts or joins the workflow of an operation; settles once Temporal has stored the request. */
  start(operations: GoogleOperations, input: CancelOperationInput, again: boolean): Promise<OperationHandle>;
}

/** Runs `cancel` to its exit code. */
export function runCancel(names: Names, flags: FollowFlags): Promise<number> {
  return startAndFollow(names, flags, {
    workflowType: 'cancelOperation',
    noun: 'cancellation',
    withoutWorker: 'Temporal has stored the cancellation; it begins once a worker is running.',
    abort: abortInput(flags),
    start: (operations, input, again) => operations.cancel(input, { waitForWorker: false, again }),
  });
}

/** Runs `watch` to its exit code, of operations or of a bulk that was started before. */
export function runWatch(names: Names, flags: FollowFlags): Promise<number> {
  const bulk = bulkIn(names);
  if (bulk !== undefined) return watchBulk(names, bulk, flags);
  return startAndFollow(names, flags, {
    workflowType: 'watchOperation',
    noun: 'watch',
    withoutWorker: 'Temporal has stored the request; watching begins once a worker is running.',
    start: (operations, input, again) => operations.watch(input, { waitForWorker: false, again }),
  });
}

/**
 * Starts or joins the workflow of every operation and shows it until its outcome, or with `--no-wait` prints
 * its status.
 *
 * @returns the exit code
 * @throws {CommandError} before anything is started: bad names or flags, no connection
 */
async function startAndFollow({ texts, isArray }: Names, flags: FollowFlags, command: StartCommand): Promise<number> {
  const { endpoints } = readGoogleConfig(process.env);
  const targets = parseNames(texts, flags, endpoints);
  assertCallable(targets, endpoints);
  const inputs = targets.map((target) => workflowInput(command, target, flags));
  const results = new Results(flags.output, isArray);
  const session = await openSession(flags);
  const client = new GoogleOperations(session.client, session);
  let tell = say;
  const operations: FollowedOperation[] = inputs.map(({ target, input }, index) => ({
    target,
    index,
    startedAt: Date.now(),
    isDone: false,
    start: async () => {
      const handle = await command.start(client, input, flags.again === true);
      if (handle.origin !== 'joined') return handle;
      const adjusted = adjustJoined(session, handle, flags, (line) => tell(line));
      if (!flags.wait) await adjusted;
      return handle;
    },
  }));
  if (!flags.wait) return startWithoutWaiting(operations, session, results, command);

  // Finds out once, before anything is started, whether the namespace exists and may be used.
  await findWorker(session);
  // Until here Ctrl-C simply ends the process, because nothing has been started.
  const ctrlC = listenForCtrlC();
  const view = createView();
  tell = (line) => view.aside(() => say(line));
  const { withoutWorker } = command;
  const following = followToOutcome(operations, { session, results, view, withoutWorker, signal: ctrlC.signal });
  const exitCode = await Promise.race([following, ctrlC.exitCode]);
  view.end();
  if (ctrlC.signal.aborted) say(interruptedMessage(command, operations, flags));
  else results.end();
  return exitCode;
}

/** The workflow's input, checked. @throws {CommandError} `BAD_USAGE` */
function workflowInput({ workflowType }: StartCommand, target: OperationArgument, flags: FollowFlags) {
  const { name, service, apiVersion } = target;
  const { resendCancelAfter, whenNotCancellable } = flags;
  const [timeout, abortAfter] = [flags.timeout, flags.abortAfter].map(limitAtStart);
  const input: WatchOperationInput = {
    name,
    service,
    apiVersion,
    ...abortInput(flags),
    ...withoutUndefined({ timeout, resendCancelAfter, whenNotCancellable, abortAfter }),
  };
  checkFlags(() => parseOperationInput(workflowType, input));
  return { target, input };
}

const MAX_LISTED = 5;

/** The message after Ctrl-C: what continues, how to read its status, and what has to be started again. */
function interruptedMessage(
  { noun }: StartCommand,
  operations: readonly FollowedOperation[],
  flags: TemporalFlags,
): string {
  const running = operations.filter(isUnderWay);
  const unconfirmed = operations.filter(({ workflow, isDone }) => workflow === undefined && !isDone);
  const lines: string[] = [];
  if (running.length > 0) {
    const subject = running.length === 1 ? `The ${noun} goes on` : `${count(running.length, noun)} go on`;
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
