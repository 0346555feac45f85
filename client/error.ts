/** What a call of this library could not do. */
export type ClientErrorCode =
  /** The input is bad; the message names the field. */
  | 'INVALID_ARGUMENT'
  /** No workflow follows or followed this operation. */
  | 'NOT_FOUND'
  /** The workflow failed: no outcome could be recorded. `failureType` says which way. */
  | 'FAILED'
  /** Somebody terminated the workflow, or its time ran out: no outcome was recorded. */
  | 'TERMINATED';

/** The one error of this library; everything that Temporal's client throws for reasons of its own passes through. */
export class GoogleOperationsError extends Error {
  override readonly name = 'GoogleOperationsError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    /** The contract's type of the workflow's failure, such as `PERMISSION_DENIED`. */
    readonly failureType?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
