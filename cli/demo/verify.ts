import type { Outcome } from '../../contract/outcome.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry, OperationTruth } from '../../emulator/index.js';

/** The emulator's record of an operation or a job. */
export interface Evidence {
  operation: OperationTruth;
  /** The requests for this operation. */
  requests: readonly LogEntry[];
  /** A worker that followed it was killed, so the recorded polls are a lower bound. */
  workerKilled: boolean;
}

/** The differences between a result and the emulator's record: a line for each, with both values. */
export function mismatches(result: OperationResult, { operation, requests, workerKilled }: Evidence): string[] {
  const { cancellation } = result;
  const cancels = requests.filter(({ method, status }) => method === 'cancel' && status !== undefined);
  const polls = requests.filter(({ method }) => method === 'get' || method === 'wait');
  const outcome = actualOutcome(operation, cancels);
  const wasAlreadyDone = operation.state.phase === 'done' && operation.state.at <= (polls[0]?.at ?? 0);
  const won = outcome === 'CANCELLED' && operation.cancelsAccepted > 0 && !wasAlreadyDone;
  const pollsMayDiffer = workerKilled && result.polls > 0 && result.polls < polls.length;
  return [
    { field: 'outcome', recorded: result.outcome, actual: outcome },
    { field: 'already done', recorded: result.wasAlreadyDone, actual: wasAlreadyDone },
    { field: 'won', recorded: cancellation.won, actual: won },
    { field: 'cancels', recorded: cancellation.timesSent, actual: cancels.length },
    { field: 'polls', recorded: result.polls, actual: pollsMayDiffer ? result.polls : polls.length },
  ]
    .filter(({ recorded, actual }) => recorded !== actual)
    .map(({ field, recorded, actual }) => `${field}: recorded ${recorded}, actual ${actual}`);
}

function actualOutcome({ state, cancelsAccepted }: OperationTruth, cancels: readonly LogEntry[]): Outcome {
  switch (state.phase) {
    case 'hidden':
    case 'gone':
      return 'LOST';
    case 'done':
      if (state.result.error === undefined) return 'COMPLETED';
      return state.result.error.code === 1 ? 'CANCELLED' : 'FAILED';
    case 'running': {
      const refused = cancels.some(({ effect }) => effect === 'cancel-refused');
      return refused && cancelsAccepted === 0 ? 'NOT_CANCELLABLE' : 'STILL_RUNNING';
    }
  }
}
