import type { ParsedInput } from '../../../contract/input.js';
import type { OperationResult } from '../../../contract/result.js';
import type { OperationScript } from '../../../emulator/index.js';

/** How an operation really ended. Times are milliseconds since 1970, here and below. */
export interface Truth {
  script: Omit<OperationScript, 'name'>;
  /** The time of its end and its final Operation; absent if it ran until the end of the test. */
  end?: { at: number; result: NonNullable<OperationScript['result']> };
  /** The time from which it was a permanent 404. */
  goneAt?: number;
}

/** How an execution ended. */
export type Ending =
  | { kind: 'completed'; result: OperationResult }
  | { kind: 'failed'; type: string; message: string }
  | { kind: 'terminated' }
  | { kind: 'running' }
  | { kind: 'other'; how: string };

/** One execution of `cancelOperation` or `watchOperation`, from what Temporal stored. */
export interface Execution {
  workflowId: string;
  runId: string;
  type: 'cancelOperation' | 'watchOperation';
  request: ParsedInput;
  startedAt: number;
  closedAt?: number;
  /** When the cancel was asked for first, by the start or later. */
  askedAt?: number;
  ending: Ending;
  memo: Record<string, unknown>;
  /** `GoogleOperationOutcome` at the start and now; absent where it was not set. */
  attribute: { atStart?: string; now?: string };
  /** Failures of its workflow tasks. */
  taskProblems: string[];
}

/** A period in which a process did not run. */
export interface Interval {
  from: number;
  until: number;
}

/** Something that should not have happened. */
export interface Problem {
  kind: 'wrong outcome' | 'lost cancel' | 'lost start' | 'late' | 'history' | 'bulk' | 'call' | 'process';
  /** The workflow id, or another subject. */
  about: string;
  what: string;
}
