import { metricMeter } from '@temporalio/workflow';
import type { ParsedInput } from '../contract/input.js';
import { OPERATION_KIND } from '../contract/names.js';
import type { End, Progress } from './progress.js';

/**
 * Replaces the name of a service of which no operation was seen: callers can make up names, and each label is
 * a time series.
 */
const UNSEEN = 'unseen';

/**
 * Counts an outcome, and the seconds from the first abort to the moment it was seen.
 *
 * While a workflow replays, the SDK ignores these calls. They add nothing to its history.
 */
export function countOutcome(input: ParsedInput, progress: Progress, { outcome, at }: End): void {
  const tags = { ...labelsOf(input, progress), outcome };
  metricMeter
    .createCounter('google_operation_outcomes', undefined, 'Outcomes recorded, by service, kind and outcome')
    .add(1, tags);
  if (progress.abort === undefined || progress.wasAlreadyDone) return;
  // The two times come from two clocks.
  const seconds = Math.max(0, at - progress.abort.at) / 1_000;
  metricMeter
    .createHistogram(
      'google_operation_cancel_to_outcome_seconds',
      'float',
      undefined,
      'Seconds from the abort to the outcome, by service, kind and outcome',
    )
    .record(seconds, tags);
}

/** Counts the failure of a workflow. */
export function countFailure(type: string, input?: ParsedInput, progress?: Progress): void {
  metricMeter
    .createCounter('google_operation_failures', undefined, 'Workflows that failed, by service, kind and type')
    .add(1, { ...labelsOf(input, progress), type });
}

/** The kind is one of the worker's table, or `operation`, as of what was not seen. */
function labelsOf(input: ParsedInput | undefined, progress: Progress | undefined): { service: string; kind: string } {
  if (input === undefined || progress?.pollState.seenAt === undefined) return { service: UNSEEN, kind: OPERATION_KIND };
  return { service: input.service, kind: progress.pollState.kind ?? OPERATION_KIND };
}
