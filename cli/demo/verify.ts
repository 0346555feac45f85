import type { Outcome } from '../../contract/outcome.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry, OperationTruth } from '../../emulator/index.js';

/** What really happened to an operation, as the emulator knows it. */
export interface Evidence {
  truth: OperationTruth;
  /** The requests for this operation. */
  requests: readonly LogEntry[];
  /** A worker that followed it was killed: its count of looks is a lower bound then. */
  lostWorker: boolean;
}

/** What a result says that is not true: one line for each, with both sides. */
export function mismatches(result: OperationResult, { truth, requests, lostWorker }: Evidence): string[] {
  const { cancellation } = result;
  const cancels = requests.filter(({ method, status }) => method === 'cancel' && status !== undefined);
  const looks = requests.filter(({ method }) => method === 'get' || method === 'wait');
  const outcome = trueOutcome(truth, cancels);
  const alreadyDone = truth.state.phase === 'done' && truth.state.at <= (looks[0]?.at ?? 0);
  const won = outcome === 'CANCELLED' && truth.cancelsAccepted > 0 && !alreadyDone;
  const looksAgree = lostWorker
    ? result.polls > 0 && result.polls <= looks.length
    : result.polls === looks.length;
  return [
    differs('outcome', result.outcome, outcome),
    differs('already done', result.wasAlreadyDone, alreadyDone),
    differs('won', cancellation.won, won),
    differs('cancels', cancellation.timesSent, cancels.length),
    looksAgree ? [] : [`looks: recorded ${result.polls}, made ${looks.length}`],
  ].flat();
}

function trueOutcome({ state, cancelsAccepted }: OperationTruth, cancels: readonly LogEntry[]): Outcome {
  switch (state.phase) {
    case 'hidden':
    case 'gone':
      return 'LOST';
    case 'done':
      if (state.result.error === undefined) return 'COMPLETED';
      return state.result.error.code === 1 ? 'CANCELLED' : 'FAILED';
    default: {
      const refused = cancels.some(({ effect }) => effect === 'cancel-refused');
      return refused && cancelsAccepted === 0 ? 'NOT_CANCELLABLE' : 'STILL_RUNNING';
    }
  }
}

function differs(what: string, recorded: unknown, truth: unknown): string[] {
  return recorded === truth ? [] : [`${what}: recorded ${String(recorded)}, in truth ${String(truth)}`];
}
