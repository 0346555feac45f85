import type { Adjustment, ParsedInput } from '../contract/input.js';
import { type Progress, scheduleResend } from './progress.js';

/** Replaces options of a workflow while it runs, and keeps them for the run that it continues as new with. */
export function adjust(input: ParsedInput, progress: Progress, adjustment: Adjustment): void {
  progress.adjustment = { ...progress.adjustment, ...adjustment };
  applyAdjustment(input, adjustment);
  if (adjustment.resendCancelAfter === undefined) return;
  progress.resendAfter = adjustment.resendCancelAfter;
  scheduleResend(progress);
}

/** Replaces options of the input. */
export function applyAdjustment(input: ParsedInput, adjustment: Adjustment): void {
  const { abortAfter, timeout, resendCancelAfter } = { ...input, ...adjustment };
  Object.assign(input, { abortAfter: abortAfter || undefined, timeout: timeout || undefined, resendCancelAfter });
}
