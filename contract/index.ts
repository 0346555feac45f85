export { defaultApiVersion } from './api-version.js';
export type { CancelOperationsInput, CancelOperationsProgress, CancelOperationsResult, ItemFailure } from './bulk.js';
export { codeName, type CodeName, codeNames, codeNumber, httpStatusOf, isCodeName } from './code.js';
export { type Duration, formatDuration, parseDuration } from './duration.js';
export {
  type AbortInput,
  type CancelOperationInput,
  parseAbort,
  parseOperationInput,
  type Polling,
  type WatchOperationInput,
} from './input.js';
export { InvalidInput } from './invalid-input.js';
export { DEFAULT_SERVICE, DEFAULT_TASK_QUEUE, problemOfApiVersion, problemOfName, problemOfService } from './names.js';
export { googleOperationsService, type StatusInput } from './nexus.js';
export type { Operation, RpcStatus } from './operation.js';
export type { FinalOutcome, Outcome, Verdict } from './outcome.js';
export type {
  AnsweredError,
  Cancellation,
  CancellationStatus,
  WorkflowState,
  OperationStatus,
  OperationResult,
} from './result.js';
export { workflowIdOf } from './workflow-id.js';
