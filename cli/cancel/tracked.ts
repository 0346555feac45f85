import type { Status } from '../../client/status.js';
import type { Followed } from '../../client/start.js';
import type { OperationArgument } from '../input/operation-name.js';

/** One operation on its way to its outcome. */
export interface Tracked {
  target: OperationArgument;
  /** Its place among the names. */
  number: number;
  /** When this command turned to it, in ms since 1970. */
  since: number;
  /** Once Temporal keeps the request. */
  followed?: Followed;
  /** As last heard of. */
  status?: Status;
  /** It has an outcome, or a failure that has been told. */
  over: boolean;
}

/** Those that Temporal keeps and that have not ended. */
export function goingOn(all: readonly Tracked[]): Tracked[] {
  return all.filter(({ followed, over }) => followed !== undefined && !over);
}
