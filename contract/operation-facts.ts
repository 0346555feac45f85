import type { JsonObject, Operation } from './operation.js';

/** The facts in an operation's metadata that people read, where they are there. */
export interface OperationFacts {
  /** The name that people gave to it or to what it makes. */
  displayName?: string;
  /** From 0 to 100. */
  progressPercent?: number;
}

/**
 * Reads the facts in an operation's metadata. The percentage is `progressPercent` (Speech, Data Labeling),
 * `progressPercentage` (Text-to-Speech, Service Management), or `progress.progressPercent` (Bigtable, Spanner). Discovery
 * documents of November 2026.
 */
export function factsOf({ metadata = {} }: Operation): OperationFacts {
  const { displayName, progress, progressPercent, progressPercentage } = metadata;
  const inner = isObject(progress) ? progress['progressPercent'] : undefined;
  const percent = [progressPercent, progressPercentage, inner].find(
    (value): value is number => typeof value === 'number' && value >= 0 && value <= 100,
  );
  return {
    ...(typeof displayName === 'string' && displayName !== '' && { displayName }),
    ...(percent !== undefined && { progressPercent: percent }),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
