import { cancelMany, type ManyCancelled } from '../../client/many.js';
import {
  type CancelOperationsInput,
  type CancelOperationsResult,
  MAX_NAMES,
  MAX_NAMES_BYTES,
  MAX_SHOWN,
  parseBulkInput,
} from '../../contract/bulk.js';
import type { Duration } from '../../contract/duration.js';
import type { Operation } from '../../contract/operation.js';
import { flagMessage } from '../input/flag-message.js';
import { CommandError } from '../command-error.js';
import type { ListFlags } from '../commands/list.js';
import { EXIT_ERROR } from '../exit-code.js';
import { explainTemporal } from '../temporal/errors.js';
import { type Interruption, listenForInterruption } from '../input/ctrl-c.js';
import { count } from '../output/words.js';
import { lineOf } from '../list/list.js';
import { runningOperations } from '../list/running-operations.js';
import { apiOf } from '../input/operation-name.js';
import { findWorker, noWorker } from '../temporal/worker-presence.js';
import { printable } from '../output/printable.js';
import { currentUser } from '../input/current-user.js';
import { openSession, type Session } from '../temporal/session.js';
import { resultsTo, say } from '../output/terminal.js';
import { temporalLine } from '../output/follow-up-command.js';
import { ask } from './confirm.js';
import { showProgress } from './bulk-progress.js';

/** The flags of `cancel-all`. */
export interface CancelAllFlags extends ListFlags {
  dryRun?: boolean;
  yes?: boolean;
  maxConcurrent?: number;
  reason?: string;
  requestedBy?: string;
  timeout?: Duration;
  resendCancelAfter?: Duration;
}

const SHOWN = 10;

/** Runs `cancel-all` to its exit code. */
export async function runCancelAll(flags: CancelAllFlags): Promise<number> {
  const common = commonInput(flags);
  check({ ...common, parent: flags.parent });
  const mayAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (flags.dryRun !== true && flags.yes !== true && !mayAsk) {
    throw new CommandError(
      'BAD_USAGE',
      'There is no terminal to ask on. Say --yes to cancel everything that runs under the parent, or --dry-run to see it.',
    );
  }
  // Before anything is shown: who is asked must be able to say yes.
  const session = flags.dryRun === true ? undefined : await openSession(flags, process.env);
  const presence = session === undefined ? undefined : await findWorker(session);
  const running: Operation[] = [];
  for await (const operation of runningOperations(
    { ...apiOf(flags), parent: flags.parent, filter: flags.filter },
    process.env,
  )) {
    running.push(operation);
  }
  const names = running.map(({ name }) => name);
  const results = resultsTo(process.stdout, flags.output, false);
  const finish = (result: CancelOperationsResult, text: string): number => {
    results.add(result, text);
    results.end();
    return result.failures.length > 0 ? EXIT_ERROR : 0;
  };
  if (session === undefined || names.length === 0) {
    const text = session === undefined ? running.map((operation) => lineOf(operation)).join('\n') : '';
    say(
      `${count(names.length, 'operation')} ${names.length === 1 ? 'runs' : 'run'} under ${flags.parent}. Nothing was cancelled.`,
    );
    return finish(nothingDone(names), text);
  }

  showWhat(running, flags.parent);
  // Until now Ctrl-C just ends this: nothing has been started.
  const interruption = listenForInterruption();
  if (flags.yes !== true) {
    const answer = await Promise.race([
      ask(`Cancel ${count(names.length, 'operation')}? [y/N] `, interruption.signal),
      interruption.code,
    ]);
    if (typeof answer === 'number') return interrupted(interruption);
    if (!answer) {
      say('Nothing was cancelled.');
      return EXIT_ERROR;
    }
  }
  if (presence?.there === false)
    say(noWorker(session, 'The cancellations are kept by Temporal and begin when one does.', presence));
  const input = { ...common, ...whatToCancel(names, flags) };
  const many = await cancelMany(session.client, input, { taskQueue: session.taskQueue });
  const endProgress = showProgress(many, session);
  const result = await Promise.race([outcomeOf(many, session), interruption.code]).finally(endProgress);
  if (typeof result === 'number') {
    say(wayBack(many.workflowId, flags));
    return result;
  }
  return finish(result, textOf(result));
}

/** What was shown, by name; where that does not fit into an input, the parent again. */
function whatToCancel(names: string[], { parent, filter }: CancelAllFlags): Partial<CancelOperationsInput> {
  const bytes = names.reduce((sum, name) => sum + name.length, 0);
  if (names.length <= MAX_NAMES && bytes <= MAX_NAMES_BYTES) return { names };
  say('These are too many to name: the workflow lists them again, and cancels what runs by then.');
  return { parent, ...(filter !== undefined && { filter }) };
}

function commonInput(flags: CancelAllFlags): CancelOperationsInput {
  const { reason, requestedBy = currentUser(), timeout, resendCancelAfter, maxConcurrent } = flags;
  const optional = { reason, requestedBy, timeout, resendCancelAfter, maxConcurrent };
  return {
    ...apiOf(flags),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function check(input: CancelOperationsInput): void {
  try {
    parseBulkInput(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError('BAD_USAGE', flagMessage(message), { cause: error });
  }
}

async function outcomeOf(many: ManyCancelled, session: Session): Promise<CancelOperationsResult> {
  try {
    return await many.outcome();
  } catch (error) {
    throw explainTemporal(error, session);
  }
}

function showWhat(running: readonly Operation[], parent: string): void {
  const more = running.length - SHOWN;
  say(
    [
      `${count(running.length, 'operation')} ${running.length === 1 ? 'runs' : 'run'} under ${parent}:`,
      ...running.slice(0, SHOWN).map((operation) => lineOf(operation)),
      ...(more > 0 ? [`          and ${more} more`] : []),
    ].join('\n'),
  );
}

function nothingDone(names: readonly string[]): CancelOperationsResult {
  return {
    matched: names.length,
    started: 0,
    outcomes: {},
    failures: [],
    names: names.slice(0, MAX_SHOWN),
  };
}

function textOf({ matched, started, outcomes, failures }: CancelOperationsResult): string {
  return [
    `${count(matched, 'operation')} matched, ${started} started or joined`,
    ...Object.entries(outcomes).map(([outcome, number]) => `  ${outcome.padEnd(15)}  ${number}`),
    ...(failures.length === 0 ? [] : [`  ${'could not be done'.padEnd(15)}  ${failures.length}`]),
    ...failures
      .slice(0, SHOWN)
      .map(({ name, type, message }) => `    ${printable(`${name}: ${type}: ${message}`)}`),
    ...(failures.length > SHOWN ? ['    and more: -o json shows them'] : []),
  ].join('\n');
}

async function interrupted({ code }: Interruption): Promise<number> {
  say('Interrupted. Nothing was cancelled.');
  return code;
}

function wayBack(workflowId: string, flags: CancelAllFlags): string {
  const words = (...command: string[]): string => `  ${temporalLine(flags, 'workflow', ...command)}`;
  return [
    'Interrupted. The cancellations go on in Temporal. To see how they stand, or to begin no more:',
    words('query', '--type', 'progress', '--workflow-id', workflowId),
    words('cancel', '--workflow-id', workflowId),
  ].join('\n');
}
