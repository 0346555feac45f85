import { ApplicationFailure, metricMeter } from '@temporalio/workflow';
import type { ParsedInput } from '../contract/input.js';
import type { End } from './follower.js';
import type { Progress } from './progress.js';

/** In place of a service that nothing was ever seen of: anybody may name one, and each label costs the scraper a series. */
const UNSEEN = 'unseen';

/** What a run knows when it ends or fails. */
export interface RunContext {
  request?: ParsedInput;
  progress?: Progress;
}

/**
 * Counts an outcome, and the seconds from the first abort to the moment it was seen.
 *
 * The SDK drops what a workflow counts while it replays, and writes nothing of it into the history.
 */
export function countOutcome(request: ParsedInput, progress: Progress, { outcome, at }: End): void {
  const tags = { service: serviceOf({ request, progress }), outcome };
  metricMeter
    .createCounter('google_operation_outcomes', undefined, 'Outcomes recorded, by service and outcome')
    .add(1, tags);
  if (progress.abort === undefined || progress.wasAlreadyDone) return;
  // The two moments come from two clocks.
  const seconds = Math.max(0, at - progress.abort.at) / 1_000;
  metricMeter
    .createHistogram(
      'google_operation_cancel_to_outcome_seconds',
      'float',
      undefined,
      'Seconds from the request to cancel to the outcome, by service and outcome',
    )
    .record(seconds, tags);
}

/** Counts a workflow that fails because no outcome can be recorded; what else is thrown is no failure. */
export function countFailure(error: unknown, known: RunContext): void {
  if (!(error instanceof ApplicationFailure)) return;
  metricMeter
    .createCounter('google_operation_failures', undefined, 'Workflows that failed, by service and type')
    .add(1, { service: serviceOf(known), type: error.type ?? 'unknown' });
}

function serviceOf({ request, progress }: RunContext): string {
  return request !== undefined && progress?.pollState.seenAt !== undefined ? request.service : UNSEEN;
}
