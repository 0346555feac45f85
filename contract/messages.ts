/** The workflow types. */
export const workflowTypes = {
  cancelOperation: 'cancelOperation',
  watchOperation: 'watchOperation',
  cancelOperations: 'cancelOperations',
} as const;

/** The signal and update, and the queries. */
export const messages = { abort: 'abort', status: 'status', progress: 'progress' } as const;

/** The search attributes, both Keyword and both optional. The starter sets them where the namespace has them. */
export const searchAttributes = { name: 'GoogleOperationName', outcome: 'GoogleOperationOutcome' } as const;

/** What `GoogleOperationOutcome` says until there is an outcome. */
export const RUNNING_OUTCOME = 'RUNNING';

/** The `type` of the failures that the workflows end with, and of the one that goes between two looks. */
export const failureTypes = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
] as const;
export type FailureType = (typeof failureTypes)[number];

/** The `type` of the failure by which an activity says: not final yet, look again. */
export const OPERATION_RUNNING = 'OperationRunning';
