/** The workflow types. */
export const workflowTypes = {
  cancelOperation: 'cancelOperation',
  watchOperation: 'watchOperation',
  cancelOperations: 'cancelOperations',
  /** Internal: the activities start it. */
  reconcileOperations: 'reconcileOperations',
} as const;

/** The signals and updates, and the queries. */
export const messages = {
  abort: 'abort',
  adjust: 'adjust',
  poll: 'poll',
  status: 'status',
  progress: 'progress',
} as const;

/** The signal by which an activity says that it gets nothing but errors or, without an argument, an answer again. */
export const FAILING_SIGNAL = 'failing';

/** The signal by which a reconcile loop that ends tells a workflow to poll at its own pace again. */
export const RESUME_SIGNAL = 'resume';

/** The search attributes, both Keyword and both optional. The starter sets them where the namespace has them. */
export const searchAttributes = { name: 'GoogleOperationName', outcome: 'GoogleOperationOutcome' } as const;

/** The value of `GoogleOperationOutcome` until there is an outcome. */
export const RUNNING_OUTCOME = 'RUNNING';

/** The `type` of the failures that the workflows fail with. */
export const failureTypes = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'FAILED_PRECONDITION',
  'UNIMPLEMENTED',
  'OUT_OF_RANGE',
] as const;
export type FailureType = (typeof failureTypes)[number];

/** The `type` of the retryable failure that ends a round of `reconcileOperations`, while the loop covers what is followed. */
export const RECONCILED = 'OperationsReconciled';

/** The `type` of the retryable failure that ends an attempt of `awaitOperation` while the operation is not final. */
export const OPERATION_RUNNING = 'OperationRunning';
