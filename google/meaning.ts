import type { Operation } from '../contract/operation.js';
import type { Verdict } from '../contract/outcome.js';
import { kindOf } from './kinds/find-kind.js';
import { isJobBeingCancelled, isTooEarlyToCancel, verdictOfJob } from './kinds/verdict-of-job.js';
import { isBeingCancelled, verdictOf } from './verdict.js';

/** What a state of an operation or a job means. */
export interface Meaning {
  /** Absent until it is done. */
  verdict?: Verdict | undefined;
  isBeingCancelled: boolean;
  /** The service refuses to cancel it for the time being. */
  isTooEarlyToCancel: boolean;
}

/** The meaning of what was read of an operation or a job: by the table of places, or by that of kinds. */
export function meaningOf(operation: Operation, ref: { service: string; name: string }): Meaning {
  const kind = kindOf(ref);
  if (kind === undefined)
    return {
      verdict: verdictOf(operation, ref.service),
      isBeingCancelled: isBeingCancelled(operation),
      isTooEarlyToCancel: false,
    };
  return {
    verdict: verdictOfJob(kind, operation),
    isBeingCancelled: isJobBeingCancelled(kind, operation),
    isTooEarlyToCancel: isTooEarlyToCancel(kind, operation),
  };
}
