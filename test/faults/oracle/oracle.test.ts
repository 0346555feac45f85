import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOperationInput } from '../../../contract/input.js';
import type { OperationResult } from '../../../contract/result.js';
import type { LogEntry } from '../../../emulator/index.js';
import { type Evidence, lostCancel, problemsIn } from './oracle.js';
import type { Execution, Truth } from './records.js';

const NAME = 'projects/p/locations/us-central1/operations/1';
const START = 1_000_000;

type Request = Partial<LogEntry> & Pick<LogEntry, 'method' | 'at'>;

const CANCELLED = { code: 1, message: 'The operation was cancelled.' };
const WON: Truth = { script: {}, end: { at: START + 300, result: { error: CANCELLED } } };
const POLL: Request = { method: 'get', at: START + 100 };
const CANCEL: Request = { method: 'cancel', at: START + 200, effect: 'cancel-accepted' };
const SEEN: Request = { method: 'get', at: START + 500 };

/** Requests in their order, answered with 200 unless they say otherwise. */
function log(...requests: Request[]): LogEntry[] {
  return requests.map((request, index) => ({
    number: index + 1,
    name: NAME,
    httpMethod: 'GET',
    url: '',
    headers: { authorization: false },
    status: 200,
    endedAt: request.at + 1,
    ...request,
  }));
}

function evidence(truth: Truth | undefined, ...requests: Request[]): Evidence {
  return { truth, requests: log(...requests), away: [] };
}

type Change = Omit<Partial<OperationResult>, 'cancellation'> & {
  cancellation?: Partial<OperationResult['cancellation']>;
};

/** An operation that was cancelled, with everything right about it, apart from what is changed. */
function execution(change: Change = {}, input: Record<string, unknown> = {}): Execution {
  const { cancellation, ...rest } = change;
  const result: OperationResult = {
    name: NAME,
    service: 'aiplatform.googleapis.com',
    kind: 'operation',
    outcome: 'CANCELLED',
    wasAlreadyDone: false,
    operation: { name: NAME, done: true, error: CANCELLED },
    responseOmitted: false,
    polls: 2,
    startedAt: new Date(START).toISOString(),
    finishedAt: new Date(START + 500).toISOString(),
    cancellation: { status: 'ACCEPTED', won: true, aborts: 1, timesSent: 1, ...cancellation },
    ...rest,
  };
  return {
    workflowId: 'w',
    runId: 'r',
    type: 'cancelOperation',
    request: parseOperationInput('cancelOperation', { name: NAME, ...input }),
    startedAt: START,
    closedAt: START + 1_000,
    askedAt: START,
    ending: { kind: 'completed', result },
    memo: { operation: NAME, outcome: result.outcome, won: result.cancellation.won },
    attribute: { atStart: 'RUNNING', now: result.outcome },
    taskProblems: [],
  };
}

function failed(type: string, input: Record<string, unknown> = {}): Execution {
  return { ...execution({}, input), ending: { kind: 'failed', type, message: 'm' } };
}

const RUNNING = { name: NAME, done: false };
const NOT_WON = { won: false } as const;

describe('the oracle of the fault suite', () => {
  it('finds nothing wrong with a true record', () => {
    assert.deepEqual(problemsIn(execution(), evidence(WON, POLL, CANCEL, SEEN)), []);
  });

  it('says CANCELLED only of what ended with code 1', () => {
    const completed: Truth = { script: {}, end: { at: START + 300, result: { response: {} } } };
    assert.match(problemsIn(execution(), evidence(completed, POLL, CANCEL, SEEN)).join(), /ended as COMPLETED/);
    assert.match(problemsIn(execution(), evidence({ script: {} }, POLL, CANCEL, SEEN)).join(), /had not ended/);
    assert.match(problemsIn(execution(), evidence(undefined)).join(), /never there/);
    const later: Truth = { script: {}, end: { at: START + 5_000, result: { error: CANCELLED } } };
    assert.match(problemsIn(execution(), evidence(later, POLL, CANCEL, SEEN)).join(), /had not ended/);
  });

  it('compares the operation itself', () => {
    const other = execution({ operation: { name: NAME, done: true, error: { code: 1, message: 'other' } } });
    assert.match(problemsIn(other, evidence(WON, POLL, CANCEL, SEEN)).join(), /another error/);
    const foreign = execution({ operation: { name: 'operations/2', done: true, error: CANCELLED } });
    assert.match(problemsIn(foreign, evidence(WON, POLL, CANCEL, SEEN)).join(), /operation is operations\/2/);
    const running = execution({ operation: RUNNING });
    assert.match(problemsIn(running, evidence(WON, POLL, CANCEL, SEEN)).join(), /not done/);
    const omitted = execution({ responseOmitted: true });
    assert.match(problemsIn(omitted, evidence(WON, POLL, CANCEL, SEEN)).join(), /it was small/);
  });

  it('says LOST only of what is gone, after the grace, and had been seen', () => {
    const lost = execution({ outcome: 'LOST', operation: RUNNING, cancellation: NOT_WON }, { notFoundGrace: 500 });
    const gone: Truth = { script: {}, goneAt: START + 300 };
    assert.deepEqual(problemsIn(lost, evidence(gone, POLL, CANCEL, SEEN)), []);
    assert.match(problemsIn(lost, evidence({ script: {} }, POLL, CANCEL, SEEN)).join(), /was there/);
    assert.match(problemsIn(lost, evidence({ ...gone, goneAt: START + 800 }, POLL, CANCEL, SEEN)).join(), /grace/);
    assert.match(problemsIn(lost, evidence({ ...gone, goneAt: START + 50 }, POLL, CANCEL, SEEN)).join(), /never seen/);
  });

  it('says NOT_CANCELLABLE only of what runs and refuses', () => {
    const change = { outcome: 'NOT_CANCELLABLE' as const, operation: RUNNING };
    const refused = execution({ ...change, cancellation: { ...NOT_WON, status: 'REFUSED' } });
    const refuses: Truth = { script: { onCancel: { kind: 'refused' } } };
    const refusal: Request = { method: 'cancel', at: START + 200, status: 400, effect: 'cancel-refused' };
    assert.deepEqual(problemsIn(refused, evidence(refuses, POLL, refusal, SEEN)), []);
    assert.match(problemsIn(refused, evidence({ script: {} }, POLL, refusal, SEEN)).join(), /takes cancels/);
    const ended: Truth = { ...refuses, end: { at: START + 300, result: {} } };
    assert.match(problemsIn(refused, evidence(ended, POLL, refusal, SEEN)).join(), /last poll showed its end/);
    const stale: Request = { ...SEEN, fault: 'stale' };
    assert.deepEqual(problemsIn(refused, evidence(ended, POLL, refusal, stale)), []);
  });

  it('says STILL_RUNNING only when the time is up, and no poll showed the end', () => {
    const change: Change = { outcome: 'STILL_RUNNING', operation: RUNNING, cancellation: NOT_WON };
    const sound = execution(change, { timeout: 900 });
    assert.deepEqual(problemsIn(sound, evidence({ script: {} }, POLL, CANCEL, SEEN)), []);
    assert.match(problemsIn(sound, evidence(WON, POLL, CANCEL, SEEN)).join(), /last poll showed its end/);
    const early = execution(change, { timeout: 2_000 });
    assert.match(problemsIn(early, evidence({ script: {} }, POLL, CANCEL, SEEN)).join(), /before the time was up/);
    assert.match(problemsIn(execution(change), evidence({ script: {} }, POLL, CANCEL)).join(), /without a timeout/);
  });

  it('has `won`, the answer and the counts agree with what was answered', () => {
    const wrong = (cancellation: Change['cancellation'], ...requests: Request[]): string =>
      problemsIn(execution({ cancellation }), evidence(WON, POLL, ...requests, SEEN)).join();
    assert.match(wrong({ won: false }, CANCEL), /won is false/);
    assert.match(wrong({ timesSent: 2 }, CANCEL), /2 of 1/);
    assert.match(wrong({}), /no cancel was accepted/);
    assert.match(wrong({ status: 'REFUSED', won: false }, CANCEL), /REFUSED, which nothing answered/);
    const quota: Request = { method: 'cancel', at: START + 200, status: 403, fault: 'rate-limit-exceeded' };
    assert.match(wrong({ status: 'REFUSED', won: false }, quota), /REFUSED, which nothing answered/);
    const late: Request = { ...quota, fault: 'late-answer', effect: 'cancel-refused' };
    assert.doesNotMatch(wrong({ status: 'REFUSED', won: false }, late), /which nothing answered/);
    assert.match(wrong({ status: 'REQUESTED', won: false }, CANCEL), /sent 1 times/);
    assert.match(problemsIn(execution({ polls: 3 }), evidence(WON, POLL, CANCEL, SEEN)).join(), /3 of 2 requests/);
  });

  it('has memo and search attribute say the same', () => {
    const sound = execution();
    const proof = evidence(WON, POLL, CANCEL, SEEN);
    assert.match(problemsIn({ ...sound, memo: { ...sound.memo, outcome: 'FAILED' } }, proof).join(), /the memo/);
    assert.match(problemsIn({ ...sound, attribute: { atStart: 'RUNNING' } }, proof).join(), /search attribute/);
    assert.match(problemsIn({ ...sound, attribute: { now: 'CANCELLED' } }, proof).join(), /search attribute/);
  });

  it('takes a failure only where no outcome could be recorded', () => {
    assert.deepEqual(problemsIn(failed('NOT_FOUND'), evidence(undefined)), []);
    assert.match(problemsIn(failed('NOT_FOUND'), evidence({ script: {} })).join(), /NOT_FOUND/);
    const denies: Truth = { script: { onCancel: { kind: 'refused', code: 'PERMISSION_DENIED' } } };
    const denial: Request = { method: 'cancel', at: START + 200, status: 403, effect: 'cancel-refused' };
    assert.deepEqual(problemsIn(failed('PERMISSION_DENIED'), evidence(denies, POLL, denial)), []);
    const follow = failed('PERMISSION_DENIED', { whenNotCancellable: 'follow' });
    assert.match(problemsIn(follow, evidence(denies, POLL, denial)).join(), /PERMISSION_DENIED/);
    const first: Request = { ...POLL, status: 403, fault: 'status' };
    assert.deepEqual(problemsIn(failed('PERMISSION_DENIED'), evidence({ script: {} }, first)), []);
    assert.match(problemsIn(failed('PERMISSION_DENIED'), evidence({ script: {} }, POLL, first)).join(), /DENIED/);
    assert.match(problemsIn(failed('INVALID_ARGUMENT'), evidence({ script: {} })).join(), /INVALID_ARGUMENT/);
  });

  it('misses a cancel that nothing explains', () => {
    const requested = { status: 'REQUESTED', won: false, timesSent: 0 } as const;
    assert.equal(lostCancel(execution(), evidence(WON, POLL, CANCEL)), undefined);
    assert.match(lostCancel(execution(), evidence(WON, POLL)) ?? '', /none was sent/);
    assert.equal(lostCancel(execution({ cancellation: requested }), evidence(WON, POLL)), undefined);
    const long: Truth = { ...WON, end: { at: START + 60_000, result: {} } };
    assert.match(lostCancel(execution({ cancellation: requested }), evidence(long, POLL)) ?? '', /none/);
    const done = execution({ wasAlreadyDone: true, cancellation: { status: 'NOT_REQUESTED', won: false } });
    assert.equal(lostCancel(done, evidence(WON, POLL)), undefined);
    const before: Request = { ...CANCEL, at: START - 10 };
    assert.match(lostCancel(execution(), evidence(WON, before, POLL)) ?? '', /none was sent/);
    const { askedAt: _, ...watcher } = execution();
    assert.equal(lostCancel(watcher, evidence(WON, POLL)), undefined);
  });
});
