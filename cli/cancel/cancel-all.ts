import { GoogleOperations } from '../../client/google-operations.js';
import {
  type CancelOperationsInput,
  type CancelOperationsResult,
  MAX_NAMES,
  MAX_NAMES_BYTES,
  MAX_SHOWN,
  parseBulkInput,
} from '../../contract/bulk.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { CommandError } from '../command-error.js';
import { EXIT_ERROR } from '../exit-code.js';
import { type CtrlC, listenForCtrlC } from '../input/ctrl-c.js';
import { checkFlags, type CommonFlags } from '../input/flags.js';
import { apiOf } from '../input/operation-name.js';
import { abortInput, type CancelFlags, limitAtStart } from '../input/follow-flags.js';
import { reportNotUnder, selectionOf, type SelectionFlags } from '../list/lists.js';
import { type Found, readLists } from '../list/read-lists.js';
import { isIncomplete, reportMissing } from '../list/report.js';
import { tableOf } from '../list/table.js';
import type { Running } from '../list/running.js';
import { Results } from '../output/results.js';
import { say } from '../output/terminal.js';
import { toCommandError } from '../temporal/errors.js';
import { openSession, type Session } from '../temporal/session.js';
import { findWorker } from '../temporal/worker-presence.js';
import { confirmCancel, runningText, showRunning } from './confirm.js';
import { bulkExitCode, followBulk } from './follow-bulk.js';

/** The flags of `cancel-all`. */
export interface CancelAllFlags extends CommonFlags, SelectionFlags, CancelFlags {
  parent: string;
  service?: string;
  apiVersion?: string;
  dryRun?: boolean;
  yes?: boolean;
  maxConcurrent?: number;
}

/** Runs `cancel-all` to its exit code. */
export async function runCancelAll(flags: CancelAllFlags): Promise<number> {
  const options = checkedOptions(flags);
  const selection = selectionOf(flags);
  const list = async (): Promise<Found> => {
    const found = await readLists(selection);
    reportNotUnder(flags);
    reportMissing(found);
    return found;
  };
  if (flags.dryRun === true) return nothingCancelled(await list(), flags);
  const mustAsk = flags.yes !== true;
  if (mustAsk && !(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new CommandError(
      'BAD_USAGE',
      'There is no terminal to ask on. Use --yes to cancel everything that runs under the parent, or --dry-run to list it.',
    );
  }
  // Before the question, so that a yes is never followed by "no connection".
  const session = await openSession(flags);
  await findWorker(session);
  const found = await list();
  const { running } = found;
  if (running.length === 0) return nothingCancelled(found, flags);

  showRunning(running, flags.parent);
  // Until here Ctrl-C simply ends the process, because nothing has been started.
  const ctrlC = listenForCtrlC();
  if (mustAsk && !(await confirmCancel(running, ctrlC))) {
    say(`${ctrlC.signal.aborted ? 'Interrupted. ' : ''}Nothing was cancelled.`);
    return ctrlC.signal.aborted ? ctrlC.exitCode : EXIT_ERROR;
  }
  return startAndShow({ ...options, ...namesOrParent(running, flags) }, found, session, flags, ctrlC);
}

/** The workflow's input without what to cancel. @throws {CommandError} `BAD_USAGE` */
function checkedOptions(flags: CancelAllFlags): CancelOperationsInput {
  const { parent, resendCancelAfter, maxConcurrent } = flags;
  const timeout = limitAtStart(flags.timeout);
  const options = {
    ...apiOf(flags),
    ...abortInput(flags),
    ...withoutUndefined({ timeout, resendCancelAfter, maxConcurrent }),
  };
  checkFlags(() => parseBulkInput({ ...options, parent }));
  return options;
}

function nothingCancelled(found: Found, flags: CancelAllFlags): number {
  const { running } = found;
  const isKnown = running.length > 0 || !isIncomplete(found);
  say(`${isKnown ? `${runningText(running, flags.parent, flags.olderThan)}. ` : ''}Nothing was cancelled.`);
  const result = {
    matched: running.length,
    started: 0,
    outcomes: {},
    failures: [],
    results: [],
    names: running.map(({ name }) => name).slice(0, MAX_SHOWN),
    unreachable: [],
    unknownAge: 0,
  };
  const whole = withMissing(result, found);
  const results = new Results(flags.output, false);
  results.add(whole, running.length === 0 ? '' : tableOf(running));
  results.end();
  return bulkExitCode(whole);
}

/** The result with what the command's own lists did not show. */
function withMissing(
  result: CancelOperationsResult,
  { refused, unreachable, unknownAge }: Found,
): CancelOperationsResult {
  const failures = refused.map(({ parent, error }) => ({ name: parent, ...error }));
  return {
    ...result,
    failures: [...failures, ...result.failures].slice(0, MAX_SHOWN),
    unreachable: [...new Set([...unreachable, ...result.unreachable])].slice(0, MAX_SHOWN),
    unknownAge: Math.max(unknownAge, result.unknownAge),
  };
}

/** What was shown, by name; the parent again if the names do not fit into an input. */
function namesOrParent(
  running: readonly Running[],
  { parent, kind: kinds, olderThan, filter }: CancelAllFlags,
): Partial<CancelOperationsInput> {
  const names = running.map(({ name }) => name);
  const bytes = names.reduce((sum, name) => sum + name.length, 0);
  if (names.length <= MAX_NAMES && bytes <= MAX_NAMES_BYTES) return { names };
  say('These are too many to pass by name: the workflow lists them again, and cancels what is running by then.');
  return { parent, ...withoutUndefined({ kinds, olderThan, filter }) };
}

/** Starts the workflow and shows it until its result, or until Ctrl-C, after which it goes on. */
async function startAndShow(
  input: CancelOperationsInput,
  found: Found,
  session: Session,
  flags: CancelAllFlags,
  ctrlC: CtrlC,
): Promise<number> {
  try {
    const bulk = await new GoogleOperations(session.client, session).cancelAll(input);
    return await followBulk(bulk, session, flags, ctrlC, (result) => withMissing(result, found));
  } catch (error) {
    throw toCommandError(error, session);
  }
}
