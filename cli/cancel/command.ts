import { type StartOptions, cancel, type Followed, watch } from '../../client/start.js';
import { status, type Status } from '../../client/status.js';
import {
  type CancelOperationInput,
  parseOperationInput,
  type WatchOperationInput,
} from '../../contract/input.js';
import type { Duration } from '../../contract/duration.js';
import { flagMessage } from '../input/flag-message.js';
import { CommandError } from '../command-error.js';
import { EXIT_ERROR, worst } from '../exit-code.js';
import { failureOf } from '../temporal/failure.js';
import type { CommonFlags } from '../input/flags.js';
import { readGoogleConfig } from '../../config/google-config.js';
import { type OperationArgument, parseNames } from '../input/operation-name.js';
import { findWorker, noWorker } from '../temporal/worker-presence.js';
import { printable } from '../output/printable.js';
import type { Results } from '../output/results.js';
import { currentUser } from '../input/current-user.js';
import { openSession, type Session } from '../temporal/session.js';
import { textOfStatus } from '../status/text.js';
import { resultsTo, say, viewOn } from '../output/terminal.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import { listenForInterruption } from './interruption.js';
import { unansweredStatus } from './unanswered-status.js';
import { eachOf } from './pool.js';
import { follow } from './follow.js';
import { goingOn, type Tracked } from './tracked.js';

/** The flags of `cancel` and `watch`. */
export interface FollowFlags extends CommonFlags {
  reason?: string;
  requestedBy?: string;
  timeout?: Duration;
  resendCancelAfter?: Duration;
  whenNotCancellable?: 'return' | 'follow';
  abortAfter?: Duration;
  /** False with `--no-wait`. */
  wait: boolean;
}

type Kind = 'cancel' | 'watch';

const ANSWER_WITHIN_MS = 3_000;
const STARTS_AT_ONCE = 20;

/** Runs `cancel` or `watch` to its exit code. */
export async function runFollow(kind: Kind, names: readonly string[], flags: FollowFlags): Promise<number> {
  const { endpoints } = readGoogleConfig(process.env);
  const targets = parseNames(names, flags, endpoints);
  const inputs = new Map(targets.map((target) => [target.workflowId, inputOf(kind, target, flags)]));
  const results = resultsTo(process.stdout, flags.output, names.length > 1);
  const session = await openSession(flags, process.env);
  const start = (target: OperationArgument): Promise<Followed> => {
    const input = inputs.get(target.workflowId) ?? { name: target.name };
    const options: StartOptions = { taskQueue: session.taskQueue };
    return kind === 'watch'
      ? watch(session.client, input, options)
      : cancel(session.client, input, { ...options, until: 'kept' });
  };
  if (!flags.wait) return startOnly(kind, targets, { session, start, results, flags });

  // What the namespace or the connection lacks is told once, before anything is started.
  await findWorker(session);
  // Until now Ctrl-C just ends this: nothing has been started.
  const interruption = listenForInterruption();
  const view = viewOn(process.stderr, process.env);
  const following = follow({
    session,
    targets,
    start,
    results,
    view,
    tell: (line) => view.aside(() => say(line)),
    withoutWorker: WITHOUT_WORKER[kind],
    signal: interruption.signal,
  });
  const first = await Promise.race([following.done, interruption.code.then((code) => ({ code }))]);
  view.end();
  if (typeof first === 'number') {
    results.end();
    return first;
  }
  say(wayBack(kind, following.all, flags));
  return first.code;
}

const WITHOUT_WORKER: Readonly<Record<Kind, string>> = {
  cancel: 'The cancellation is kept by Temporal and begins when one does.',
  watch: 'The request is kept by Temporal, and watching begins when one does.',
};

/** The workflow's input. Everything is checked before anything is started. */
function inputOf(kind: Kind, target: OperationArgument, flags: FollowFlags): WatchOperationInput {
  const { name, service, apiVersion } = target;
  const {
    reason,
    requestedBy = currentUser(),
    timeout,
    resendCancelAfter,
    whenNotCancellable,
    abortAfter,
  } = flags;
  const optional = { reason, requestedBy, timeout, resendCancelAfter, whenNotCancellable, abortAfter };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  const input: WatchOperationInput = { name, service, apiVersion, ...given };
  try {
    parseOperationInput(kind === 'watch' ? 'watchOperation' : 'cancelOperation', input);
    return input;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError('BAD_USAGE', `${flagMessage(message)}\nNothing was done.`, { cause: error });
  }
}

/** Starts everything and says how it stands. */
async function startOnly(
  kind: Kind,
  targets: readonly OperationArgument[],
  {
    session,
    start,
    results,
    flags,
  }: {
    session: Session;
    start: (target: OperationArgument) => Promise<Followed>;
    results: Results;
    flags: FollowFlags;
  },
): Promise<number> {
  const presence = await findWorker(session);
  const { there } = presence;
  if (!there) say(noWorker(session, WITHOUT_WORKER[kind], presence));
  const codes: number[] = [];
  await eachOf([...targets.entries()], STARTS_AT_ONCE, async ([number, target]) => {
    try {
      const { workflowId } = await start(target);
      const asked = kind === 'cancel';
      const now =
        (there ? await answer(session, target) : undefined) ??
        (await unansweredStatus(session, target, asked ? abortOf(flags) : undefined));
      results.add(now, textOfStatus(now, workflowId), number);
      codes.push(0);
    } catch (error) {
      const failure = failureOf(error, target, session);
      say(`${target.name}: ${failure.error.type}: ${printable(failure.error.message)}`);
      results.add(failure, '', number);
      codes.push(EXIT_ERROR);
    }
  });
  results.end();
  return worst(codes);
}

function abortOf({
  reason,
  requestedBy = currentUser(),
}: FollowFlags): Pick<CancelOperationInput, 'reason' | 'requestedBy'> {
  return { ...(reason !== undefined && { reason }), ...(requestedBy !== undefined && { requestedBy }) };
}

async function answer({ client }: Session, target: OperationArgument): Promise<Status | undefined> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => status(client, target));
  } catch (error) {
    if (error instanceof Error && error.name === 'GoogleOperationsError') throw error;
    // The worker that was there a minute ago is there no more.
    return undefined;
  }
}

/** What Ctrl-C leaves behind, and how to come back to it. */
function wayBack(kind: Kind, all: readonly Tracked[], flags: FollowFlags): string {
  const going = goingOn(all);
  const never = all.filter(({ followed, over }) => followed === undefined && !over);
  const what = kind === 'cancel' ? 'cancellation' : 'watch';
  const lines: string[] = [];
  if (going.length > 0) {
    lines.push(
      going.length === 1
        ? `Interrupted. The ${what} goes on in Temporal; to see how it stands:`
        : `Interrupted. ${going.length} ${what === 'watch' ? 'watches' : `${what}s`} go on in Temporal; to see how they stand:`,
      ...going.slice(0, 5).map(({ target }) => `  ${commandLine(flags, 'status', ...nameWords(target))}`),
      ...(going.length > 5 ? [`  and so on for ${going.length - 5} more`] : []),
    );
  }
  if (never.length > 0) {
    lines.push(
      'Interrupted before Temporal had confirmed these; do them again:',
      ...never.slice(0, 5).map(({ target }) => `  ${target.name}`),
      ...(never.length > 5 ? [`  and ${never.length - 5} more`] : []),
    );
  }
  return lines.length === 0 ? 'Interrupted.' : lines.join('\n');
}
