import * as v from 'valibot';
import { defaultApiVersion } from './api-version.js';
import { parseDuration } from './duration.js';
import { DEFAULT_SERVICE, problemOfApiVersion, problemOfService } from './names.js';

const DURATION =
  'must be a duration such as "500ms", "90s", "15m", "24h", "7d" or a number of milliseconds, at most ten years';

/** A duration; it comes out in milliseconds. */
export const durationSchema = v.pipe(
  v.union([v.string(), v.number()], DURATION),
  v.check((value) => parseDuration(value) !== undefined, DURATION),
  v.transform((value) => parseDuration(value) ?? 0),
);
export const positiveDurationSchema = v.pipe(
  durationSchema,
  v.check((ms) => ms > 0, 'must be longer than 0'),
);

/** A string of at most so many characters. */
export const text = (maxLength: number) =>
  v.pipe(v.string('must be a string'), v.maxLength(maxLength, `must have at most ${maxLength} characters`));

/** A number from `min` to `max`. @param noun `a number` or `a whole number` */
export const numberBetween = (noun: string, min: number, max: number) =>
  v.pipe(
    v.number(`must be ${noun} from ${min} to ${max}`),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );

/** A string in which a check of names.ts finds no problem. */
export const checkedString = (problemOf: (value: unknown) => string | undefined) =>
  v.pipe(
    v.string((issue) => problemOf(issue.input) ?? 'must be a string'),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? problemOf(dataset.value) : undefined;
      if (problem !== undefined) addIssue({ message: problem });
    }),
  );

export const pollingSchema = v.pipe(
  v.strictObject(
    {
      initialInterval: v.optional(
        v.pipe(
          durationSchema,
          v.check((ms) => ms >= 10, 'must be at least 10ms'),
        ),
        '1s',
      ),
      backoffCoefficient: v.optional(numberBetween('a number', 1, 100), 1),
      maximumInterval: v.optional(positiveDurationSchema),
    },
    'must be an object { initialInterval, backoffCoefficient, maximumInterval }',
  ),
  v.transform((fields) => ({
    ...fields,
    maximumInterval: fields.maximumInterval ?? Math.max(fields.initialInterval, 30_000),
  })),
  v.forward(
    v.check((fields) => fields.maximumInterval >= fields.initialInterval, 'must not be below initialInterval'),
    ['maximumInterval'],
  ),
);

export const reasonSchema = v.optional(text(1_024));
export const requestedBySchema = v.optional(text(256));

/** The fields that the inputs of all three workflows share. */
export const commonFields = {
  service: v.optional(checkedString(problemOfService), DEFAULT_SERVICE),
  apiVersion: v.optional(checkedString(problemOfApiVersion)),
  reason: reasonSchema,
  requestedBy: requestedBySchema,
  timeout: v.optional(positiveDurationSchema),
  resendCancelAfter: v.optional(durationSchema, '5m'),
  polling: v.optional(pollingSchema),
};

export type WithApiVersion<I> = I & { apiVersion: string };

/** The input with the service's own default where it names no `apiVersion`. */
export function withApiVersion<I extends { service: string; apiVersion?: string | undefined; name?: string }>(
  input: I,
) {
  return { ...input, apiVersion: input.apiVersion ?? defaultApiVersion(input.service, input.name) };
}
