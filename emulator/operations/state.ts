import { codeNumber } from '../../contract/code.js';
import type { CodeName } from '../../contract/code.js';
import type { AcceptedCancel, CancelBehaviour, OperationScript, RouteBody, ScriptedResult } from './script.js';

/** An external event of an operation. Times are milliseconds since 1970, here and below. */
export type OperationEvent =
  | { kind: 'cancel-accepted'; at: number }
  | { kind: 'cancel-refused'; at: number }
  | { kind: 'completed'; at: number; result: ScriptedResult }
  | { kind: 'expired'; at: number }
  | { kind: 'deleted'; at: number };

/** The events of an operation, in order. */
export interface History {
  addedAt: number;
  events: readonly OperationEvent[];
}

/** The state of an operation at one moment. `hidden` and `gone` are answered with 404. */
export type OperationState =
  | { phase: 'hidden' }
  | { phase: 'running'; cancelAccepted: boolean }
  | { phase: 'done'; at: number; result: ScriptedResult }
  | { phase: 'gone'; at: number; why: 'expired' | 'deleted' };

/** Whether a service accepts a cancel, and its answer if it does not. */
export type CancelDecision =
  | { kind: 'accepted' }
  | { kind: 'already-done' }
  | { kind: 'refused'; code: CodeName; message: string }
  | { kind: 'no-route'; body: RouteBody };

/** The result of an operation that completes by itself. */
export function resultOf(script: OperationScript): ScriptedResult {
  return script.result ?? { response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
}

/** The state of an operation at `now`, a function of its script and its events alone. */
export function stateAt(script: OperationScript, history: History, now: number): OperationState {
  const gone = goneOf(script, history);
  if (gone !== undefined && gone.at <= now) return { phase: 'gone', ...gone };
  if (now < visibleAt(script, history)) return { phase: 'hidden' };
  const end = endOf(script, history);
  if (end !== undefined && end.at <= now) return { phase: 'done', ...end };
  return { phase: 'running', cancelAccepted: history.events.some(({ kind }) => kind === 'cancel-accepted') };
}

/** The next time after `now` at which the state changes without an event, or `undefined`. */
export function nextChangeAt(script: OperationScript, history: History, now: number): number | undefined {
  const times = [visibleAt(script, history), endOf(script, history)?.at, goneOf(script, history)?.at];
  const later = times.filter((at): at is number => at !== undefined && at > now);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** How a cancel of a visible operation (running or done) is answered at `now`. */
export function decideCancel(script: OperationScript, history: History, now: number): CancelDecision {
  const behaviour = cancelBehaviour(script);
  if (behaviour.kind === 'no-route') return { kind: 'no-route', body: behaviour.body ?? 'html' };
  if (behaviour.kind === 'unimplemented') {
    return {
      kind: 'refused',
      code: 'UNIMPLEMENTED',
      message: 'Operation is not implemented, or supported, or enabled.',
    };
  }
  if (stateAt(script, history, now).phase === 'done') {
    const { cancelWhenDone = 'ok' } = script;
    if (cancelWhenDone === 'ok') return { kind: 'already-done' };
    const { code, message = `Operation ${script.name} is already done.` } = cancelWhenDone;
    return { kind: 'refused', code, message };
  }
  if (behaviour.kind !== 'refused' || !refuses(behaviour, history, now)) return { kind: 'accepted' };
  const { code = 'FAILED_PRECONDITION', message = `Operation ${script.name} is not cancellable.` } = behaviour;
  return { kind: 'refused', code, message };
}

function refuses(refusal: CancelBehaviour & { kind: 'refused' }, { addedAt, events }: History, now: number): boolean {
  const { untilMs, times } = refusal;
  if (untilMs === undefined && times === undefined) return true;
  const refused = events.filter(({ kind }) => kind === 'cancel-refused').length;
  return (untilMs !== undefined && now < addedAt + untilMs) || (times !== undefined && refused < times);
}

function cancelBehaviour(script: OperationScript): CancelBehaviour {
  return script.onCancel ?? { kind: 'wins' };
}

function visibleAt(script: OperationScript, { addedAt }: History): number {
  return addedAt + (script.visibleAfterMs ?? 0);
}

function goneOf(
  script: OperationScript,
  { addedAt, events }: History,
): { at: number; why: 'expired' | 'deleted' } | undefined {
  const ends: { at: number; why: 'expired' | 'deleted' }[] = [];
  for (const { kind, at } of events) if (kind === 'expired' || kind === 'deleted') ends.push({ at, why: kind });
  if (script.expiresAfterMs !== undefined) ends.push({ at: addedAt + script.expiresAfterMs, why: 'expired' });
  return earliest(ends);
}

interface End {
  at: number;
  result: ScriptedResult;
}

// Each possible end has a time, and the earliest wins. In a tie, completion wins over a cancel and an earlier
// event over a later one.
function endOf(script: OperationScript, { addedAt, events }: History): End | undefined {
  const ends: End[] = [];
  const result = resultOf(script);
  if (script.completesAfterMs !== undefined) ends.push({ at: addedAt + script.completesAfterMs, result });
  for (const event of events) {
    if (event.kind === 'completed') ends.push({ at: event.at, result: event.result });
    if (event.kind !== 'cancel-accepted') continue;
    const behaviour = cancelBehaviour(script);
    const end = endByCancel(
      behaviour.kind === 'refused' ? (behaviour.afterwards ?? { kind: 'wins' }) : behaviour,
      result,
    );
    if (end !== undefined) ends.push({ at: event.at + end.afterMs, result: end.result });
  }
  return earliest(ends);
}

type Accepted = AcceptedCancel | { kind: 'unimplemented' | 'no-route' };

function endByCancel(cancel: Accepted, own: ScriptedResult): { afterMs: number; result: ScriptedResult } | undefined {
  switch (cancel.kind) {
    case 'wins': {
      const { afterMs = 0, message = 'The operation was cancelled.' } = cancel;
      return { afterMs, result: { error: { code: codeNumber('CANCELLED'), message } } };
    }
    case 'fails': {
      const { afterMs = 0, code, message = 'The operation ended while it was being cancelled.' } = cancel;
      return { afterMs, result: { error: { code, message } } };
    }
    case 'loses':
      return cancel.afterMs === undefined ? undefined : { afterMs: cancel.afterMs, result: own };
    case 'ignored':
    case 'unimplemented':
    case 'no-route':
      return undefined;
  }
}

function earliest<T extends { at: number }>(candidates: readonly T[]): T | undefined {
  return candidates.reduce<T | undefined>(
    (first, next) => (first === undefined || next.at < first.at ? next : first),
    undefined,
  );
}
