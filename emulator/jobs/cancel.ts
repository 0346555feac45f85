import { lastSegment } from '../../contract/names.js';
import type { JsonObject } from '../../contract/operation.js';
import type { Kind } from '../../google/kinds/kind.js';
import { type CancelDecision, type CancelDefaults, decideCancel, type ScriptedOperation } from '../operations/state.js';
import type { VisibleState } from '../operations/view.js';
import { jobJson, wordOf } from './body.js';
import { factsOf } from './facts.js';
import { typeOfKind } from './kind-of-job.js';

/** The answer to a cancel of a job: as its script says, else as its service does in this state. */
export function decideCancelOfJob(
  job: ScriptedOperation,
  kind: Kind,
  state: VisibleState,
  now: number,
): CancelDecision {
  const { prefix = '' } = kind;
  const { refusal, refusesIn, refusesWhenDone = false } = factsOf(kind);
  const { name } = job.script;
  const word = wordOf(job, kind, state);
  const done = state.phase === 'done';
  const message =
    refusal?.({ type: typeOfKind(kind), name, id: lastSegment(name), word, done }) ??
    `${typeOfKind(kind)} ${name} cannot be cancelled: it is ${word}.`;
  const refused = { code: 'FAILED_PRECONDITION', message } as const;
  const whenDone = refusesWhenDone ? refused : 'ok';
  const defaults: CancelDefaults = { whenDone, refusal: message, refusalWhenDone: message };
  const decision = decideCancel(job, now, defaults);
  if (decision.kind !== 'accepted' || refusesIn === undefined) return decision;
  const isListed = refusesIn.words.some((one) => prefix + one === word);
  return isListed === (refusesIn.allBut ?? false) ? decision : { kind: 'refused', ...refused };
}

/** The body of the answer to an accepted cancel. */
export function acceptedCancelJson(job: ScriptedOperation, kind: Kind, state: VisibleState): JsonObject {
  const { name } = job.script;
  switch (factsOf(kind).answer) {
    case 'job':
      return jobJson(job, kind, state);
    case 'bigquery':
      return { kind: 'bigquery#jobCancelResponse', job: jobJson(job, kind, state) };
    case 'operation':
      return { name: `${name.split('/').slice(0, 4).join('/')}/operations/cancel-${lastSegment(name)}` };
    case 'testState':
      return { testState: wordOf(job, kind, state) };
    case 'isCanceled':
      return { isCanceled: true };
    case undefined:
      return {};
  }
}
