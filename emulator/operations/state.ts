import { type CodeName, codeNumber } from '../../contract/code.js';
import type { Kind } from '../../google/kinds/kind.js';
import type { CancelBehaviour, OperationScript, ScriptedResult } from './script.js';

/** An external event of an operation. Times are milliseconds since 1970, here and below. */
export type OperationEvent =
  | { kind: 'cancel-accepted'; at: number }
  | { kind: 'cancel-refused'; at: number }
  | { kind: 'completed'; at: number; result: ScriptedResult }
  | { kind: 'expired'; at: number }
  | { kind: 'deleted'; at: number };

/** An operation or a job: its script and its events, in order. */
export interface ScriptedOperation {
  /** Of a job. */
  readonly kind?: Kind;
  readonly script: OperationScript;
  readonly addedAt: number;
  readonly events: readonly OperationEvent[];
}

/**
 * The state of an operation at one moment. `hidden` and `gone` are answered with 404. `word` is that of a job whose script
 * says it, empty if it has none.
 */
export type OperationState =
  | { phase: 'hidden' }
  | { phase: 'running'; cancelAccepted: boolean; word?: string }
  | { phase: 'done'; at: number; result: ScriptedResult }
  | { phase: 'gone'; at: number; why: 'expired' | 'deleted' };

type Done = Extract<OperationState, { phase: 'done' }>;
type Gone = Extract<OperationState, { phase: 'gone' }>;

/** Whether a service accepts a cancel, and its answer if it does not. */
export type CancelDecision =
  | { kind: 'accepted' }
  | { kind: 'already-done' }
  | { kind: 'refused'; code: CodeName; message: string }
  | { kind: 'no-route'; body: 'html' | 'json' };

/** What a service does with a cancel that the script does not say. */
export interface CancelDefaults {
  whenDone: OperationScript['cancelWhenDone'];
  /** The messages of a refusal while it runs, and once it is done. */
  refusal: string;
  refusalWhenDone: string;
}

/** Google's message for a method that a service does not have. */
export const UNIMPLEMENTED_MESSAGE = 'Operation is not implemented, or supported, or enabled.';

const WINS: CancelBehaviour = { kind: 'wins' };

/** The result of an operation that completes by itself. */
export function scriptedResultOf(script: OperationScript): ScriptedResult {
  return script.result ?? { response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } };
}

/** The state of an operation at `now`, a function of its script and its events alone. */
export function stateAt(operation: ScriptedOperation, now: number): OperationState {
  const gone = goneOf(operation);
  if (gone !== undefined && gone.at <= now) return gone;
  if (now < visibleAt(operation)) return { phase: 'hidden' };
  const done = doneOf(operation);
  if (done !== undefined && done.at <= now) return done;
  const cancelAccepted = operation.events.some(({ kind }) => kind === 'cancel-accepted');
  const step = operation.script.states?.findLast(({ afterMs = 0 }) => operation.addedAt + afterMs <= now);
  return { phase: 'running', cancelAccepted, ...(step && { word: step.state ?? '' }) };
}

/** The next time after `now` at which the state changes without an event; `Infinity` if it does not. */
export function nextChangeAt(operation: ScriptedOperation, now: number): number {
  const times = [visibleAt(operation), doneOf(operation)?.at ?? Infinity, goneOf(operation)?.at ?? Infinity];
  return Math.min(...times.filter((at) => at > now));
}

/** The answer at `now` to a cancel of a visible operation (running or done). */
export function decideCancel(
  operation: ScriptedOperation,
  now: number,
  { whenDone = 'ok', refusal, refusalWhenDone }: CancelDefaults = defaultsOf(operation),
): CancelDecision {
  const { onCancel: behaviour = WINS, cancelWhenDone = whenDone } = operation.script;
  if (behaviour.kind === 'no-route') return { kind: 'no-route', body: behaviour.body ?? 'html' };
  if (behaviour.kind === 'unimplemented') {
    return { kind: 'refused', code: 'UNIMPLEMENTED', message: UNIMPLEMENTED_MESSAGE };
  }
  if (stateAt(operation, now).phase === 'done') {
    if (cancelWhenDone === 'ok') return { kind: 'already-done' };
    const { code, message = refusalWhenDone } = cancelWhenDone;
    return { kind: 'refused', code, message };
  }
  if (behaviour.kind !== 'refused' || !refuses(behaviour, operation, now)) return { kind: 'accepted' };
  const { code = 'FAILED_PRECONDITION', message = refusal } = behaviour;
  return { kind: 'refused', code, message };
}

function defaultsOf({ script }: ScriptedOperation): CancelDefaults {
  const { name } = script;
  return {
    whenDone: 'ok',
    refusal: `Operation ${name} is not cancellable.`,
    refusalWhenDone: `Operation ${name} is already done.`,
  };
}

function refuses(
  { untilMs, times }: CancelBehaviour & { kind: 'refused' },
  { addedAt, events }: ScriptedOperation,
  now: number,
): boolean {
  if (untilMs === undefined && times === undefined) return true;
  const refused = events.filter(({ kind }) => kind === 'cancel-refused').length;
  return (untilMs !== undefined && now < addedAt + untilMs) || (times !== undefined && refused < times);
}

function visibleAt({ script, addedAt }: ScriptedOperation): number {
  return addedAt + (script.visibleAfterMs ?? 0);
}

function goneOf({ script, addedAt, events }: ScriptedOperation): Gone | undefined {
  const ends: Gone[] = [];
  for (const { kind, at } of events)
    if (kind === 'expired' || kind === 'deleted') ends.push({ phase: 'gone', at, why: kind });
  const { expiresAfterMs } = script;
  if (expiresAfterMs !== undefined) ends.push({ phase: 'gone', at: addedAt + expiresAfterMs, why: 'expired' });
  return earliest(ends);
}

// Each possible end has a time, and the earliest wins. In a tie, completion wins over a cancel and an earlier
// event over a later one.
function doneOf({ script, addedAt, events }: ScriptedOperation): Done | undefined {
  const ends: Done[] = [];
  const { completesAfterMs, onCancel = WINS } = script;
  const own = scriptedResultOf(script);
  if (completesAfterMs !== undefined) ends.push({ phase: 'done', at: addedAt + completesAfterMs, result: own });
  for (const event of events) {
    if (event.kind === 'completed') ends.push({ phase: 'done', at: event.at, result: event.result });
    const end = event.kind === 'cancel-accepted' ? endByCancel(onCancel, own) : undefined;
    if (end !== undefined) ends.push({ phase: 'done', at: event.at + end.afterMs, result: end.result });
  }
  return earliest(ends);
}

function endByCancel(
  behaviour: CancelBehaviour,
  own: ScriptedResult,
): { afterMs: number; result: ScriptedResult } | undefined {
  switch (behaviour.kind) {
    case 'wins': {
      const { afterMs = 0, message = 'The operation was cancelled.' } = behaviour;
      return { afterMs, result: { error: { code: codeNumber('CANCELLED'), message } } };
    }
    case 'fails': {
      const { afterMs = 0, code, message = 'The operation ended while it was being cancelled.' } = behaviour;
      return { afterMs, result: { error: { code, message } } };
    }
    case 'ends':
      return { afterMs: behaviour.afterMs ?? 0, result: behaviour.result };
    case 'loses':
      return behaviour.afterMs === undefined ? undefined : { afterMs: behaviour.afterMs, result: own };
    case 'refused':
      return endByCancel(behaviour.afterwards ?? WINS, own);
    case 'ignored':
    case 'unimplemented':
    case 'no-route':
      return undefined;
  }
}

function earliest<T extends { at: number }>(candidates: readonly T[]): T | undefined {
  return candidates.toSorted((a, b) => a.at - b.at)[0];
}
