import * as v from 'valibot';
import { parseDuration } from './duration.js';
import { DEFAULT_API_VERSION, DEFAULT_SERVICE, problemOfApiVersion, problemOfService } from './names.js';

const DURATION =
  'must be a duration such as "500ms", "90s", "15m", "24h", "7d" or a number of milliseconds, at most ten years';

/** A duration; milliseconds come out. */
export const duration = v.pipe(
  v.union([v.string(), v.number()], DURATION),
  v.check((value) => parseDuration(value) !== undefined, DURATION),
  v.transform((value) => parseDuration(value) ?? 0),
);
export const positiveDuration = v.pipe(
  duration,
  v.check((ms) => ms > 0, 'must be longer than 0'),
);

const text = (longest: number) =>
  v.pipe(v.string('must be a string'), v.maxLength(longest, `must have at most ${longest} characters`));

/** A field that one of the checks of names.ts decides on. */
export const named = (problemOf: (value: unknown) => string | undefined) =>
  v.pipe(
    v.string((issue) => problemOf(issue.input) ?? 'must be a string'),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? problemOf(dataset.value) : undefined;
      if (problem !== undefined) addIssue({ message: problem });
    }),
  );

export const polling = v.pipe(
  v.strictObject(
    {
      initialInterval: v.optional(
        v.pipe(
          duration,
          v.check((ms) => ms >= 10, 'must be at least 10ms'),
        ),
        '1s',
      ),
      backoffCoefficient: v.optional(
        v.pipe(
          v.number('must be a number from 1 to 100'),
          v.minValue(1, 'must be at least 1'),
          v.maxValue(100, 'must be at most 100'),
        ),
        1,
      ),
      maximumInterval: v.optional(positiveDuration),
    },
    'must be an object { initialInterval, backoffCoefficient, maximumInterval }',
  ),
  v.transform((fields) => ({
    ...fields,
    maximumInterval: fields.maximumInterval ?? Math.max(fields.initialInterval, 30_000),
  })),
  v.forward(
    v.check(
      (fields) => fields.maximumInterval >= fields.initialInterval,
      'must not be below initialInterval',
    ),
    ['maximumInterval'],
  ),
);

export const reason = v.optional(text(1_024));
export const requestedBy = v.optional(text(256));

/** The fields that every way to cancel takes besides the name. */
export const common = {
  service: v.optional(named(problemOfService), DEFAULT_SERVICE),
  apiVersion: v.optional(named(problemOfApiVersion), DEFAULT_API_VERSION),
  reason,
  requestedBy,
  timeout: v.optional(positiveDuration),
  resendCancelAfter: v.optional(duration, '5m'),
  polling: v.optional(polling),
};
