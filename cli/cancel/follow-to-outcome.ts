import { setTimeout as delay } from 'node:timers/promises';
import type { Followed } from '../../client/start.js';
import { status as statusOf } from '../../client/status.js';
import { CommandError } from '../command-error.js';
import { EXIT_ERROR, exitCodes, worst } from '../exit-code.js';
import { explainTemporal } from '../temporal/errors.js';
import { failureOf } from '../temporal/failure.js';
import type { OperationArgument } from '../input/operation-name.js';
import { printable } from '../output/printable.js';
import type { Results } from '../output/results.js';
import type { Session } from '../temporal/session.js';
import { commandLine, nameWords } from '../output/follow-up-command.js';
import { eachOf } from './for-each.js';
import { WorkerMonitor } from './worker-monitor.js';
import { goingOn, type Tracked } from './tracked.js';
import type { View } from '../output/view.js';
import { textOfResult } from '../output/words.js';

/** What is needed to follow operations to their outcomes. */
export interface FollowOptions {
  session: Session;
  targets: readonly OperationArgument[];
  /** Has Temporal keep the request for one of them. */
  start: (target: OperationArgument) => Promise<Followed>;
  results: Results;
  view: View;
  /** Tells something beside the view, on a line of its own. */
  tell: (line: string) => void;
  /** What it means that no worker is there. */
  withoutWorker: string;
  signal: AbortSignal;
}

const STARTS_AT_ONCE = 20;
const QUESTIONS_AT_ONCE = 8;
const LOOK_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 3_000;
const OUTAGE_MS = 120_000;

/** A way to follow operations, with what is known of them for whoever interrupts it. */
export interface Following {
  all: readonly Tracked[];
  /** The exit code, when all have ended. */
  done: Promise<number>;
}

/** Starts everything, and shows it until all has ended. */
export function follow(options: FollowOptions): Following {
  const all: Tracked[] = options.targets.map((target, number) => ({
    target,
    number,
    since: Date.now(),
    over: false,
  }));
  return { all, done: toTheEnd(all, options) };
}

async function toTheEnd(all: readonly Tracked[], options: FollowOptions): Promise<number> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const watching = watchThem(all, options, signal);
  try {
    const codes: number[] = [];
    const endings: Promise<void>[] = [];
    await eachOf(all, STARTS_AT_ONCE, async (tracked) => {
      if (options.signal.aborted) return;
      try {
        const followed = await options.start(tracked.target);
        tracked.followed = followed;
        endings.push(
          ending(tracked, followed, options).then((code) => {
            codes.push(code);
          }),
        );
      } catch (error) {
        codes.push(fail(tracked, error, options));
      }
    });
    await Promise.all(endings);
    return worst(codes);
  } finally {
    over.abort();
    await watching;
  }
}

async function ending(tracked: Tracked, followed: Followed, options: FollowOptions): Promise<number> {
  try {
    const result = await patiently(() => followed.outcome(), options);
    tracked.over = true;
    if (!options.signal.aborted)
      options.view.aside(() => options.results.add(result, textOfResult(result), tracked.number));
    return exitCodes[result.outcome];
  } catch (error) {
    return fail(tracked, error, options);
  }
}

/** Asks again while Temporal does not answer, for a while: a server that is restarted is no reason to end. */
async function patiently<T>(ask: () => Promise<T>, { session, signal }: FollowOptions): Promise<T> {
  let since: number | undefined;
  for (;;) {
    const began = Date.now();
    try {
      return await ask();
    } catch (error) {
      const explained = explainTemporal(error, session);
      const isSilent = explained instanceof CommandError && explained.code === 'NO_CONNECTION';
      const now = Date.now();
      // While it waited that long, the server was there.
      if (since === undefined || now - began > OUTAGE_MS) since = now;
      if (!isSilent || signal.aborted || now - since > OUTAGE_MS) throw explained;
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function fail(tracked: Tracked, error: unknown, { session, results, tell, signal }: FollowOptions): number {
  if (signal.aborted) return EXIT_ERROR;
  tracked.over = true;
  const failure = failureOf(error, tracked.target, session);
  if (failure.error.type === 'NO_CONNECTION' && tracked.followed !== undefined)
    failure.error.message += `. What it keeps goes on: ${commandLine(session.flags, 'status', ...nameWords(tracked.target))}`;
  tell(`${tracked.target.name}: ${failure.error.type}: ${printable(failure.error.message)}`);
  results.add(failure, '', tracked.number);
  return EXIT_ERROR;
}

/** Asks how they stand, and whether a worker is there, until `signal`. */
async function watchThem(
  all: readonly Tracked[],
  { session, view, tell, withoutWorker }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const silence = new WorkerMonitor(session, withoutWorker, tell);
  while (!signal.aborted) {
    await silence.check(goingOn(all));
    await eachOf(goingOn(all), QUESTIONS_AT_ONCE, async (tracked) => {
      if (signal.aborted) return;
      if (await ask(tracked, session)) silence.broken(tracked);
    });
    if (signal.aborted) return;
    view.update(all);
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function ask(tracked: Tracked, { client }: Session): Promise<boolean> {
  try {
    tracked.status = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      statusOf(client, tracked.target),
    );
    return true;
  } catch {
    // No worker, a slow one, or it has just ended: the outcome tells.
    return false;
  }
}
