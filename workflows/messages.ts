import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AbortInput, AdjustInput } from '../contract/input.js';
import type { CancelOperationsProgress } from '../contract/bulk.js';
import { FAILING_SIGNAL, messages, RESUME_SIGNAL } from '../contract/messages.js';
import type { FailingReport, OperationStatus } from '../contract/result.js';

/** A signal may be sent twice: the request id, which only our clients give, makes it one abort. */
export const abortSignal = defineSignal<[AbortInput?, string?]>(messages.abort);
export const abortUpdate = defineUpdate<OperationStatus, [AbortInput?]>(messages.abort);
export const adjustUpdate = defineUpdate<OperationStatus, [AdjustInput]>(messages.adjust);
export const pollSignal = defineSignal(messages.poll);
/** A reconcile loop no longer covers the operation. */
export const resumeSignal = defineSignal(RESUME_SIGNAL);
export const failingSignal = defineSignal<[FailingReport?]>(FAILING_SIGNAL);
export const statusQuery = defineQuery<OperationStatus>(messages.status);
export const progressQuery = defineQuery<CancelOperationsProgress>(messages.progress);
